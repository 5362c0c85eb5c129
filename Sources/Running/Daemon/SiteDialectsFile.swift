import Configuration
import Dialects
import FoundationEssentials
import SMTP

/// Reads what the site has learned of dialects.
enum SiteDialectsFile {
    /// The dialects of the file that the configuration names, or of the usual one if that exists.
    ///
    /// - Throws: all faults of the file, each with its place.
    static func read(_ configuration: Configuration) throws -> SiteDialects? {
        let path = configuration.siteDialectsPath
        guard let data = FileManager.default.contents(atPath: path) else {
            // What was never taught is not missing; what was named, or cannot be read, is.
            if configuration.siteDialectsFile.isEmpty, !FileManager.default.fileExists(atPath: path) { return nil }
            throw DocumentFault(file: path, line: 0, problem: "cannot be read: check path and permissions")
        }
        return try SiteDialectsDocument.dialects(from: data, file: path)
    }
}

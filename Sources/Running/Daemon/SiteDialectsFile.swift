import Configuration
import Dialects
import FoundationEssentials
import SMTP

/// Reads what the site has learned of dialects.
enum SiteDialectsFile {
    /// What a look at the file has brought.
    enum Reading {
        /// The dialects.
        case read(SiteDialects)

        /// Nobody has learned anything, or nobody wants to.
        case none

        /// The usual file is there and cannot be used. A program wrote it, so that nothing else waits for its repair.
        case faulty(String)
    }

    /// The dialects of the file that the configuration names, or of the usual one if that exists; none without learning.
    ///
    /// - Throws: all faults of a file that the configuration names, each with its place.
    static func read(_ configuration: Configuration) throws -> Reading {
        guard configuration.learning else { return .none }
        let path = configuration.siteDialectsPath
        let isNamed = !configuration.siteDialectsFile.isEmpty
        guard isNamed || FileManager.default.fileExists(atPath: path) else { return .none }
        do {
            guard let data = FileManager.default.contents(atPath: path) else {
                throw DocumentFault(file: path, line: 0, problem: "cannot be read: check path and permissions")
            }
            return .read(try SiteDialectsDocument.dialects(from: data, file: path))
        } catch {
            if isNamed { throw error }
            return .faulty("\(error)")
        }
    }
}

import Configuration
import Dialects
import Files
import SMTP
import Terminal

/// What a site has learned of dialects, as files that commands read and change.
enum SiteDialectsFile {
    /// The dialects of a file.
    static func read(_ path: String) throws -> SiteDialects {
        var lines = try LineReader(path: path, limit: SiteDialectsDocument.longestLine + 1)
        var text: [UInt8] = []
        while let line = try lines.next() { text += line.bytes + [0x0a] }
        return try SiteDialectsDocument.dialects(from: text, file: path)
    }

    /// What is in force by a configuration; `nil` when nothing was learned, or nobody wants to learn.
    static func read(_ configuration: Configuration) throws -> SiteDialects? {
        guard let place = configuration.siteDialects, place.isExpected else { return nil }
        return try read(place.path)
    }

    /// Whether a file begins as one of these does; `false` for one that cannot be read.
    static func isOne(_ path: String) -> Bool {
        guard var lines = try? LineReader(path: path, limit: SiteDialectsDocument.longestLine + 1),
            let first = try? lines.next()
        else { return false }
        return String(decoding: first.bytes, as: UTF8.self).hasPrefix("argot-site-dialects ")
    }
}

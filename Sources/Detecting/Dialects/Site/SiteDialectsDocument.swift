public import Documents
import SMTP

/// Reads and writes what a site has learned of dialects as text: one statement a line, words separated by one blank.
///
/// ```
/// argot-site-dialects 1
/// taught 1893456000 12000 640               when, sightings, judged ones
/// dialect speech 1f2e3d4c5b6a7988 wire hostile
/// shape EHLO name; MAIL FROM: <>; RCPT TO:<>
/// label cutwail bot                         the administrator's
/// seen 120 40                               sightings, networks
/// spam 12 7 33 3 9.5                        networks, organisations, sightings, days, weight
/// honest 0 0 0 0 0.0
/// source blocklist 12                       networks
/// apart helo 0.93
/// end 1                                     the number of dialects; a file without it is not whole
/// ```
///
/// What follows a `dialect` belongs to it. Empty lines and lines that begin with `#` are skipped.
public enum SiteDialectsDocument {
    /// The format's name and version: the first line.
    public static let signature = "argot-site-dialects 1"

    /// The longest line, in bytes.
    public static let longestLine = 1_024

    /// The maximum number of faults reported at once.
    public static let mostFaults = 20

    /// The dialects as text. Reading it back gives the same.
    public static func text(for site: SiteDialects) -> String {
        var text = "\(signature)\n"
        text += "taught \(site.origin.time.seconds) \(site.origin.sightings) \(site.origin.judged)\n"
        for dialect in site.dialects {
            let fingerprint = String(dialect.fingerprint, radix: 16)
            text += "dialect \(dialect.depth.rawValue) \(fingerprint) \(dialect.vantage.rawValue)"
            text += " \(dialect.state.rawValue)\nshape \(dialect.shape)\n"
            if let label = dialect.label { text += "label \(label.name) \(label.dialectClass.rawValue)\n" }
            text += "seen \(dialect.sightings) \(dialect.networks)\n"
            for (word, side) in [("spam", dialect.spam), ("honest", dialect.honest)] {
                text += "\(word) \(side.networks) \(side.organisations) \(side.sightings) \(side.days) \(side.weight)\n"
            }
            for (source, count) in dialect.sources.sorted(by: { $0.key < $1.key }) {
                text += "source \(source) \(count)\n"
            }
            for distinction in dialect.distinctions {
                text += "apart \(distinction.aspect) \(distinction.difference)\n"
            }
        }
        return text + "end \(site.dialects.count)\n"
    }

    /// Reads dialects.
    ///
    /// - Throws: the first faults, each with its line. O(length).
    public static func dialects(from document: some Sequence<UInt8>, file: String) throws(DocumentFaults)
        -> SiteDialects
    {
        var reader = SiteDialectsReader(file: file)
        reader.read(document)
        return try reader.finish()
    }

    /// Whether a word can be a dialect's name: at most 64 letters, digits, dots, hyphens and underscores.
    public static func isName(_ word: some StringProtocol) -> Bool {
        1...64 ~= word.utf8.count
            && word.utf8.allSatisfy {
                0x30...0x39 ~= $0 || 0x41...0x5a ~= $0 || 0x61...0x7a ~= $0 || "-._".utf8.contains($0)
            }
    }
}

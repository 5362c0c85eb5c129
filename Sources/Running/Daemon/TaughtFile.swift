import FoundationEssentials
import SMTP

/// A file of something that was learned, as it was read.
struct TaughtFile: Sendable, Hashable {
    /// What it is of.
    let kind: String

    /// The file itself, where the name is a link.
    let path: String

    /// When it was written.
    let written: UnixTime

    /// The file that lies at `path` now.
    init(kind: String, path: String) {
        self.kind = kind
        let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path)
        let directory = path.lastIndex(of: "/").map { path[...$0] } ?? ""
        self.path = target.map { $0.hasPrefix("/") ? $0 : directory + $0 } ?? path
        let attributes = try? FileManager.default.attributesOfItem(atPath: self.path)
        let date = attributes?[.modificationDate] as? Date
        written = UnixTime(seconds: date.map { Int64($0.timeIntervalSince1970) } ?? 0)
    }
}

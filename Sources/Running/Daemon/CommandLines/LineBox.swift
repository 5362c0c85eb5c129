import SMTP
import Synchronization

/// What was told of one session's command lines and has not been asked for: the mail server's side puts in, the session
/// takes out.
final class LineBox: Sendable {
    /// What was told.
    enum Entry: Sendable, Hashable {
        /// A line of the client.
        case line([UInt8], LineExtent)
        /// The code of a refusal that it was sent.
        case reply(UInt16)
    }

    private struct Content {
        var entries: [Entry] = []
        var bytes = 0
        var hasLost = false
    }

    /// Whose lines they are.
    let key: LineDesk.Key
    private let content = Mutex(Content())

    /// What a client can say before its session is asked, in entries and bytes: lines of which filters are not told.
    private static let limits = (entries: 256, bytes: 32_768)

    init(_ key: LineDesk.Key) { self.key = key }

    /// Puts an entry in; what has no room is lost, and the box says so. O(1).
    func put(_ entry: Entry) {
        content.withLock { content in
            guard !content.hasLost else { return }
            if case .line(let line, _) = entry { content.bytes += line.count }
            guard content.entries.count < Self.limits.entries, content.bytes <= Self.limits.bytes else {
                (content.entries, content.hasLost) = ([], true)
                return
            }
            content.entries.append(entry)
        }
    }

    /// Takes out what is there, in order; `nil` when something was lost.
    func take() -> [Entry]? {
        content.withLock { content in
            guard !content.hasLost else { return nil }
            defer { (content.entries, content.bytes) = ([], 0) }
            return content.entries
        }
    }
}

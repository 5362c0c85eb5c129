public import Keeping
import Policy
import SMTP

/// Whom a verdict is about, for reading: in clear where the journal keeps that, and otherwise the beginning of the keyed
/// hash, so that the same address is seen to be the same. A recipient's domain is always known.
public struct JournalWhom: Sendable, Hashable {
    /// The client's address, `#` and the beginning of its hash, or `-`.
    public let client: String

    /// The sender, likewise; `<>` for the null sender.
    public let sender: String

    /// The recipient, likewise.
    public let recipient: String

    /// Whom `entry` is about.
    public init(_ entry: JournalEntry) {
        func word(_ shown: String, _ hash: KeyedHash?, without: String) -> String {
            if !shown.isEmpty { return shown }
            return hash.map { "#" + $0.description.prefix(8) } ?? without
        }
        client = word(entry.record.client, entry.client, without: "-")
        sender = word(entry.record.sender, entry.sender, without: "<>")
        let hidden = word(entry.record.recipient, entry.recipient, without: "-")
        recipient =
            !entry.isShown && !entry.recipientDomain.isEmpty ? "\(hidden)@\(entry.recipientDomain)" : hidden
    }
}

import Keeping
import KeyedHashing
import Policy
import SMTP

/// Whom a verdict is about, for reading: in clear where the journal keeps that, and otherwise the beginning of the keyed
/// hash, so that the same address is seen to be the same. A recipient's domain is always known.
struct JournalWhom {
    let client: String
    let sender: String
    let recipient: String

    init(_ entry: JournalEntry) {
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

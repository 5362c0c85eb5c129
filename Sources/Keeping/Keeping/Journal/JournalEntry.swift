public import Policy
public import SMTP

/// A verdict as the journal keeps it: addresses are hashed, and in clear only where the administrator wants that.
public struct JournalEntry: Hashable, Sendable {
    /// The entry's number; later entries have higher ones.
    public let id: Int64

    /// The verdict, without the client's name, HELO and the reply's text, which are not kept; its addresses are empty unless
    /// they are shown.
    public let record: VerdictRecord

    /// Whether the record holds the addresses in clear (`journal_addresses = clear`).
    public let isShown: Bool

    /// The client's address, hashed; `nil` when there was none.
    public let client: KeyedHash?

    /// The sender, hashed; `nil` for the null sender.
    public let sender: KeyedHash?

    /// The recipient, hashed; `nil` when there was none.
    public let recipient: KeyedHash?

    /// The recipient's domain, folded; empty when there was none.
    public let recipientDomain: String

    /// The code of the reply, 400...599; `nil` when the mail server went on.
    public let replyCode: Int?

    /// The longest address that is kept in clear, in characters: twice what RFC 5321 allows a path.
    public static let longestAddress = 512

    /// An entry of its parts.
    public init(
        id: Int64, record: VerdictRecord, isShown: Bool, client: KeyedHash?, sender: KeyedHash?,
        recipient: KeyedHash?, recipientDomain: String, replyCode: Int?
    ) {
        self.id = id
        self.record = record
        self.isShown = isShown
        self.client = client
        self.sender = sender
        self.recipient = recipient
        self.recipientDomain = recipientDomain
        self.replyCode = replyCode
    }

    /// The part of that name.
    public subscript(field: VerdictField) -> VerdictValue {
        func text(_ hash: KeyedHash?) -> VerdictValue { hash.map { .text($0.description) } ?? .absent }
        return switch field {
        case .clientHash: text(client)
        case .fromHash: text(sender)
        case .rcptHash: text(recipient)
        case .rcptDomain: .text(recipientDomain)
        case .replyCode: replyCode.map { .number($0) } ?? .absent
        case .client, .from, .rcpt: isShown ? record[field] : .absent
        case .senders: record.senderScore.isEmpty ? .absent : record[field]
        default: record[field]
        }
    }
}

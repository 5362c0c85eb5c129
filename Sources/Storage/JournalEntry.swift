public import Policy
public import SMTP

/// A verdict as the journal keeps it: addresses are hashed, and in clear only where the administrator wants that.
public struct JournalEntry: Hashable, Sendable {
    /// The entry's number; later entries have higher ones.
    public let id: Int64

    /// When the verdict was reached.
    public let time: UnixTime

    /// The session it belongs to.
    public let session: String

    /// The client's address, hashed; `nil` when there was none.
    public let client: KeyedHash?

    /// The sender, hashed; `nil` for the null sender.
    public let sender: KeyedHash?

    /// The recipient, hashed; `nil` when there was none.
    public let recipient: KeyedHash?

    /// The recipient's domain, folded; empty when there was none.
    public let recipientDomain: String

    /// What the client deserved.
    public let verdict: Verdict

    /// What it got.
    public let applied: Verdict

    /// Why, most telling first.
    public let reasons: [String]

    /// The dialect, or the candidates that were left; empty for no opinion.
    public let dialect: String

    /// The state of the decision machine.
    public let dialectState: String

    /// The mail server's queue id; empty when it had none.
    public let queueID: String

    /// The mode that was in force.
    public let mode: EnforcementMode

    /// The code of the reply, 400...599; `nil` when the mail server went on.
    public let replyCode: Int?

    /// What the sender's score was, in words; empty without one.
    public let senderScore: String

    /// The addresses in clear; `nil` where they are not kept, or no longer.
    public let shown: ShownAddresses?
}

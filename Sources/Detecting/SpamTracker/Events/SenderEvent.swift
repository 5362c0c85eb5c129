public import SMTP

/// One mail of one sender to one recipient domain, as seen at RCPT or in a log. Refused recipients count as well: a bot
/// that guesses names is refused often and aims all the same.
public struct SenderEvent: Hashable, Sendable {
    /// Who sent.
    public let sender: SenderKey

    /// The recipient's domain, or whatever stands for it (a keyed hash, a mailbox of a single-domain site).
    public let domain: String

    /// When.
    public let time: UnixTime

    /// How many mails this event stands for, at least 1.
    public let weight: UInt32

    /// What is known of the sender from outside.
    public let label: SenderLabel?

    /// An event.
    public init(sender: SenderKey, domain: String, time: UnixTime, weight: UInt32 = 1, label: SenderLabel? = nil) {
        self.sender = sender
        self.domain = domain
        self.time = time
        self.weight = max(weight, 1)
        self.label = label
    }
}

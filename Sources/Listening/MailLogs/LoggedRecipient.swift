public import SMTP

/// One recipient that a client asked for, as reported by a mail log. Refused recipients count as well: who guesses
/// names is refused often and aims all the same.
public struct LoggedRecipient: Hashable, Sendable {
    /// Who asked.
    public var client: ClientAddress

    /// The recipient's domain, folded.
    public var domain: String

    /// When: the time of the line that names the client, not that of a later delivery.
    public var time: UnixTime

    /// The code of the refusal, 400...599; `nil` for an accepted recipient.
    public var refusal: Int?

    /// The mail server's queue id; empty for what was refused before it had one.
    public var queueID: String

    /// How often the log says so: loggers fold lines that repeat.
    public var count: UInt32

    /// A recipient from its parts.
    public init(
        client: ClientAddress, domain: String, time: UnixTime, refusal: Int? = nil, queueID: String = "",
        count: UInt32 = 1
    ) {
        self.client = client
        self.domain = domain
        self.time = time
        self.refusal = refusal
        self.queueID = queueID
        self.count = count
    }
}

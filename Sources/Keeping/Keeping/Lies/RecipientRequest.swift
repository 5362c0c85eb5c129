public import SMTP

/// A request for a recipient, as the journal has it.
public struct RecipientRequest: Hashable, Sendable {
    /// When it came.
    public var time: UnixTime

    /// The session it came in.
    public var session: String

    /// The recipient, hashed as the ledger of lies hashes it.
    public var recipient: KeyedHash

    /// The dialect that the client spoke; empty when there was no opinion.
    public var dialect: String

    /// Whether the client deserved to be let in.
    public var isAccepted: Bool

    /// A request by its parts.
    public init(time: UnixTime, session: String, recipient: KeyedHash, dialect: String, isAccepted: Bool) {
        self.time = time
        self.session = session
        self.recipient = recipient
        self.dialect = dialect
        self.isAccepted = isAccepted
    }
}

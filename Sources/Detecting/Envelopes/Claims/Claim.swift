/// Something in a message that says which software made it or passed it on.
public struct Claim: Sendable, Hashable {
    /// Where in the message the claim is made.
    public enum Field: String, Sendable, Hashable, CaseIterable {
        /// X-Mailer or User-Agent.
        case mailer

        /// The form of the Message-ID.
        case messageID = "message-id"

        /// What a Received field says about the server that wrote it.
        case received

        /// The form of the MIME boundary.
        case boundary

        /// The HELO argument: a name of a well-known service.
        case helo
    }

    /// Where in the message the claim is made.
    public let field: Field

    /// What it claims.
    public let software: MailSoftware

    /// Whether the claim contradicts itself: it imitates a mark, but not as the software writes it.
    public let isForged: Bool

    /// A claim from its parts.
    public init(field: Field, software: MailSoftware, isForged: Bool = false) {
        self.field = field
        self.software = software
        self.isForged = isForged
    }
}

public import SMTP

/// What a verdict is asked about: a client that wants to send something to somebody.
public struct DeliveryAttempt: Sendable {
    /// The client's address; `nil` for a local socket or an unknown family.
    public var client: ClientAddress?

    /// The client's port; 0 when the mail server fakes a session for a local submission.
    public var clientPort: Int?

    /// The client's verified or unverified reverse name in lower case; empty when there is none.
    public var clientName: String

    /// How the name look-up fared.
    public var resolution: HostResolution

    /// The sender.
    public var sender: MailAddress

    /// The recipient that the verdict is on.
    public var recipient: MailAddress

    /// What the dialect machine says by now.
    public var dialect: DialectFinding

    /// What the score of the client's targets is; `nil` without one.
    public var senderFinding: SenderFinding?

    /// Whether the message's headers are known.
    public var isAtEnd: Bool

    /// When.
    public var time: UnixTime

    /// An attempt of its parts.
    public init(
        client: ClientAddress?, clientPort: Int? = nil, clientName: String = "", resolution: HostResolution = .unknown,
        sender: MailAddress, recipient: MailAddress, dialect: DialectFinding = .noOpinion, isAtEnd: Bool = false,
        time: UnixTime = UnixTime(seconds: 0)
    ) {
        self.client = client
        self.clientPort = clientPort
        self.clientName = clientName
        self.resolution = resolution
        self.sender = sender
        self.recipient = recipient
        self.dialect = dialect
        self.isAtEnd = isAtEnd
        self.time = time
    }
}

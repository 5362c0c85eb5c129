public import SMTP

/// All that a verdict on one recipient may depend on.
public struct Evidence: Sendable {
    /// The client's address; `nil` for a local socket or an unknown family.
    public var client: ClientAddress?

    /// The client's port; 0 when the mail server fakes a session for a local submission.
    public var clientPort: Int?

    /// The client's verified or unverified reverse name in lower case; empty when there is none.
    public var clientName: String

    /// Whether the whole address stands in the client's name, as in names that a provider gives to all of its lines.
    public var nameHoldsAddress = false

    /// How the name look-up fared.
    public var resolution: HostResolution

    /// Whether the client has logged in.
    public var isAuthenticated: Bool

    /// The last HELO argument; `nil` when none came.
    public var helo: String?

    /// The last HELO argument's shape.
    public var heloShape: HELOShape?

    /// What the dialect machine says.
    public var dialect: DialectFinding

    /// How likely HELO, names and headers are those of spam, 0...1; `nil` without a model of envelopes.
    public var envelope: Double?

    /// What of the message's claims is disproved.
    public var contradictions: [Signal] = []

    /// What the score of the client's targets is; `nil` without one.
    public var senderFinding: SenderFinding?

    /// The sender.
    public var sender: MailAddress

    /// The recipient that the verdict is on.
    public var recipient: MailAddress

    /// Recipients of this session that the mail server refused as unknown, this one included.
    public var unknownRecipients: Int

    /// All recipients that the session asked for, this one included.
    public var recipients: Int

    /// Whether the client has a history of clean mail.
    public var hasGoodHistory: Bool

    /// Whether somebody in the client's network has delivered a message before that nothing of weight spoke against.
    public var networkHasDelivered = false

    /// Whether the last greeting was HELO and not EHLO; `false` where the mail server does not tell.
    public var saidHELO = false

    /// Whether the client is the host that the mail server runs on, by one of its own addresses.
    public var isOwnHost = false

    /// Evidence of its parts.
    public init(
        client: ClientAddress?, clientPort: Int? = nil, clientName: String = "", resolution: HostResolution = .unknown,
        isAuthenticated: Bool = false, helo: String? = nil, heloShape: HELOShape? = nil,
        dialect: DialectFinding = .noOpinion, envelope: Double? = nil, sender: MailAddress, recipient: MailAddress,
        unknownRecipients: Int = 0,
        recipients: Int = 1, hasGoodHistory: Bool = false
    ) {
        self.client = client
        self.clientPort = clientPort
        self.clientName = clientName
        self.resolution = resolution
        self.isAuthenticated = isAuthenticated
        self.helo = helo
        self.heloShape = heloShape
        self.dialect = dialect
        self.envelope = envelope
        self.sender = sender
        self.recipient = recipient
        self.unknownRecipients = unknownRecipients
        self.recipients = recipients
        self.hasGoodHistory = hasGoodHistory
    }
}

/// A spam bot or attacker, written down from published facts: the bytes it sends and what it does when refused.
///
/// A persona sends no mail anywhere but to the private server it is pointed at. Bytes that the sources do not give
/// (message texts, mostly) are invented and harmless.
public struct Persona: Sendable {
    /// What the bot does after a 4xx or 5xx reply, or one it does not understand.
    public enum Refusal: Sendable {
        /// Drops the TCP connection without a word.
        case drops
        /// Sends QUIT.
        case quits
        /// Takes the next recipient, or the next step, as if nothing had been said.
        case goesOn
    }

    /// A short name in lower case.
    public let name: String
    /// What it is and where its bytes are published.
    public let source: String
    /// Its address and name unless the run gives another.
    public let identity: ClientIdentity
    /// The envelope sender.
    public let sender: String
    /// Whether it writes its first command before the server's greeting.
    public let speaksFirst: Bool
    /// The lines before the envelope, HELO and the like.
    public let greeting: [Template]
    /// The MAIL line; nil for one that never sends mail.
    public let mail: Template?
    /// The RCPT line.
    public let recipient: Template
    /// The line between two envelopes; when given, each recipient gets an envelope of its own and none a message.
    public let reset: Template?
    /// The DATA line; nil for one that ends after the recipients.
    public let data: Template?
    /// The message, from the first header to before the final dot.
    public let message: Template
    /// The last line; nil for one that drops the connection.
    public let farewell: Template?
    /// What it does when refused.
    public let onRefusal: Refusal

    /// Makes a persona. Lines are complete, with their line ends.
    public init(
        _ name: String, source: String, identity: ClientIdentity, sender: String, speaksFirst: Bool = false,
        greeting: [Template], mail: Template?, recipient: Template = "", reset: Template? = nil,
        data: Template? = "DATA\r\n", message: Template = Persona.plainMessage, farewell: Template? = nil,
        onRefusal: Refusal = .drops
    ) {
        self.name = name
        self.source = source
        self.identity = identity
        self.sender = sender
        self.speaksFirst = speaksFirst
        self.greeting = greeting
        self.mail = mail
        self.recipient = recipient
        self.reset = reset
        self.data = data
        self.message = message
        self.farewell = farewell
        self.onRefusal = onRefusal
    }

    /// A harmless message for a persona whose source gives none.
    public static let plainMessage: Template = """
        From: <\(.sender)>\r\nTo: <\(.recipient)>\r\nSubject: laboratory \(.randomNumber)\r\n\
        Message-ID: <\(.randomLabel)\(.randomNumber)@\(.randomLabel)>\r\n\r\nThis is a laboratory message.\r\n
        """
}

/// A client that says HELO or EHLO and sends small mails, with as little manner of its own as can be.
public struct MailClient: Sendable {
    /// Who it is.
    public var identity: ClientIdentity
    /// Its first command.
    public var helo: String
    /// Its envelope sender.
    public var sender: String

    /// A client by its traits.
    public init(identity: ClientIdentity, helo: String, sender: String) {
        self.identity = identity
        self.helo = helo
        self.sender = sender
    }

    /// A host like many: nothing speaks against it.
    public static let honest = MailClient(
        identity: ClientIdentity("192.0.2.201", name: "mail.linden.example"), helo: "EHLO mail.linden.example",
        sender: "dora@linden.example")

    /// A decided bot without a name: SpySheriff's mailer, with its constant HELO.
    public static let bot = bot(at: "192.0.2.14")

    /// The same bot at another address.
    public static func bot(at address: String) -> MailClient {
        MailClient(identity: ClientIdentity(address), helo: "HELO User.With.Error", sender: "pat@elsewhere.example")
    }

    /// Something suspicious that need not be a bot: no name, and the bare address as HELO.
    public static func device(at address: String) -> MailClient {
        MailClient(identity: ClientIdentity(address), helo: "HELO \(address)", sender: "scan@elsewhere.example")
    }

    /// A decided bot whose name is in order: suspicious, but no second detector agrees.
    public static let namedBot = MailClient(
        identity: ClientIdentity("203.0.113.16", name: "pool-16.isp.example"), helo: "HELO User.With.Error",
        sender: "max@elsewhere.example")

    /// The client with other traits.
    public func with(
        sender: String? = nil, identity: ClientIdentity? = nil, helo: String? = nil
    ) -> MailClient {
        MailClient(identity: identity ?? self.identity, helo: helo ?? self.helo, sender: sender ?? self.sender)
    }
}

extension SMTPConversation {
    /// Sends a command that must be answered with `code`.
    @discardableResult
    public func expect(_ code: Int, _ line: String) throws(LabError) -> ServerReply {
        let reply = try command(line)
        guard reply.code == code else { throw LabError(.refused, "\(code) expected, got: \(reply)", at: line) }
        return reply
    }

    /// DATA, a small message and QUIT; the reply to the message, or to DATA when that was refused.
    public func finishMail(from client: MailClient, subject: String) throws(LabError) -> ServerReply {
        let reply = try deliver(from: client, subject: subject)
        try command("QUIT")
        return reply
    }

    /// DATA and a small message.
    public func deliver(from client: MailClient, subject: String) throws(LabError) -> ServerReply {
        let reply = try command("DATA")
        guard reply.code == 354 else { return reply }
        return try message(from: client, subject: subject)
    }

    /// A small message after DATA was taken.
    public func message(from client: MailClient, subject: String) throws(LabError) -> ServerReply {
        try command("From: <\(client.sender)>\r\nSubject: \(subject)\r\n\r\nThis is a test.\r\n.")
    }
}

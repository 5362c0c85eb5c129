import ClientLab
import DaemonLab
import Foundation
import Testing

/// A Postfix with argotd in front of it.
final class FilteredPostfix: Sendable {
    /// The daemon.
    let daemon: ArgotDaemon
    /// The mail server.
    let postfix: PostfixInstance

    /// Starts both.
    ///
    /// - Parameters:
    ///   - settings: what differs from the standard settings of tests.
    ///   - runsDaemon: whether the daemon is started, too.
    ///   - timeout: how long Postfix waits for an answer of the filter.
    ///   - overrides: settings of Postfix; `DIRECTORY` stands for the daemon's directory.
    init(
        _ settings: [String: String] = [:], runsDaemon: Bool = true, timeout: String = "20s",
        variant: PostfixVariant = .local, overrides: [String: String] = [:], offersTLS: Bool = false
    ) throws {
        daemon = try ArgotDaemon(settings)
        postfix = try PostfixInstance(
            directory: daemon.path("postfix"), variant: variant,
            milters: """
                { \(daemon.socket), connect_timeout=\(timeout), command_timeout=\(timeout), content_timeout=\(timeout), \
                default_action=accept }
                """,
            overrides: overrides.mapValues { [path = daemon.directory.path] in $0.replacing("DIRECTORY", with: path) },
            offersTLS: offersTLS)
        if runsDaemon { try daemon.start() }
        try postfix.start()
    }

    /// Settings that apply every verdict; certain bots get `certainAction`.
    static func enforcing(_ certainAction: String = "tempfail", _ more: [String: String] = [:]) -> [String: String] {
        [
            "mode": "enforce", "enforce": "tempfail reject fakereject", "certain_action": certainAction,
            "fake_reject_fraction": certainAction == "fakereject" ? "1" : "0",
        ].merging(more) { $1 }
    }

    /// A connection of a client that has read the greeting.
    func connect(_ client: Client) throws -> SMTPConversation {
        let conversation = try SMTPConversation(port: postfix.port, as: client.identity)
        let greeting = try conversation.readReply()
        guard greeting.code == 220 else { throw LabError(.refused, "the greeting is \(greeting)") }
        return conversation
    }

    /// A connection of a client that has said HELO and MAIL.
    func begin(_ client: Client) throws -> SMTPConversation {
        let conversation = try connect(client)
        try conversation.expect(250, client.helo)
        try conversation.expect(250, "MAIL FROM:<\(client.sender)>")
        return conversation
    }

    /// What a client is answered to RCPT, each recipient in brackets.
    func ask(_ client: Client, for recipients: String...) throws -> [String] {
        let conversation = try begin(client)
        defer { conversation.drop() }
        return try recipients.map { try conversation.command("RCPT TO:<\($0)>").description }
    }

    /// Sends a mail to the end; returns the first refusal, or the reply to the message.
    @discardableResult
    func send(_ client: Client, to recipient: String = "user1@lab.example", subject: String = "test") throws
        -> ServerReply
    {
        let conversation = try begin(client)
        let reply = try conversation.command("RCPT TO:<\(recipient)>")
        guard reply.isPositive else { return reply }
        return try conversation.finishMail(from: client, subject: subject)
    }

    /// A client.
    struct Client: Sendable {
        /// Who it is.
        var identity: ClientIdentity
        /// Its first command.
        var helo: String
        /// Its envelope sender.
        var sender: String

        /// A host like many: nothing speaks against it.
        static let honest = Client(
            identity: ClientIdentity("192.0.2.201", name: "mail.linden.example"), helo: "EHLO mail.linden.example",
            sender: "dora@linden.example")

        /// A decided bot without a name: SpySheriff's mailer, with its constant HELO.
        static let bot = bot(at: "192.0.2.14")

        /// The same bot at another address.
        static func bot(at address: String) -> Client {
            Client(identity: ClientIdentity(address), helo: "HELO User.With.Error", sender: "pat@elsewhere.example")
        }

        /// Something suspicious that need not be a bot: no name, and the bare address as HELO.
        static func device(at address: String) -> Client {
            Client(identity: ClientIdentity(address), helo: "HELO \(address)", sender: "scan@elsewhere.example")
        }

        /// A decided bot whose name is in order: suspicious, but no second detector agrees.
        static let namedBot = Client(
            identity: ClientIdentity("203.0.113.16", name: "pool-16.isp.example"), helo: "HELO User.With.Error",
            sender: "max@elsewhere.example")

        /// The client with other traits.
        func with(
            sender: String? = nil, identity: ClientIdentity? = nil, helo: String? = nil
        ) -> Client {
            Client(identity: identity ?? self.identity, helo: helo ?? self.helo, sender: sender ?? self.sender)
        }
    }
}

extension SMTPConversation {
    /// Sends a command that must be answered with `code`.
    @discardableResult
    func expect(_ code: Int, _ line: String) throws -> ServerReply {
        let reply = try command(line)
        guard reply.code == code else { throw LabError(.refused, "\(code) expected, got: \(reply)", at: line) }
        return reply
    }

    /// DATA, a small message and QUIT; the reply to the message, or to DATA when that was refused.
    func finishMail(from client: FilteredPostfix.Client, subject: String) throws -> ServerReply {
        let reply = try deliver(from: client, subject: subject)
        try command("QUIT")
        return reply
    }

    /// DATA and a small message.
    func deliver(from client: FilteredPostfix.Client, subject: String) throws -> ServerReply {
        let reply = try command("DATA")
        guard reply.code == 354 else { return reply }
        return try message(from: client, subject: subject)
    }

    /// A small message after DATA was taken.
    func message(from client: FilteredPostfix.Client, subject: String) throws -> ServerReply {
        try command("From: <\(client.sender)>\r\nSubject: \(subject)\r\n\r\nThis is a test.\r\n.")
    }
}

/// What tests with a Postfix need; missing, they are left out, but never in continuous integration.
enum Requirements {
    /// The condition of such tests.
    static let postfix = ConditionTrait.enabled(
        if: isInCI || (geteuid() == 0 && Executable.path(of: "master") != nil),
        "needs root and Debian's postfix")

    /// Whether a missing program is a failure.
    static let isInCI = ProcessInfo.processInfo.environment["CI"] != nil
}

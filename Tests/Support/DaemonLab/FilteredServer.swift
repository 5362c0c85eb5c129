import ClientLab

/// A real mail server with argotd in front of it, whichever mail server it is.
public protocol FilteredServer: Sendable {
    /// The daemon.
    var daemon: ArgotDaemon { get }

    /// The mail server.
    var server: any MailboxServer { get }
}

extension FilteredServer {
    /// A connection of a client that has read the greeting.
    public func connect(_ client: MailClient) throws -> SMTPConversation {
        let conversation = try SMTPConversation(to: server, as: client.identity)
        let greeting = try conversation.readReply()
        guard greeting.code == 220 else { throw LabError(.refused, "the greeting is \(greeting)") }
        return conversation
    }

    /// A connection of a client that has said HELO and MAIL.
    public func begin(_ client: MailClient) throws -> SMTPConversation {
        let conversation = try connect(client)
        try conversation.expect(250, client.helo)
        try conversation.expect(250, "MAIL FROM:<\(client.sender)>")
        return conversation
    }

    /// What a client is answered to RCPT, each recipient in brackets.
    public func ask(_ client: MailClient, for recipients: String...) throws -> [String] {
        let conversation = try begin(client)
        defer { conversation.drop() }
        return try recipients.map { try conversation.command("RCPT TO:<\($0)>").description }
    }

    /// What is wrong with argotd and its mail server after whatever they went through; nil if the next clients are served
    /// and judged, neither has broken down, and argotd ends without a session left behind.
    public func faultAfterwards() throws -> String? {
        let reply = try send(.honest, to: "user9@lab.example", subject: "afterwards")
        guard reply.code == 250 else { return "an honest client is answered \(reply)" }
        let refusal = try ask(.bot(at: "203.0.113.200"), for: "user9@lab.example")[0]
        guard refusal.hasPrefix("550 5.7.1") else { return "a bot is answered \(refusal)" }
        for word in ["panic", "fatal", "killed by signal"] where server.log.contains(word) {
            return "the mail server says \(word): \(server.log)"
        }
        guard daemon.isRunning else { return "argotd has ended" }
        let ending = daemon.stop()
        guard ending == .exited(0) else { return "argotd ended with \(String(describing: ending))" }
        let abandoned = daemon.messages("stopped").last?["abandoned"] ?? "none"
        return abandoned == "0" ? nil : "sessions whose slot has leaked: \(abandoned)"
    }

    /// Sends a mail to the end; returns the first refusal, or the reply to the message.
    @discardableResult
    public func send(
        _ client: MailClient, to recipient: String = "user1@lab.example", subject: String = "test"
    ) throws -> ServerReply {
        let conversation = try begin(client)
        let reply = try conversation.command("RCPT TO:<\(recipient)>")
        guard reply.isPositive else { return reply }
        return try conversation.finishMail(from: client, subject: subject)
    }
}

import ClientLab

/// A real mail server with argotd in front of it, whichever mail server it is.
public protocol FilteredServer: Sendable {
    /// The daemon.
    var daemon: ArgotDaemon { get }

    /// The mail server.
    var server: any MailServer { get }
}

extension FilteredServer {
    /// Settings that apply every verdict; certain bots get `certainAction`.
    public static func enforcing(
        _ certainAction: String = "tempfail", _ more: [String: String] = [:]
    ) -> [String: String] {
        [
            "mode": "enforce", "enforce": "tempfail reject fakereject", "certain_action": certainAction,
            "fake_reject_fraction": certainAction == "fakereject" ? "1" : "0",
        ].merging(more) { $1 }
    }

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

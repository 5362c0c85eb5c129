import ClientLab
import DaemonLab
import Testing

/// The projection of conversations from the wire to a milter's vantage, against what a real mail server hands over for the
/// same client.
@Suite("Projection against mail servers")
struct ProjectionTests {
    static let settings = ["transcript_file": "DIRECTORY/transcripts"]

    static func check(
        _ record: ConversationRecord, _ lab: any FilteredServer, _ identity: ClientIdentity, at vantage: String
    ) throws {
        let handedOver = try HandedOver(record, of: lab.daemon, from: identity.address)
        #expect(handedOver.vantage == vantage)
        #expect(handedOver.difference == nil)
    }

    @Test(arguments: MailServerKind.usable, RealClient.usable)
    func realClients(server: MailServerKind, client: RealClient) throws {
        for recipients in [["user1@lab.example"], ["user1@lab.example", "nosuch@lab.example", "user2@lab.example"]] {
            try Self.realClient(client, to: recipients, over: server)
        }
    }

    private static func realClient(_ client: RealClient, to recipients: [String], over server: MailServerKind) throws {
        let lab = try server.filtered(Self.settings)
        let run = try RealClientRun(
            client, server: lab.server, to: recipients, directory: lab.daemon.directory.path)
        try Self.check(run.record, lab, run.identity, at: server.vantage)
    }

    @Test(arguments: MailServerKind.usable)
    func postfixAsTheClient(server: MailServerKind) throws {
        let lab = try server.filtered(Self.settings)
        let run = try PostfixSenderRun(
            server: lab.server, to: ["user1@lab.example", "nosuch@lab.example", "user2@lab.example"],
            directory: lab.daemon.path("sender"))
        try Self.check(run.record, lab, run.identity, at: server.vantage)
    }

    @Test(arguments: MailServerKind.usable, Persona.all)
    func personas(server: MailServerKind, persona: Persona) throws {
        let lab = try server.filtered(Self.settings)
        let run = try PersonaRun(persona, server: lab.server, to: ["user1@lab.example", "nosuch@lab.example"])
        try Self.check(run.record, lab, run.identity, at: server.vantage)
    }

    /// Odd conversations, and those that end in the middle of a message.
    @Test(arguments: MailServerKind.usable, HandedOver.oddConversations.map(\.name))
    func oddConversations(server: MailServerKind, name: String) throws {
        let lab = try server.filtered(Self.settings)
        let conversation = try SMTPConversation(to: lab.server, as: MailClient.honest.identity)
        try conversation.readReply()
        for line in HandedOver.oddConversations.first(where: { $0.name == name })?.lines ?? [] {
            try conversation.command(line)
        }
        conversation.drop()
        try Self.check(conversation.record, lab, MailClient.honest.identity, at: server.vantage)
    }

    @Test(arguments: MailServerKind.usable)
    func aMessageWithoutItsEnd(server: MailServerKind) throws {
        let lab = try server.filtered(Self.settings)
        let conversation = try lab.begin(.honest)
        try conversation.expect(250, "RCPT TO:<user1@lab.example>")
        try conversation.expect(354, "DATA")
        try conversation.write("Subject: never finished\r\n\r\nhalf a li")
        conversation.drop()
        try Self.check(conversation.record, lab, MailClient.honest.identity, at: server.vantage)
    }

    @Test(arguments: MailServerKind.usable)
    func commandsInOnePacket(server: MailServerKind) throws {
        let lab = try server.filtered(Self.settings)
        let conversation = try lab.connect(.honest)
        try conversation.expect(250, MailClient.honest.helo)
        try conversation.write(
            "MAIL FROM:<a@linden.example>\r\nRCPT TO:<user1@lab.example>\r\nRCPT TO:<nosuch@lab.example>\r\nDATA\r\n")
        for _ in 1...4 { try conversation.readReply() }
        try conversation.write("Subject: x\r\n\r\n..\r\n.\r\nRSET\r\nQUIT\r\n")
        for _ in 1...3 { try conversation.readReply() }
        try Self.check(conversation.record, lab, MailClient.honest.identity, at: server.vantage)
    }
}

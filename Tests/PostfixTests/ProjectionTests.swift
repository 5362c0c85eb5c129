import ClientLab
import DaemonLab
import Testing

/// The projection of conversations from the wire to a milter's vantage, against what a real Postfix hands over for the
/// same client.
@Suite("Projection against Postfix", Requirements.postfix)
struct ProjectionTests {
    static let settings = ["transcript_file": "DIRECTORY/transcripts"]

    static func check(_ record: ConversationRecord, _ lab: FilteredPostfix, _ identity: ClientIdentity) throws {
        let handedOver = try HandedOver(record, of: lab.daemon, from: identity.address)
        #expect(handedOver.vantage == "milter-postfix")
        #expect(handedOver.difference == nil)
    }

    @Test(
        arguments: RealClient.allCases.filter { Requirements.isInCI || Executable.path(of: $0.executable) != nil },
        [["user1@lab.example"], ["user1@lab.example", "nosuch@lab.example", "user2@lab.example"]])
    func realClients(client: RealClient, recipients: [String]) throws {
        let lab = try FilteredPostfix(Self.settings)
        let run = try RealClientRun(
            client, server: lab.server, to: recipients, directory: lab.daemon.directory.path)
        try Self.check(run.record, lab, run.identity)
    }

    @Test func postfixAsTheClient() throws {
        let lab = try FilteredPostfix(Self.settings)
        let run = try PostfixSenderRun(
            server: lab.server, to: ["user1@lab.example", "nosuch@lab.example", "user2@lab.example"],
            directory: lab.daemon.path("sender"))
        try Self.check(run.record, lab, run.identity)
    }

    @Test(arguments: Persona.all)
    func personas(persona: Persona) throws {
        let lab = try FilteredPostfix(Self.settings)
        let run = try PersonaRun(persona, server: lab.server, to: ["user1@lab.example", "nosuch@lab.example"])
        try Self.check(run.record, lab, run.identity)
    }

    /// Odd conversations, and those that end in the middle of a message.
    @Test(arguments: HandedOver.oddConversations.map(\.name))
    func oddConversations(name: String) throws {
        let lab = try FilteredPostfix(Self.settings)
        let conversation = try SMTPConversation(to: lab.server, as: MailClient.honest.identity)
        try conversation.readReply()
        for line in HandedOver.oddConversations.first(where: { $0.name == name })?.lines ?? [] {
            try conversation.command(line)
        }
        conversation.drop()
        try Self.check(conversation.record, lab, MailClient.honest.identity)
    }

    @Test func aMessageWithoutItsEnd() throws {
        let lab = try FilteredPostfix(Self.settings)
        let conversation = try lab.begin(.honest)
        try conversation.expect(250, "RCPT TO:<user1@lab.example>")
        try conversation.expect(354, "DATA")
        try conversation.write("Subject: never finished\r\n\r\nhalf a li")
        conversation.drop()
        try Self.check(conversation.record, lab, MailClient.honest.identity)
    }

    @Test func commandsInOnePacket() throws {
        let lab = try FilteredPostfix(Self.settings)
        let conversation = try lab.connect(.honest)
        try conversation.expect(250, MailClient.honest.helo)
        try conversation.write(
            "MAIL FROM:<a@linden.example>\r\nRCPT TO:<user1@lab.example>\r\nRCPT TO:<nosuch@lab.example>\r\nDATA\r\n")
        for _ in 1...4 { try conversation.readReply() }
        try conversation.write("Subject: x\r\n\r\n..\r\n.\r\nRSET\r\nQUIT\r\n")
        for _ in 1...3 { try conversation.readReply() }
        try Self.check(conversation.record, lab, MailClient.honest.identity)
    }

    @Test func chunks() throws {
        let lab = try FilteredPostfix(Self.settings)
        let conversation = try lab.begin(.honest)
        try conversation.expect(250, "RCPT TO:<user1@lab.example>")
        try conversation.write("BDAT 14\r\nSubject: x\r\n\r\n")
        #expect(try conversation.readReply().code == 250)
        try conversation.write("BDAT 6 LAST\r\ntext\r\n")
        #expect(try conversation.readReply().code == 250)
        try conversation.expect(221, "QUIT")
        try Self.check(conversation.record, lab, MailClient.honest.identity)
    }

    /// With the policy service the greeting is told with the first recipient, behind MAIL; the projection, like Sendmail,
    /// tells it before.
    @Test(arguments: ["HELO", "EHLO"])
    func theGreetingByThePolicyService(verb: String) throws {
        let lab = try FilteredPostfix(PolicyServiceTests.settings, overrides: PolicyServiceTests.restrictions)
        let conversation = try lab.connect(.honest)
        let lines = [
            "\(verb) mail.linden.example", "MAIL FROM:<a@linden.example>", "RCPT TO:<user1@lab.example>",
            "RCPT TO:<user2@lab.example>", "DATA", "Subject: x\r\n\r\ny\r\n.", "QUIT",
        ]
        for line in lines { try conversation.command(line) }
        let handedOver = try HandedOver(conversation.record, of: lab.daemon, from: MailClient.honest.identity.address)
        #expect(handedOver.vantage == "milter-postfix+policy")
        #expect(handedOver.projected.sorted() == handedOver.seen.sorted())
        #expect(handedOver.seen.firstIndex { $0.hasPrefix("proto ") } == 2)
    }
}

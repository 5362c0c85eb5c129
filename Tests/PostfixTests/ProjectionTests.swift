import ClientLab
import DaemonLab
import Testing

/// The projection of what only Postfix offers; `MailServerTests` has what all mail servers hand over.
@Suite("Projection against Postfix", Requirements.postfix)
struct ProjectionTests {
    static let settings = ["transcript_file": "DIRECTORY/transcripts"]

    @Test func chunks() throws {
        let lab = try FilteredPostfix(Self.settings)
        let conversation = try lab.begin(.honest)
        try conversation.expect(250, "RCPT TO:<user1@lab.example>")
        try conversation.write("BDAT 14\r\nSubject: x\r\n\r\n")
        #expect(try conversation.readReply().code == 250)
        try conversation.write("BDAT 6 LAST\r\ntext\r\n")
        #expect(try conversation.readReply().code == 250)
        try conversation.expect(221, "QUIT")
        let handedOver = try HandedOver(
            conversation.record, of: lab.daemon, from: MailClient.honest.identity.address)
        #expect(handedOver.difference == nil)
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

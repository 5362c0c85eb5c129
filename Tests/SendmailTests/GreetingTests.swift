import ClientLab
import DaemonLab
import Testing

/// What Sendmail tells its filters and Postfix does not.
@Suite("The greeting under Sendmail", Requirements.sendmail)
struct GreetingTests {
    @Test(
        arguments: [
            ("HELO mail.example.net", "SMTP"), ("EHLO mail.example.net", "ESMTP"), (nil, "SMTP"),
            ("helo mail.example.net", "SMTP"), ("eHLO mail.example.net", "ESMTP"),
        ] as [(String?, String)])
    func heloAndEHLOAreToldApart(greeting: String?, proto: String) throws {
        let lab = try FilteredSendmail(["transcript_file": "DIRECTORY/transcripts"])
        let identity = ClientIdentity("203.0.113.1", name: "mail.example.net")
        let conversation = try SMTPConversation(to: lab.sendmail, as: identity)
        try conversation.readReply()
        if let greeting { try conversation.expect(250, greeting) }
        try conversation.expect(250, "MAIL FROM:<a@example.net>")
        try conversation.expect(250, "RCPT TO:<user1@lab.example>")
        try conversation.expect(221, "QUIT")
        let transcript = try WrittenTranscript.awaitOne(of: lab.daemon, from: identity.address)
        #expect(transcript.vantage == "milter-sendmail")
        #expect(transcript.events.filter { $0.event == "proto" }.map(\.args) == [[proto]])
    }
}

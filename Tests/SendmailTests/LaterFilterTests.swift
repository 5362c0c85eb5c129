import ClientLab
import DaemonLab
import FakeMTA
import Testing

/// What Sendmail shows a filter of what an earlier one has changed.
@Suite("Later filters", Requirements.sendmail)
struct LaterFilterTests {
    @Test("Fields that an earlier filter adds and changes are shown")
    func fields() throws {
        let first = try ScriptedFilter(
            ScriptedFilter.probe,
            options: [
                "--answer", "eom=chgheader:X-Spam-Status:1: Yes", "--answer", "eom=addheader:X-Spam-Flag: YES",
            ])
        let later = try ScriptedFilter(ScriptedFilter.probe)
        let scratch = try ScratchDirectory(prefix: "argot")
        let sendmail = try SendmailInstance(
            directory: scratch.path + "/sendmail", filter: "S=\(first.socket)",
            lines: ["INPUT_MAIL_FILTER(`later', `S=\(later.socket)')dnl"])
        try sendmail.start()
        let client = MailClient.device(at: "192.0.2.40")
        let conversation = try SMTPConversation(to: sendmail, as: client.identity)
        _ = try conversation.readReply()
        try conversation.expect(250, client.helo)
        try conversation.expect(250, "MAIL FROM:<\(client.sender)>")
        try conversation.expect(250, "RCPT TO:<user1@lab.example>")
        try conversation.expect(354, "DATA")
        let message = [
            "X-Spam-Status: No", "From: a@x.example", "X-Spam-Status: No", "X-Spam-Flag: NO", "", "text", ".",
        ]
        try conversation.expect(250, message.joined(separator: "\r\n"))
        conversation.drop()
        #expect(Poll.until(.after(.seconds(30))) { later.record.contains { $0.hasSuffix(" eom") } })
        let fields = later.record.filter { $0.contains(" header \"X-Spam") }.map { $0.drop { $0 != "\"" } }
        // What is added comes before the client's field of that name.
        #expect(
            fields == [
                #""X-Spam-Status" " Yes""#, #""X-Spam-Status" " No""#, #""X-Spam-Flag" " YES""#,
                #""X-Spam-Flag" " NO""#,
            ])
    }
}

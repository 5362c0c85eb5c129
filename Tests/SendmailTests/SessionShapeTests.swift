import ClientLab
import DaemonLab
import Testing

/// Sessions of a shape that Sendmail handles in its own way; `MailServerTests` has those that all mail servers let happen.
@Suite("Odd sessions over Sendmail", Requirements.sendmail)
struct SessionShapeTests {
    /// Runs `body`, then shows that the next client is served and judged.
    static func surviving(_ body: (FilteredSendmail) throws -> Void) throws {
        let lab = try FilteredSendmail(ArgotDaemon.enforcing("reject", ["drain_timeout": "10s"]))
        try body(lab)
        #expect(try lab.faultAfterwards() == nil)
    }

    /// Sendmail itself refuses names that are none, and takes its time for the third greeting and those after it.
    @Test func heloAgainAndAgain() throws {
        try Self.surviving { lab in
            let conversation = try lab.connect(.honest)
            for (name, code) in [("", 501), ("a", 250), ("@", 501), (String(repeating: "x", count: 400), 501)] {
                try conversation.expect(code, "EHLO \(name)")
            }
            try conversation.expect(250, "MAIL FROM:<a@linden.example>")
            try conversation.expect(250, MailClient.honest.helo)
            try conversation.expect(250, "MAIL FROM:<a@linden.example>")
            try conversation.expect(250, "RCPT TO:<user1@lab.example>")
            #expect(try conversation.finishMail(from: .honest, subject: "many HELOs").code == 250)
        }
    }

    /// Who talks before the greeting is refused by Sendmail itself; the filter sees the connection and its end.
    @Test func everythingInOnePacketBeforeTheGreeting() throws {
        try Self.surviving { lab in
            let conversation = try SMTPConversation(to: lab.sendmail, as: MailClient.honest.identity)
            try conversation.write(
                """
                HELO x\r\nMAIL FROM:<a@linden.example>\r\nRCPT TO:<user1@lab.example>\r\nDATA\r\n\
                Subject: early\r\n\r\n.\r\nQUIT\r\n
                """)
            // Whether the greeting or the refusal comes first is a race; there is a refusal in any case.
            var codes: [Int] = []
            while codes.last != 554, let reply = try? conversation.readReply() { codes.append(reply.code) }
            #expect(codes.last == 554, "\(codes)")
        }
    }

    /// What ends a message at Sendmail, and what does not: the filter has seen DATA then, and sees an ABORT.
    @Test(arguments: [("a NUL", 0, 250), ("a bare LF", 10, 421), ("a bare CR", 13, 421)])
    func oddBytesInAMessage(what: String, byte: UInt8, code: Int) throws {
        try Self.surviving { lab in
            let conversation = try lab.begin(.honest)
            try conversation.expect(250, "RCPT TO:<user1@lab.example>")
            try conversation.expect(354, "DATA")
            try conversation.write(Array("Subject: x\r\n\r\na".utf8) + [byte] + Array("b\r\n.\r\n".utf8))
            let reply = try conversation.readReply()
            #expect(reply.code == code, "\(reply)")
            conversation.drop()
        }
    }
}

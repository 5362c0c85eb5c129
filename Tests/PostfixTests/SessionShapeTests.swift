import ClientLab
import DaemonLab
import Testing

/// Sessions of a shape that only Postfix lets happen; `MailServerTests` has those that all do.
@Suite("Odd sessions over Postfix", Requirements.postfix)
struct SessionShapeTests {
    /// Runs `body`, then shows that the next client is served and judged, and that nobody has panicked.
    static func surviving(overrides: [String: String] = [:], _ body: (FilteredPostfix) throws -> Void) throws {
        let settings = ArgotDaemon.enforcing("reject", ["drain_timeout": "10s"])
        let lab = try FilteredPostfix(settings, overrides: overrides)
        try body(lab)
        #expect(try lab.faultAfterwards() == nil)
    }

    @Test func aProbeOfThePort() throws {
        try Self.surviving { lab in
            for _ in 1...20 { try LoopbackSocket(port: lab.postfix.port).abort() }
        }
    }

    @Test func aDoubleSessionByXCLIENT() throws {
        try Self.surviving(overrides: ["smtpd_authorized_xclient_hosts": "static:all"]) { lab in
            // Two clients over one connection: XCLIENT ends the first one's session and begins another.
            let conversation = try lab.begin(.honest)
            try conversation.expect(250, "RSET")
            try conversation.expect(220, MailClient.bot.identity.command)
            try conversation.expect(250, MailClient.bot.helo)
            try conversation.expect(250, "MAIL FROM:<\(MailClient.bot.sender)>")
            try conversation.expect(550, "RCPT TO:<user1@lab.example>")
            try conversation.expect(221, "QUIT")
        }
    }

    @Test func heloAgainAndAgain() throws {
        try Self.surviving { lab in
            let conversation = try lab.connect(.honest)
            let names = ["", "a", "b", String(repeating: "x", count: 400), "[", "@"]
            for name in names { try conversation.command("EHLO \(name)") }
            try conversation.expect(250, "MAIL FROM:<a@linden.example>")
            try conversation.expect(250, MailClient.honest.helo)
            try conversation.expect(250, "MAIL FROM:<a@linden.example>")
            try conversation.expect(250, "RCPT TO:<user1@lab.example>")
            #expect(try conversation.finishMail(from: .honest, subject: "many HELOs").code == 250)
        }
    }

    @Test func everythingInOnePacketBeforeTheGreeting() throws {
        try Self.surviving { lab in
            let conversation = try SMTPConversation(port: lab.postfix.port, as: MailClient.honest.identity)
            try conversation.write(
                """
                HELO x\r\nMAIL FROM:<a@linden.example>\r\nRCPT TO:<user1@lab.example>\r\nDATA\r\n\
                Subject: early\r\n\r\n.\r\nQUIT\r\n
                """)
            #expect(try (1...7).map { _ in try conversation.readReply().code } == [220, 250, 250, 250, 354, 250, 221])
        }
    }

    @Test func aNULInAHeader() throws {
        try Self.surviving { lab in
            let conversation = try lab.begin(.honest)
            try conversation.expect(250, "RCPT TO:<user1@lab.example>")
            try conversation.expect(354, "DATA")
            try conversation.write(Array("X:".utf8) + [0xff, 0, 0xfe] + Array("\r\n\r\ntext\r\n.\r\n".utf8))
            #expect(try conversation.readReply().code == 250)
            try conversation.expect(221, "QUIT")
        }
    }
}

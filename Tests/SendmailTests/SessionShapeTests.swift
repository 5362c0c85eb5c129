import ClientLab
import DaemonLab
import Foundation
import Testing

/// Sessions of odd shape: none may disturb argotd, Sendmail, or the session after it.
@Suite("Odd sessions over Sendmail", Requirements.sendmail)
struct SessionShapeTests {
    /// A client that is asked to come back whatever its dialect: commands that are not in a dialect end it.
    static let device = MailClient.device(at: "192.0.2.31")

    /// Runs `body`, then shows that the next client is served and judged.
    static func surviving(
        _ settings: [String: String] = FilteredSendmail.enforcing("reject"), lines: [String] = [],
        offersTLS: Bool = false, _ body: (FilteredSendmail) throws -> Void
    ) throws {
        let settings = settings.merging(["drain_timeout": "10s"]) { $1 }
        let lab = try FilteredSendmail(settings, lines: lines, offersTLS: offersTLS)
        try body(lab)
        #expect(try lab.send(.honest, to: "user9@lab.example", subject: "afterwards").code == 250)
        #expect(try lab.ask(.bot(at: "203.0.113.200"), for: "user9@lab.example")[0].hasPrefix("550 5.7.1"))
        #expect(lab.daemon.isRunning)
        #expect(lab.daemon.stop() == .exited(0))
        #expect(lab.daemon.messages("stopped").last?["abandoned"] == "0", "a session's slot has leaked")
    }

    @Test func connectingAndClosing() throws {
        try Self.surviving { lab in
            for _ in 1...20 { try lab.sendmail.connect(as: MailClient.honest.identity).abort() }
        }
    }

    @Test func commandsThatOnlyAsk() throws {
        try Self.surviving(lines: ["define(`confPRIVACY_FLAGS', `public')dnl"]) { lab in
            let conversation = try lab.connect(.honest)
            for command in ["VRFY user1", "EXPN user1", "NOOP", "RSET", "ETRN lab.example", "HELP"] {
                try conversation.command(command)
            }
            try conversation.expect(250, MailClient.honest.helo)
            #expect(try conversation.command("VRFY user1@lab.example").code == 250)
            try conversation.expect(221, "QUIT")
        }
    }

    @Test(arguments: [true, false])
    func unknownCommandsBeforeMAIL(saysHELO: Bool) throws {
        try Self.surviving { lab in
            let conversation = try lab.connect(Self.device)
            if saysHELO { try conversation.expect(250, Self.device.helo) }
            for command in ["FOO", "", "XYZZY 1 2 3", "BDAT 20 LAST"] {
                #expect((500...502).contains(try conversation.command(command).code), "\(command)")
            }
            try conversation.expect(250, Self.device.helo)
            try conversation.expect(250, "MAIL FROM:<\(Self.device.sender)>")
            try conversation.expect(451, "RCPT TO:<user1@lab.example>")
            try conversation.expect(500, "BAR")
            try conversation.expect(221, "QUIT")
        }
    }

    @Test(arguments: ["GET / HTTP/1.1", "POST / HTTP/1.0", "CONNECT 192.0.2.1:25 HTTP/1.0"])
    func aClientOfTheWeb(line: String) throws {
        try Self.surviving { lab in
            let conversation = try lab.connect(.bot)
            try conversation.expect(421, line)
        }
    }

    @Test func mailWithoutHELO() throws {
        try Self.surviving { lab in
            let conversation = try lab.connect(.honest)
            try conversation.expect(250, "MAIL FROM:<a@linden.example>")
            try conversation.expect(250, "RCPT TO:<user1@lab.example>")
            #expect(try conversation.finishMail(from: .honest, subject: "no HELO").code == 250)
            #expect(lab.daemon.awaitVerdicts(1).first?.reasons == ["helo.missing"])
        }
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

    @Test func twoTransactionsOverOneConnection() throws {
        try Self.surviving { lab in
            let conversation = try lab.connect(.honest)
            try conversation.expect(250, MailClient.honest.helo)
            for number in 1...2 {
                try conversation.expect(250, "MAIL FROM:<\(MailClient.honest.sender)>")
                try conversation.expect(250, "RCPT TO:<user\(number)@lab.example>")
                #expect(try conversation.deliver(from: .honest, subject: "number \(number)").code == 250)
            }
            try conversation.expect(221, "QUIT")
            let lines = lab.daemon.awaitVerdicts(2)
            #expect(lines.map { $0["rcpt"] } == ["<user1@lab.example>", "<user2@lab.example>"])
            #expect(Set(lines.map { $0["session"] }).count == 1)
            #expect(Set(lines.map { $0["queue"] }).count == 2)
            try lab.sendmail.waitUntilDelivered(2)
        }
    }

    @Test func recipientsAfterARefusedDATA() throws {
        try Self.surviving { lab in
            let conversation = try lab.begin(.bot)
            try conversation.expect(550, "RCPT TO:<user1@lab.example>")
            try conversation.expect(503, "DATA")
            try conversation.expect(550, "RCPT TO:<user2@lab.example>")
            try conversation.expect(503, "DATA")
            try conversation.expect(250, "RCPT TO:<postmaster@lab.example>")
            #expect(try conversation.finishMail(from: .bot, subject: "at last").code == 250)
        }
    }

    @Test func resetBetweenRefusals() throws {
        try Self.surviving { lab in
            let conversation = try lab.connect(Self.device)
            try conversation.expect(250, Self.device.helo)
            for number in 1...5 {
                try conversation.expect(250, "MAIL FROM:<\(Self.device.sender)>")
                try conversation.expect(451, "RCPT TO:<user\(number)@lab.example>")
                try conversation.expect(250, "RSET")
            }
        }
    }

    @Test func pipelining() throws {
        try Self.surviving { lab in
            let conversation = try lab.connect(.honest)
            try conversation.expect(250, MailClient.honest.helo)
            try conversation.write(
                """
                MAIL FROM:<\(MailClient.honest.sender)> SIZE=100\r\nRCPT TO:<user1@lab.example>\r\n\
                RCPT TO:<nosuch@lab.example>\r\nRCPT TO:<user2@lab.example>\r\nDATA\r\n
                """)
            #expect(try (1...5).map { _ in try conversation.readReply().code } == [250, 250, 550, 250, 354])
            try conversation.write("Subject: pipelined\r\n\r\ntext\r\n.\r\nMAIL FROM:<a@linden.example>\r\n")
            try conversation.write("RCPT TO:<user3@lab.example>\r\nRSET\r\nQUIT\r\n")
            #expect(try (1...5).map { _ in try conversation.readReply().code } == [250, 250, 250, 250, 221])
            try lab.sendmail.waitUntilDelivered(2)
            #expect(lab.daemon.awaitVerdicts(3).count == 3)
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

    @Test func clientsThatVanishAtEveryStage() throws {
        try Self.surviving { lab in
            let script = [
                MailClient.honest.helo, "MAIL FROM:<a@linden.example>", "RCPT TO:<user1@lab.example>", "DATA",
            ]
            for length in 0...script.count {
                for _ in 1...3 {
                    let conversation = try lab.connect(.honest)
                    for line in script.prefix(length) { try conversation.command(line) }
                    if length == script.count { try conversation.write("Subject: never finished\r\n\r\nhalf a li") }
                    conversation.drop()
                }
            }
        }
    }

    @Test func longAndStrangeMessages() throws {
        try Self.surviving { lab in
            let conversation = try lab.begin(.honest)
            try conversation.expect(250, "RCPT TO:<user1@lab.example>")
            try conversation.expect(354, "DATA")
            let headers = (1...200).map { "X-\($0):\(String(repeating: "y", count: $0))\r\n" }.joined()
            let body = String(repeating: String(repeating: "z", count: 70) + "\r\n", count: 5_000)
            try conversation.write(Array(headers.utf8) + [0x58, 0x3a, 0xff, 0xfe, 13, 10])
            try conversation.write("\r\n\(body)..\r\n.\r\n")
            #expect(try conversation.readReply().code == 250)
            try conversation.expect(221, "QUIT")
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

    @Test(
        .enabled(if: Requirements.isInCI || Executable.path(of: "python3") != nil, "needs python3"),
        arguments: [true, false])
    func tlsWithAndWithoutASecondEHLO(saysEHLO: Bool) throws {
        let settings = FilteredSendmail.enforcing("reject", ["transcript_file": "DIRECTORY/transcripts"])
        try Self.surviving(settings, offersTLS: true) { lab in
            let identity = ClientIdentity("198.51.100.25", name: "first.example")
            let relay = try ClientRelay(to: lab.sendmail, as: identity)
            defer { relay.stop() }
            let python = try Executable.require("python3", package: "python3")
            let log = lab.daemon.path("python.log")
            let program = try ChildProcess(
                python, ["-I", "-c", Self.tlsScript, "\(relay.port)", saysEHLO ? "again" : "once"],
                output: log, errors: log)
            let ending = program.wait(until: .after(.seconds(60)))
            #expect(ending == .exited(0), "\(lab.daemon.contents(of: "python.log"))")
            try lab.sendmail.waitUntilDelivered(1)
            let transcript = try Transcript.awaitOne(of: lab.daemon, from: identity.address)
            #expect(transcript.events.contains { $0.args?.contains { $0.hasPrefix("TLSv1") } ?? false })
            #expect(transcript.events.contains { $0.args == ["second.example"] } == saysEHLO)
            // The protocol tells TLS only when the client has greeted again.
            #expect(
                transcript.events.filter { $0.event == "proto" }.map(\.args) == [[saysEHLO ? "ESMTPS" : "ESMTP"]])
        }
    }

    private static let tlsScript = """
        import smtplib, ssl, sys
        server = smtplib.SMTP("127.0.0.1", int(sys.argv[1]), local_hostname="first.example", timeout=20)
        server.ehlo()
        assert server.docmd("STARTTLS")[0] == 220
        server.sock = ssl._create_unverified_context().wrap_socket(server.sock)
        server.file = None
        if sys.argv[2] == "again":
            assert server.docmd("EHLO second.example")[0] == 250
        for command in ["MAIL FROM:<a@linden.example>", "RCPT TO:<user1@lab.example>"]:
            assert server.docmd(command)[0] == 250, command
        assert server.docmd("DATA")[0] == 354
        server.send("Subject: over TLS\\r\\n\\r\\ntext\\r\\n.\\r\\n")
        assert server.getreply()[0] == 250
        server.quit()
        """

    @Test func tlsThatIsNone() throws {
        try Self.surviving(offersTLS: true) { lab in
            let conversation = try lab.connect(.honest)
            try conversation.expect(250, MailClient.honest.helo)
            try conversation.expect(220, "STARTTLS")
            try conversation.write("this is no TLS\r\n")
            conversation.drop()
        }
    }
}

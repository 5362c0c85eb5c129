import ClientLab
import DaemonLab
import Foundation
import Testing

/// Sessions of odd shape: none may disturb argotd, the mail server, or the session after it.
@Suite("Odd sessions")
struct SessionShapeTests {
    /// A client that is asked to come back whatever its dialect: commands that are not in a dialect end it.
    static let device = MailClient.device(at: "192.0.2.31")

    /// Runs `body`, then shows that the next client is served and judged, and that nobody has panicked.
    static func surviving(
        _ server: MailServerKind, _ settings: [String: String] = ArgotDaemon.enforcing("reject"),
        answersVRFY: Bool = false, offersTLS: Bool = false, _ body: (any FilteredServer) throws -> Void
    ) throws {
        let lab = try server.filtered(
            settings.merging(["drain_timeout": "10s"]) { $1 }, answersVRFY: answersVRFY, offersTLS: offersTLS)
        try body(lab)
        #expect(try lab.faultAfterwards() == nil)
    }

    @Test(arguments: MailServerKind.usable)
    func connectingAndClosing(server: MailServerKind) throws {
        try Self.surviving(server) { lab in
            for _ in 1...20 { try lab.server.connect(as: MailClient.honest.identity).abort() }
        }
    }

    @Test(arguments: MailServerKind.usable)
    func commandsThatOnlyAsk(server: MailServerKind) throws {
        try Self.surviving(server, answersVRFY: true) { lab in
            let conversation = try lab.connect(.honest)
            for command in ["VRFY user1", "EXPN user1", "NOOP", "RSET", "ETRN lab.example", "HELP"] {
                try conversation.command(command)
            }
            try conversation.expect(250, MailClient.honest.helo)
            #expect(try conversation.command("VRFY user1@lab.example").isPositive)
            try conversation.expect(221, "QUIT")
        }
    }

    @Test(arguments: MailServerKind.usable, [true, false])
    func unknownCommandsBeforeMAIL(server: MailServerKind, saysHELO: Bool) throws {
        // What each of them hands to a filter as an unknown command.
        let commands =
            switch server {
            case .postfix: ["FOO", "EXPN user1", "HELP", "XYZZY 1 2 3"]
            case .sendmail: ["FOO", "", "XYZZY 1 2 3", "BDAT 20 LAST"]
            }
        try Self.surviving(server) { lab in
            let conversation = try lab.connect(Self.device)
            if saysHELO { try conversation.expect(250, Self.device.helo) }
            for command in commands {
                #expect((500...502).contains(try conversation.command(command).code), "\(command)")
            }
            try conversation.expect(250, Self.device.helo)
            try conversation.expect(250, "MAIL FROM:<\(Self.device.sender)>")
            try conversation.expect(451, "RCPT TO:<user1@lab.example>")
            #expect((500...502).contains(try conversation.command("BAR").code))
            try conversation.expect(221, "QUIT")
        }
    }

    @Test(arguments: MailServerKind.usable, ["GET / HTTP/1.1", "POST / HTTP/1.0", "CONNECT 192.0.2.1:25 HTTP/1.0"])
    func aClientOfTheWeb(server: MailServerKind, line: String) throws {
        try Self.surviving(server) { lab in
            try lab.connect(.bot).expect(server == .postfix ? 221 : 421, line)
        }
    }

    @Test(arguments: MailServerKind.usable)
    func mailWithoutHELO(server: MailServerKind) throws {
        try Self.surviving(server) { lab in
            let conversation = try lab.connect(.honest)
            try conversation.expect(250, "MAIL FROM:<a@linden.example>")
            try conversation.expect(250, "RCPT TO:<user1@lab.example>")
            #expect(try conversation.finishMail(from: .honest, subject: "no HELO").code == 250)
            #expect(lab.daemon.awaitVerdicts(1).first?.reasons == ["helo.missing"])
        }
    }

    @Test(arguments: MailServerKind.usable)
    func heloInTheMiddleOfATransaction(server: MailServerKind) throws {
        try Self.surviving(server) { lab in
            let conversation = try lab.begin(.honest)
            try conversation.expect(250, MailClient.honest.helo)
            try conversation.expect(250, "MAIL FROM:<a@linden.example>")
            try conversation.expect(250, "RCPT TO:<user1@lab.example>")
            #expect(try conversation.finishMail(from: .honest, subject: "two HELOs").code == 250)
        }
    }

    @Test(arguments: MailServerKind.usable)
    func twoTransactionsOverOneConnection(server: MailServerKind) throws {
        try Self.surviving(server) { lab in
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
            try lab.server.waitUntilDelivered(2)
        }
    }

    @Test(arguments: MailServerKind.usable)
    func recipientsAfterARefusedDATA(server: MailServerKind) throws {
        try Self.surviving(server) { lab in
            let conversation = try lab.begin(.bot)
            for user in ["user1", "user2"] {
                try conversation.expect(550, "RCPT TO:<\(user)@lab.example>")
                #expect(try conversation.command("DATA").description == server.noRecipients)
            }
            // The administrator lets it in while it is connected.
            try lab.daemon.configure(["allow_addresses": "192.0.2.14"])
            #expect(try lab.daemon.reload())
            try conversation.expect(250, "RCPT TO:<user3@lab.example>")
            #expect(try conversation.finishMail(from: .bot, subject: "at last").code == 250)
        }
    }

    @Test(arguments: MailServerKind.usable)
    func resetBetweenRefusals(server: MailServerKind) throws {
        try Self.surviving(server) { lab in
            let conversation = try lab.connect(Self.device)
            try conversation.expect(250, Self.device.helo)
            for number in 1...5 {
                try conversation.expect(250, "MAIL FROM:<\(Self.device.sender)>")
                try conversation.expect(451, "RCPT TO:<user\(number)@lab.example>")
                try conversation.expect(250, "RSET")
            }
        }
    }

    @Test(arguments: MailServerKind.usable)
    func pipelining(server: MailServerKind) throws {
        try Self.surviving(server) { lab in
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
            try lab.server.waitUntilDelivered(2)
            #expect(lab.daemon.awaitVerdicts(3).count == 3)
        }
    }

    @Test(arguments: MailServerKind.usable)
    func clientsThatVanishAtEveryStage(server: MailServerKind) throws {
        try Self.surviving(server) { lab in
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

    @Test(arguments: MailServerKind.usable)
    func longAndStrangeMessages(server: MailServerKind) throws {
        // Sendmail takes fewer bytes of headers.
        let count = server == .postfix ? 500 : 200
        try Self.surviving(server) { lab in
            let conversation = try lab.begin(.honest)
            try conversation.expect(250, "RCPT TO:<user1@lab.example>")
            try conversation.expect(354, "DATA")
            let headers = (1...count).map { "X-\($0):\(String(repeating: "y", count: $0))\r\n" }.joined()
            let body = String(repeating: String(repeating: "z", count: 70) + "\r\n", count: 5_000)
            try conversation.write(Array(headers.utf8) + [0x58, 0x3a, 0xff, 0xfe, 13, 10])
            try conversation.write("\r\n\(body)..\r\n.\r\n")
            #expect(try conversation.readReply().code == 250)
            try conversation.expect(221, "QUIT")
        }
    }

    @Test(
        .enabled(if: MailServerKind.isInCI || Executable.path(of: "python3") != nil, "needs python3"),
        arguments: MailServerKind.usable, [true, false])
    func tlsWithAndWithoutASecondEHLO(server: MailServerKind, saysEHLO: Bool) throws {
        let settings = ArgotDaemon.enforcing("reject", ["transcript_file": "DIRECTORY/transcripts"])
        try Self.surviving(server, settings, offersTLS: true) { lab in
            let identity = ClientIdentity("198.51.100.25", name: "first.example")
            let relay = try ClientRelay(to: lab.server, as: identity)
            defer { relay.stop() }
            let python = try Executable.require("python3", package: "python3")
            let log = lab.daemon.path("python.log")
            let program = try ChildProcess(
                python, ["-I", "-c", Self.tlsScript, "\(relay.port)", saysEHLO ? "again" : "once"],
                output: log, errors: log)
            let ending = program.wait(until: .after(.seconds(60)))
            #expect(ending == .exited(0), "\(lab.daemon.contents(of: "python.log"))")
            try lab.server.waitUntilDelivered(1)
            let transcript = try WrittenTranscript.awaitOne(of: lab.daemon, from: identity.address)
            #expect(transcript.events.contains { $0.args?.contains { $0.hasPrefix("TLSv1") } ?? false })
            #expect(transcript.events.contains { $0.args == ["second.example"] } == saysEHLO)
            // Sendmail tells the protocol, and TLS in it only when the client has greeted again.
            let protocols = transcript.events.filter { $0.event == "proto" }.map(\.args)
            #expect(protocols == (server == .postfix ? [] : [[saysEHLO ? "ESMTPS" : "ESMTP"]]))
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

    @Test(arguments: MailServerKind.usable)
    func tlsThatIsNone(server: MailServerKind) throws {
        try Self.surviving(server, offersTLS: true) { lab in
            let conversation = try lab.connect(.honest)
            try conversation.expect(250, MailClient.honest.helo)
            try conversation.expect(220, "STARTTLS")
            try conversation.write("this is no TLS\r\n")
            conversation.drop()
        }
    }
}

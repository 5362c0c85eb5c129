import ClientLab
import DaemonLab
import FakeMTA
import Foundation
import Testing

/// What people and filters say of messages reaches a real argotd, through a real Postfix, Dovecot, SpamAssassin and rspamd.
@Suite("Judgements", Requirements.postfix)
struct JudgementTests {
    private static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Runs `argot`.
    private func argot(_ arguments: [String], input: String = "/dev/null") throws -> (
        status: ChildProcess.Ending?, output: String
    ) {
        let scratch = try ScratchDirectory(prefix: "argot")
        let output = scratch.path + "/out"
        let child = try ChildProcess(
            try FilterProcess.executable("argot"), arguments, input: input, output: output, errors: output)
        let status = child.wait(until: .after(.seconds(60)))
        return (status, (try? String(contentsOfFile: output, encoding: .utf8)) ?? "")
    }

    /// The judgements of a source that the daemon has taken, by kind.
    private func judgements(_ lab: FilteredPostfix, _ source: String) throws -> [String: Int] {
        let (status, output) = try argot(["status", "--socket", lab.daemon.path("control.sock"), "--json"])
        guard status == .exited(0), let document = try? JSONDecoder().decode(Status.self, from: Data(output.utf8))
        else {
            return [:]
        }
        let found = document.learning.judgements.filter { $0.source == source }
        return Dictionary(found.map { ($0.verdict, $0.count) }, uniquingKeysWith: +)
    }

    private struct Status: Decodable {
        struct Judgement: Decodable {
            let source: String
            let verdict: String
            let count: Int
        }

        struct Learning: Decodable { let judgements: [Judgement] }

        let learning: Learning
    }

    /// A message of a client, with header fields of its choosing.
    private func send(_ lab: FilteredPostfix, subject: String, fields: [String] = [], at address: String) throws {
        let client = MailClient.device(at: address)
        let conversation = try lab.begin(client)
        try conversation.expect(250, "RCPT TO:<user1@lab.example>")
        try conversation.expect(354, "DATA")
        let head = ["From: <\(client.sender)>", "Subject: \(subject)", "Message-ID: <\(UUID().uuidString)@x.example>"]
        try conversation.expect(250, ((head + fields + ["", "text", "."]).joined(separator: "\r\n")))
        conversation.drop()
    }

    @Test(
        "A message moved to Junk by IMAP is a judgement", .enabled(if: DovecotInstance.isUsable || Requirements.isInCI))
    func junk() throws {
        let lab = try FilteredPostfix(["mode": "observe"])
        try send(lab, subject: "hello", at: "192.0.2.30")
        try lab.postfix.waitUntilDelivered(1)
        let stored = try #require(FileManager.default.contents(atPath: lab.postfix.deliveredFiles[0]))
        let directory = lab.daemon.path("dovecot")
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        chmod(lab.daemon.path("judgements.sock"), 0o666)
        let dovecot = DovecotInstance(
            directory: directory, contrib: Self.repository.appending(path: "contrib/dovecot").path,
            settings: """
                ARGOT=\(try FilterProcess.executable("argot"))
                ARGOT_BY="--by mx.lab.example"
                ARGOT_SOCKET=\(lab.daemon.path("judgements.sock"))

                """)
        try dovecot.start()
        let imap = try IMAPConversation(port: dovecot.port)
        try imap.command("LOGIN user1 x")
        try imap.command(
            "APPEND INBOX", literal: Array(String(decoding: stored, as: UTF8.self).replacing("\n", with: "\r\n").utf8))
        try imap.command("SELECT INBOX")
        try imap.command("MOVE 1 Junk")
        #expect(
            try Poll.until(.after(.seconds(20))) { try judgements(lab, "person") == ["spam": 1] },
            "\(dovecot.log) \(lab.daemon.standardError)")
        // A message that came another way is moved all the same.
        let foreign = "Received: from a ([192.0.2.1])\r\n\tby mx.foreign.example id 1; x\r\nSubject: x\r\n\r\ny\r\n"
        try imap.command("APPEND INBOX", literal: Array(foreign.utf8))
        try imap.command("SELECT INBOX")
        try imap.command("MOVE 1 Junk")
        #expect(try imap.command("STATUS Junk (MESSAGES)").contains { $0.contains("MESSAGES 2") })
        try imap.command("SELECT Junk")
        try imap.command("MOVE 1 INBOX")
        #expect(
            try Poll.until(.after(.seconds(20))) { try judgements(lab, "person")["honest"] == 1 },
            "\(dovecot.log) \(lab.daemon.standardError)")
    }

    @Test(
        "A filter's field is a judgement, a client's own is none", arguments: SpamFilter.Kind.allCases)
    func fields(kind: SpamFilter.Kind) throws {
        guard kind.isUsable || Requirements.isInCI else { return }
        let directory = try ScratchDirectory(prefix: "argot")
        let filter = try SpamFilter(kind, directory: directory.path)
        let strip = Self.repository.appending(path: "contrib/spamassassin/strip-spam-fields").path
        let copy = directory.path + "/strip-spam-fields"
        try FileManager.default.copyItem(atPath: strip, toPath: copy)
        let lab = try FilteredPostfix(
            ["mode": "observe", "filter_headers": kind.rawValue],
            overrides: [
                "header_checks": "regexp:\(copy)", "nested_header_checks": "",
                "smtpd_milters":
                    "{ \(filter.socket), connect_timeout=10s, default_action=accept }, { unix:DIRECTORY/argot.sock, "
                    + "connect_timeout=10s, default_action=accept }",
            ])
        let forged = ["X-Spam-Flag: YES", "X-Spam-Flag: YES", "X-Spam: Yes", "X-Spam-Status: Yes, score=99"]
        try send(lab, subject: "hello", fields: forged, at: "192.0.2.31")
        let pretended = ["X-Spam-Flag: NO", "X-Spam-Status: No, score=0", "X-Spamd-Result: default: False"]
        try send(lab, subject: "buy now", fields: pretended, at: "192.0.2.32")
        #expect(
            try Poll.until(.after(.seconds(20))) {
                try judgements(lab, "filter-header") == ["spam": 1, "honest": 1]
            }, "\(lab.postfix.log) \(filter.log)")
        // What the filter's own log says comes to the same messages.
        try lab.daemon.write(lab.postfix.log, to: "mail.log")
        let follow = try argot([
            "judgements", "follow", lab.daemon.path("mail.log"), filter.logFile, "--once", "--socket",
            lab.daemon.path("judgements.sock"), "--position", directory.path + "/positions.json",
        ])
        #expect(follow.status == .exited(0), "\(follow.output)")
        #expect(try judgements(lab, "filter-log") == ["spam": 1, "honest": 1], "\(follow.output) \(filter.log)")
    }

    @Test("argot judge names a message by what Postfix has written, and says what it does not know")
    func judge() throws {
        let lab = try FilteredPostfix(["mode": "observe"])
        try send(lab, subject: "hello", at: "192.0.2.33")
        try lab.postfix.waitUntilDelivered(1)
        let file = lab.postfix.deliveredFiles[0]
        let words = ["judge", "spam", "--socket", lab.daemon.path("judgements.sock"), "--by"]
        let known = try argot(words + ["mx.lab.example"], input: file)
        #expect(known.status == .exited(0) && known.output.contains("queue id"), "\(known.output)")
        let foreign = try argot(words + ["mx.elsewhere.example"], input: file)
        #expect(foreign.status == .exited(1) && foreign.output.contains("was not received by this site"))
    }

    @Test("A later filter's refusal is a judgement, read from the log; Argot's own refusals are none")
    func refusals() throws {
        let later = try ScriptedFilter(
            ScriptedFilter.probe, options: ["--answer", "eom=reply:550:5.7.1:Blocked by SpamAssassin"])
        let lab = try FilteredPostfix(
            ArgotDaemon.enforcing("reject"),
            overrides: [
                "smtpd_milters":
                    "{ unix:DIRECTORY/argot.sock, connect_timeout=10s, default_action=accept }, \(later.socket)"
            ])
        let conversation = try lab.begin(.honest)
        try conversation.expect(250, "RCPT TO:<user1@lab.example>")
        let refusal = try conversation.finishMail(from: .honest, subject: "x")
        #expect(refusal.description == "550 5.7.1 Blocked by SpamAssassin")
        #expect(try lab.ask(.bot, for: "user1@lab.example")[0].hasPrefix("550 5.7.1"))
        try lab.postfix.waitForLog(containing: "milter-reject: RCPT from")
        try lab.daemon.write(lab.postfix.log + lab.daemon.standardError, to: "mail.log")
        let follow = try argot([
            "judgements", "follow", lab.daemon.path("mail.log"), "--once", "--socket",
            lab.daemon.path("judgements.sock"), "--position", lab.daemon.path("positions.json"),
        ])
        #expect(follow.output.contains("spam: refusal 1; honest: none"), "\(follow.output)")
        #expect(follow.output.contains("handed over: 1 taken, 0 on messages"), "\(follow.output)")
        #expect(try judgements(lab, "filter-log") == ["spam": 1], "\(lab.postfix.log)")
    }
}

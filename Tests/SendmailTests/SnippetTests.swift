import ClientLab
import DaemonLab
import Foundation
import Testing

/// The lines for `sendmail.mc` that come with Argot, as an administrator puts them there.
@Suite("Lines for sendmail.mc", Requirements.sendmail)
struct SnippetTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    private static let include = "include(`\(root)/contrib/sendmail/argot.m4')dnl"

    /// The lines of `sendmail.cf` that begin with one of `words`.
    private func compiled(_ lines: [String], _ words: String...) throws -> [String] {
        let directory = try ScratchDirectory()
        let source = "\(directory.path)/test.mc"
        try (lines + [""]).joined(separator: "\n").write(toFile: source, atomically: true, encoding: .utf8)
        try SendmailTree.standard.compile(source, to: "\(directory.path)/test.cf")
        return try String(contentsOfFile: "\(directory.path)/test.cf", encoding: .utf8).split(separator: "\n")
            .map(String.init).filter { line in words.contains { line.hasPrefix($0) } }
    }

    private static let mailers = ["MAILER(`local')dnl", "MAILER(`smtp')dnl"]
    private static let filter = "Xargot, S=unix:/run/argot/argot.sock, F=, T=C:5s;S:5s;R:5s;E:1m"

    @Test(
        arguments: [
            (nil, "authwarnings"), ("goaway", "goaway"),
            (
                "needmailhelo,restrictqrun,nobodyreturn,authwarnings",
                "needmailhelo,restrictqrun,nobodyreturn,authwarnings"
            ),
        ] as [(String?, String)])
    func theFlagsThatAreThereStay(flags: String?, expected: String) throws {
        let own = flags.map { ["define(`confPRIVACY_FLAGS', ``\($0)'')dnl"] } ?? []
        // At the end, as Debian's README says; and before the mailers, where others put it.
        for lines in [
            ["OSTYPE(`linux')dnl"] + own + Self.mailers + [Self.include],
            ["OSTYPE(`linux')dnl"] + own + [Self.include] + Self.mailers,
        ] {
            #expect(
                try compiled(lines, "O PrivacyOptions", "O InputMailFilters", "Xargot") == [
                    "O PrivacyOptions=\(expected),novrfy,noexpn", "O InputMailFilters=argot", Self.filter,
                ])
        }
    }

    @Test func otherFiltersStayBeforeIt() throws {
        let other = "INPUT_MAIL_FILTER(`other', `S=unix:/run/other.sock, F=T')dnl"
        let lines = ["OSTYPE(`linux')dnl", other] + Self.mailers + [Self.include]
        #expect(try compiled(lines, "O InputMailFilters") == ["O InputMailFilters=other, argot"])
    }

    /// The README's line is the snippet's, so that it is tested with it.
    @Test(arguments: ["README.md"])
    func documentsSayTheSame(file: String) throws {
        let text = try String(contentsOfFile: "\(Self.root)/\(file)", encoding: .utf8)
        let snippet = try String(contentsOfFile: "\(Self.root)/contrib/sendmail/argot.m4", encoding: .utf8)
        func lines(_ text: String) -> [String] {
            text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
                .filter { $0.hasPrefix("INPUT_MAIL_FILTER(") }
        }
        #expect(lines(text) == lines(snippet))
    }

    /// A socket in `/run/argot` that belongs to another user, as the package has it, is safe for Sendmail.
    @Test func mailIsFilteredAndPassesWithoutArgotd() throws {
        let daemon = try ArgotDaemon(ArgotDaemon.enforcing("reject", ["socket_mode": "0660"]))
        let owner: uid_t = 65534
        #expect(chown(daemon.directory.path, owner, owner) == 0)
        try daemon.start()
        let sendmail = try SendmailInstance(
            directory: daemon.path("sendmail"), lines: [Self.include], runtimeDirectory: daemon.directory.path)
        try sendmail.start()
        func codes(_ client: MailClient) throws -> [Int] {
            let conversation = try SMTPConversation(to: sendmail, as: client.identity)
            defer { conversation.drop() }
            let greeting = try conversation.readReply().code
            let lines = [client.helo, "MAIL FROM:<\(client.sender)>", "RCPT TO:<user1@lab.example>", "VRFY user1"]
            return try [greeting] + lines.map { try conversation.command($0).code }
        }
        #expect(try codes(.bot) == [220, 250, 250, 550, 252])
        #expect(try codes(.honest) == [220, 250, 250, 250, 252])
        daemon.kill()
        #expect(try codes(.bot) == [220, 250, 250, 250, 252])
    }

    /// Submission is kept away from Argot by a list of its daemon's own filters.
    @Test func submissionCanBeLeftAlone() throws {
        let lab = try FilteredSendmail(
            ArgotDaemon.enforcing("reject"),
            lines: ["DAEMON_OPTIONS(`Name=MSA, Addr=127.0.0.1, Port=587, Modifiers=A, InputMailFilters=')dnl"])
        for (port, code) in [(UInt16(25), 550), (587, 250)] {
            let conversation = SMTPConversation(on: try lab.sendmail.connect(as: MailClient.bot.identity, port: port))
            try conversation.readReply()
            try conversation.expect(250, MailClient.bot.helo)
            try conversation.expect(250, "MAIL FROM:<\(MailClient.bot.sender)>")
            try conversation.expect(code, "RCPT TO:<user1@lab.example>")
        }
    }

    /// Debian's `sendmail.mc` looks at senders and hosts at RCPT only, and slows down who asks for unknown users.
    @Test func underDebiansFeatures() throws {
        let lab = try FilteredSendmail(
            ArgotDaemon.enforcing("fakereject"),
            lines: ["FEATURE(`delay_checks')dnl", "define(`confBAD_RCPT_THROTTLE', `3')dnl"])
        let conversation = try lab.begin(.bot)
        for user in ["user1", "nosuch", "user2", "nobdy", "user3"] {
            #expect(
                try conversation.command("RCPT TO:<\(user)@lab.example>").description
                    == "550 5.1.1 <\(user)@lab.example>... User unknown")
        }
        try conversation.expect(221, "QUIT")
        #expect(try lab.send(.honest).code == 250)
    }
}

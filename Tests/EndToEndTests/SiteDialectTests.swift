import ClientLab
import DaemonLab
import Dialects
import FakeMTA
import Foundation
import SMTP
import Testing

/// What was learned of the site's dialects, in a daemon at work.
@Suite("Dialects of the site")
struct SiteDialectTests {
    /// The document that calls clients hostile who write addresses without brackets.
    private static func document() -> String {
        var fingerprint = SessionFingerprint(vantage: .milterPostfix)
        func take(_ event: ObservedEvent, _ text: String) { fingerprint.take(event, Array(text.utf8).span) }
        take(.helo(HELOShape(form: .fqdn)), "mail.example.net")
        take(.mail(MailAddress(argument: "a@example.net".utf8)), "a@example.net")
        take(.rcpt(MailAddress(argument: "user1@lab.example".utf8)), "user1@lab.example")
        let prints = fingerprint.fingerprints
        let dialect = SiteDialect(
            depth: .speech, fingerprint: prints.speech, vantage: .milterPostfix, state: .hostile, shape: prints.shape)
        return SiteDialectsDocument.text(for: SiteDialects([dialect]))
    }

    /// Whether a client that writes so is asked to come back.
    private func isDeferred(_ daemon: ArgotDaemon, _ mail: String, _ recipient: String) throws -> Bool {
        let session = try daemon.session()
        _ = try session.connect(ClientPeer(ip: "203.0.113.9"))
        _ = try session.helo("mail.example.net")
        _ = try session.mail(mail)
        let isDeferred = try session.rcpt(recipient).replyText?.hasPrefix("4") ?? false
        try session.quit()
        return isDeferred
    }

    private func isBareDeferred(_ daemon: ArgotDaemon) throws -> Bool {
        try isDeferred(daemon, "a@example.net", "user1@lab.example")
    }

    @Test func aDaemonTakesThemUpAndKeepsThemWhateverBecomesOfTheFile() throws {
        let daemon = try ArgotDaemon(["mode": "enforce", "enforce": "tempfail", "greylist_delay": "1h"])
        try FileManager.default.createDirectory(
            atPath: daemon.path("data/models"), withIntermediateDirectories: true)
        let document = Self.document()
        // A file that was written by half stops nobody.
        try daemon.write(String(document.prefix(document.utf8.count / 2)), to: "data/models/site.dialects")
        try daemon.start()
        #expect(daemon.awaitMessage("what was learned of this site's dialects stays as it is"))
        #expect(try !isBareDeferred(daemon))

        try daemon.write(document, to: "data/models/site.dialects")
        #expect(try daemon.reload())
        #expect(try isBareDeferred(daemon))
        #expect(try !isDeferred(daemon, "<a@example.net>", "<user1@lab.example>"))
        let verdict = try #require(daemon.awaitVerdicts(2).first { $0.reasons.contains("dialect.site") })
        #expect(verdict["dialect"].hasPrefix("site-"))

        try daemon.write("argot-site-dialects 1\nnonsense\n", to: "data/models/site.dialects")
        #expect(try daemon.reload())
        #expect(try isBareDeferred(daemon))

        try daemon.configure(["learning": "no"])
        #expect(try daemon.reload())
        #expect(try !isBareDeferred(daemon))
    }

    @Test func aFileThatIsNamedMustBeRight() throws {
        let daemon = try ArgotDaemon(["site_dialects": "DIRECTORY/site"])
        try daemon.write("argot-site-dialects 1\nnonsense\n", to: "site")
        let (_, message) = try daemon.failToStart()
        #expect(message.contains("\(daemon.path("site")):2: "), "\(message)")
    }
}

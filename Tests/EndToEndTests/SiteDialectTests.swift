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
        #expect(daemon.awaitMessage("what was learned (site dialects) stays as it is"))
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

    private struct Listed: Decodable {
        struct Side: Decodable { let networks: Int }
        struct Source: Decodable {
            let source: String
            let networks: Int
        }
        struct Dialect: Decodable {
            let depth: String
            let state: String
            let shape: String
            let spam: Side
            let sources: [Source]
        }
        let sightings: Int
        let dialects: [Dialect]
    }

    /// What `argot dialects site --all --json` says.
    private func listed(_ daemon: ArgotDaemon) throws -> Listed {
        let tag = UUID().uuidString
        let child = try ChildProcess(
            FilterProcess.executable("argot"),
            ["dialects", "site", "--all", "--json", "--config", daemon.configurationFile],
            output: daemon.path("out-\(tag)"), errors: daemon.path("err-\(tag)"))
        guard child.wait(until: .after(.seconds(300))) == .exited(0) else {
            throw LabError(.refused, daemon.contents(of: "err-\(tag)"))
        }
        return try JSONDecoder().decode(Listed.self, from: Data(daemon.contents(of: "out-\(tag)").utf8))
    }

    @Test func whatADaemonSeesIsListedByHowItSpoke() throws {
        let daemon = try ArgotDaemon.started(["trap_addresses": "trap@lab.example"])
        for network in 1...6 {
            let session = try daemon.session()
            _ = try session.connect(ClientPeer(ip: "203.0.\(network).9"))
            // A name that the program brings along.
            _ = try session.helo("cx")
            _ = try session.mail("a@example.net")
            _ = try session.rcpt("trap@lab.example")
            _ = try session.data()
            _ = try session.message(MessageContent(lines: ["Subject: x", "", "text"]))
            try session.quit()
        }
        let isKept = try Poll.until(.after(.seconds(60))) { try listed(daemon).sightings == 6 }
        #expect(isKept)
        let dialects = try listed(daemon).dialects
        #expect(Set(dialects.map(\.depth)) == ["course", "speech", "named"])
        #expect(dialects.allSatisfy { $0.spam.networks == 6 && $0.sources.map(\.source) == ["trap"] })
        #expect(dialects.allSatisfy { $0.shape == "greets name; MAIL address; RCPT address; DATA; message" })
        // A site that has been watched for a minute calls nobody.
        #expect(dialects.allSatisfy { $0.state == "unknown" })
    }
}

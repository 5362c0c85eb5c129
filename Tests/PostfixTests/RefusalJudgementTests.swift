import ClientLab
import DaemonLab
import FakeMTA
import Foundation
import Testing

/// What a real Postfix tells of its own refusals, and what Argot reads in it.
@Suite("Judgements of a real Postfix", Requirements.postfix)
struct RefusalJudgementTests {
    /// A Postfix that refuses by what the recipient is called.
    private static let restrictions = [
        "smtpd_restriction_classes": "byhelo bysender byclient",
        "byhelo": "check_helo_access static:REJECT",
        "bysender": "check_sender_access static:REJECT",
        "byclient": "check_client_access static:REJECT",
        "smtpd_recipient_restrictions":
            "check_recipient_access inline:{ {helo@lab.example = byhelo}, {sender@lab.example = bysender}, "
            + "{client@lab.example = byclient}, {grey@lab.example = 450 4.2.0 Greylisted, see http://g.example/}, "
            + "{full@lab.example = 552 5.2.2 Mailbox is full}, {access@lab.example = REJECT}, "
            + "{spf@lab.example = 550 5.7.23 Message rejected due to: SPF fail - not authorized}, "
            + "{listed@lab.example = 554 5.7.1 Service unavailable; Client host blocked using bl.example}, "
            + "{odd@lab.example = 554 5.7.1 Ask Bob at bob@lab.example} }, reject_unauth_destination",
    ]

    @Test(
        arguments: [
            ("helo@lab.example", ["policy"], nil), ("sender@lab.example", ["policy"], nil),
            ("client@lab.example", ["policy"], nil), ("grey@lab.example", [], nil), ("full@lab.example", [], nil),
            ("access@lab.example", [], nil), ("spf@lab.example", ["policy"], nil),
            ("listed@lab.example", ["blocklist"], nil), ("elsewhere@elsewhere.example", [], nil),
            ("odd@lab.example", [], "Recipient address rejected: Ask Bob at <address>"),
        ] as [(String, [String], String?)])
    func refusals(recipient: String, sources: [String], unread: String?) throws {
        let lab = try FilteredPostfix(overrides: Self.restrictions)
        let reply = try lab.ask(.honest, for: recipient)[0]
        #expect(reply.hasPrefix("4") || reply.hasPrefix("5"), "\(reply)")
        let found = try lab.daemon.judgements(ofSightings: 1)
        #expect(found?.sources.map(\.source) == sources, "\(reply)")
        #expect(found?.not_understood.map(\.text) == (unread.map { [$0] } ?? []), "\(reply)")
    }

    @Test func severalUnknownRecipients() throws {
        let lab = try FilteredPostfix()
        _ = try lab.ask(.honest, for: "no1@lab.example", "no2@lab.example", "no3@lab.example")
        let found = try lab.daemon.judgements(ofSightings: 1)
        #expect(found?.sources.map(\.source) == ["unknown-recipients"])
    }

    /// A Postfix with another filter before Argot.
    private func lab(_ answers: [String], _ settings: [String: String] = [:]) throws -> (FilteredPostfix, FilterProcess)
    {
        let directory = try TemporaryDirectory()
        let filter = try FilterProcess(
            "reference-filter",
            arguments: ["--socket", "unix:\(directory.file("f"))"] + answers.flatMap { ["--answer", $0] },
            directory: directory)
        chmod(directory.file("f"), 0o666)
        chmod(directory.path, 0o755)
        let lab = try FilteredPostfix(
            settings, overrides: ["smtpd_milters": "unix:\(directory.file("f")) unix:DIRECTORY/argot.sock"])
        return (lab, filter)
    }

    @Test("a message that a filter before Argot refuses at its end is a sighting, with the queue id of the log")
    func refusedByAnotherFilter() throws {
        let (lab, filter) = try lab(["eom=reject"])
        let reply = try lab.send(.honest)
        #expect(reply.code == 550, "\(reply)")
        let found = try lab.daemon.judgements(ofSightings: 1)
        #expect(found?.sources.isEmpty == true)
        let line = lab.server.log.split(separator: "\n").first { $0.contains("milter-reject: END-OF-MESSAGE") }
        let words = line?.split(separator: " ") ?? []
        let index = try #require(words.firstIndex(of: "milter-reject:"))
        let queueID = words[index - 1].dropLast()
        let answer = try lab.daemon.askJudgementSocket(
            "POST", "/judgements", ["source": "filter-log", "verdict": "spam", "queue_id": String(queueID)])
        #expect(answer.body == "{\"kept\":1}\n", "\(queueID)")
        #expect(try lab.daemon.judgements().sources.map(\.source) == ["filter-log"])
        withExtendedLifetime(filter) {}
    }

    @Test("what a filter before Argot adds is seen")
    func headerOfAnotherFilter() throws {
        let (lab, filter) = try lab(["eom=addheader:X-Spam-Flag:YES"], ["filter_headers": "spamassassin"])
        #expect(try lab.send(.honest).code == 250)
        let found = try lab.daemon.judgements(ofSightings: 1)
        #expect(found?.sources.map(\.source) == ["filter-header"])
        withExtendedLifetime(filter) {}
    }
}

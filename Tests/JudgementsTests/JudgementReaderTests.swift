import SMTP
import Testing

@testable import Judgements

@Suite("What others say of a session")
struct JudgementReaderTests {
    private let now = UnixTime(seconds: 1_700_000_000)

    /// A session as the reader sees it.
    private struct Session {
        var reader: JudgementReader
        let events = EventReader(peers: SessionPeers(mta: .postfix))

        init(_ rules: JudgementRules = JudgementRules()) { reader = JudgementReader(rules: rules) }

        mutating func take(_ kind: SessionEvent.Kind, _ parts: String...) {
            let bytes = Array(parts.joined(separator: "\0").utf8)
            if let event = events.read(kind, bytes.span) { reader.take(event, bytes.span) }
        }

        mutating func refused(_ code: String = "5.1.1", _ text: String = "Recipient address rejected: User unknown") {
            take(.refused, code, text)
            take(.rcpt, "<gone@lab.example>")
        }
    }

    private func words(_ judgements: [MailJudgement]) -> [String] {
        judgements.map { "\($0.source.rawValue) \($0.kind.rawValue)" }
    }

    @Test("a refusal is said of its message, and of the session")
    func refusals() {
        var session = Session()
        session.take(.mail, "<a@b.example>")
        session.refused("5.7.1", "Service unavailable; Client host [192.0.2.1] blocked using bl.example")
        session.refused("5.7.1", "Client host rejected: Access denied")
        #expect(words(session.reader.judgements(at: now)) == ["blocklist spam", "policy spam"])
        session.take(.mail, "<a@b.example>")
        session.take(.rcpt, "<user1@lab.example>")
        #expect(session.reader.judgements(at: now).isEmpty)
        #expect(words(session.reader.judgementsOfSession(at: now)) == ["blocklist spam", "policy spam"])
    }

    @Test("a trap is one, but not for a bounce")
    func traps() {
        var session = Session()
        session.take(.mail, "<>")
        session.reader.noteTrap()
        #expect(session.reader.judgements(at: now).isEmpty && session.reader.judgementsOfSession(at: now).isEmpty)
        session.take(.mail, "<a@b.example>")
        session.reader.noteTrap()
        #expect(words(session.reader.judgements(at: now)) == ["trap spam"])
    }

    @Test(
        "unknown recipients count from three on, when they are half of all",
        arguments: [(2, 0, false), (3, 0, true), (3, 3, true), (3, 4, false), (40, 10, true)])
    func unknownRecipients(unknown: Int, others: Int, isJudged: Bool) {
        var session = Session()
        session.take(.mail, "<a@b.example>")
        for _ in 0..<others { session.take(.rcpt, "<user1@lab.example>") }
        for _ in 0..<unknown { session.refused() }
        #expect(words(session.reader.judgements(at: now)) == (isJudged ? ["unknown-recipients spam"] : []))
        var bounces = Session()
        bounces.take(.mail, "<>")
        for _ in 0..<unknown { bounces.refused() }
        #expect(bounces.reader.judgementsOfSession(at: now).isEmpty)
    }

    @Test("greylisting by others, full mailboxes and denied relays say nothing; unknown words are kept, masked")
    func silence() {
        var session = Session()
        session.take(.mail, "<a@b.example>")
        session.refused("4.2.0", "Recipient address rejected: Greylisted")
        session.refused("5.2.2", "Recipient address rejected: Mailbox is full")
        session.refused("5.7.1", "Relay access denied")
        session.refused("5.7.1", "Recipient address rejected: ask bob@lab.example")
        session.refused("5.7.1", "Recipient address rejected: ask eve@lab.example")
        #expect(session.reader.judgementsOfSession(at: now).isEmpty)
        #expect(session.reader.takeUnread() == ["Recipient address rejected: ask <address>"])
        #expect(session.reader.takeUnread().isEmpty)
        session.refused("5.7.1", "Recipient address rejected: Gone, has left us")
        #expect(session.reader.takeUnread() == ["Recipient address rejected: <name> has left us"])
        for letter in "abcdefghij" { session.refused("5.7.1", "no \(letter)") }
        #expect(session.reader.unread.count == 4)
    }

    @Test("a source that is off says nothing")
    func off() {
        var session = Session(JudgementRules(sources: [.policy]))
        session.take(.mail, "<a@b.example>")
        session.reader.noteTrap()
        session.refused("5.7.1", "Service unavailable; Client host [192.0.2.1] blocked using bl.example")
        session.refused("5.7.1", "Client host rejected: Access denied")
        #expect(words(session.reader.judgements(at: now)) == ["policy spam"])
    }

    @Test("no header says anything until the administrator has named it: a client can write any")
    func headersAreOff() {
        var session = Session()
        session.take(.mail, "<a@b.example>")
        session.take(.header, "X-Spam-Flag", " NO")
        session.take(.header, "X-Spam-Status", " No, score=-9")
        #expect(session.reader.judgements(at: now).isEmpty)
    }

    static let fields: [(FilterHeaderRule.Filter, [(String, String)], JudgementKind?)] = [
        (.rspamd, [("X-Spam", " yes")], .spam), (.rspamd, [("x-spam", "YES ")], .spam),
        (.rspamd, [("X-Spamd-Result", " default: False [-0.1 / 15.00];\r\n\tARC_NA(0.00)[]")], .honest),
        (.rspamd, [("X-Spamd-Result", " default:\r\n\tTrue [19.1 / 15.00]; X")], .spam),
        (.rspamd, [("X-Spam", " yes"), ("X-Spamd-Result", " default: True [1 / 1]")], .spam),
        (.rspamd, [("X-Spam", " yes"), ("X-Spamd-Result", " default: False [1 / 1]")], nil),
        (.spamassassin, [("X-Spam-Flag", " YES"), ("X-Spam-Status", " Yes, score=7.1 required=5.0")], .spam),
        (.spamassassin, [("X-Spam-Status", " No, score=0.1 required=5.0 tests=NONE")], .honest),
        (.spamassassin, [("X-Spam-Flag", " NO")], nil), (.amavis, [("X-Spam-Flag", "NO")], .honest),
        (.spamassassin, [("X-Spam-Statuses", " No, x"), ("X-Other", " Yes,")], nil),
    ]

    @Test("the fields of well-known filters", arguments: fields)
    func filters(filter: FilterHeaderRule.Filter, fields: [(String, String)], kind: JudgementKind?) {
        var session = Session(JudgementRules(headers: filter.rules))
        session.take(.mail, "<a@b.example>")
        for field in fields { session.take(.header, field.0, field.1) }
        #expect(session.reader.judgements(at: now).map(\.kind) == (kind.map { [$0] } ?? []))
        // The next message of the session has fields of its own.
        session.take(.mail, "<a@b.example>")
        #expect(session.reader.judgements(at: now).isEmpty)
    }

    @Test(
        "of several fields of one name the configured one counts; by default none",
        arguments: [(.only, nil), (.first, .spam), (.last, .honest)] as [(FilterHeaderRule.Occurrence, JudgementKind?)])
    func occurrence(occurrence: FilterHeaderRule.Occurrence, kind: JudgementKind?) {
        var session = Session(JudgementRules(headers: FilterHeaderRule.Filter.amavis.rules, occurrence: occurrence))
        session.take(.mail, "<a@b.example>")
        session.take(.header, "X-Spam-Flag", " YES")
        session.take(.header, "X-Spam-Flag", " NO")
        #expect(session.reader.judgements(at: now).map(\.kind) == (kind.map { [$0] } ?? []))
    }

    @Test(
        "patterns",
        arguments: [
            ("bad*", "bad score", true), ("bad*", "not bad", false), ("*bad", "so bad", true), ("*a*c*", "xabcx", true),
            ("a*a", "a", false), ("a*a", "aa", true), ("BAD", "bad", true), ("*", "", true), ("a*b*c", "acb", false),
        ])
    func patterns(pattern: String, value: String, isMatch: Bool) throws {
        let rule = try #require(FilterHeaderRule(name: "X", pattern: pattern, kind: .spam))
        #expect(rule.matches(Array(value.utf8)) == isMatch)
        #expect(FilterHeaderRule(name: "X:", pattern: "a", kind: .spam) == nil)
        #expect(FilterHeaderRule(name: "", pattern: "a", kind: .spam) == nil)
        #expect(FilterHeaderRule(name: "X", pattern: "", kind: .spam) == nil)
    }

    @Test(
        "only this site's border says whom a client may send for, and only by SPF",
        arguments: [
            ("mx.lab.example; spf=pass smtp.mailfrom=A@B.example", "b.example"),
            (
                "MX.lab.example 1;\r\n\tdkim=pass header.d=c.example;\r\n\tspf=pass (ip4: x; y) smtp.mailfrom=b.example",
                "b.example"
            ),
            ("mx.lab.example; spf=fail smtp.mailfrom=a@b.example", nil),
            ("mx.lab.example; dkim=pass header.d=b.example; dmarc=pass header.from=b.example", nil),
            ("mx.other.example; spf=pass smtp.mailfrom=a@b.example", nil),
            ("mx.lab.example (spf=pass smtp.mailfrom=b.example); none", nil), ("mx.lab.example; spf=pass", nil),
            ("", nil), ("; spf=pass smtp.mailfrom=b.example", nil),
            ("mx.lab.example; spf=pass smtp.mailfrom=\"x@y\"", nil),
        ] as [(String, String?)])
    func authentication(value: String, domain: String?) {
        var session = Session(JudgementRules(authservID: "MX.lab.example"))
        session.take(.mail, "<a@b.example>")
        session.take(.header, "Authentication-Results", " \(value)")
        #expect(session.reader.authenticatedDomain == domain)
        #expect(session.reader.judgements(at: now).isEmpty)
        session.take(.mail, "<a@b.example>")
        #expect(session.reader.authenticatedDomain == nil)
        var careless = Session()
        careless.take(.header, "Authentication-Results", " \(value)")
        #expect(careless.reader.authenticatedDomain == nil)
    }

    @Test("Argot's own answers change nothing")
    func ownAnswers() {
        var session = Session()
        session.take(.mail, "<a@b.example>")
        session.take(.rcpt, "<user1@lab.example>")
        for isTemporary in [true, false] {
            session.reader.take(.answered(isTemporary: isTemporary), [UInt8]().span)
            session.take(.answer, "450 4.7.1 greylisted: blocked using argot")
        }
        #expect(session.reader.judgements(at: now).isEmpty && session.reader.judgementsOfSession(at: now).isEmpty)
        #expect(session.reader.unread.isEmpty)
    }
}

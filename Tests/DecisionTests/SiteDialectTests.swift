import Decision
import Dialects
import Judgements
import KeyedHashing
import Memory
import Policy
import SMTP
import Testing

/// What a session that speaks a dialect of the site meets with.
@Suite("Dialects of the site")
struct SiteDialectTests {
    private static let headers = [("From", " a"), ("To", " b")]

    /// What the commands of the tests' sessions make, without addresses in brackets or with.
    private static func prints(bare: Bool) -> (speech: UInt64, course: UInt32) {
        var fingerprint = SessionFingerprint(vantage: .milterPostfix)
        func take(_ event: ObservedEvent, _ text: String) { fingerprint.take(event, Array(text.utf8).span) }
        let name = Array("host.maple.example".utf8)
        take(.helo(HELOShape(of: name, client: nil, ptr: nil, server: nil)), "host.maple.example")
        let mail = bare ? "a@maple.example" : "<a@maple.example>"
        let recipient = bare ? "user1@lab.example" : "<user1@lab.example>"
        take(.mail(MailAddress(argument: mail.utf8)), mail)
        take(.rcpt(MailAddress(argument: recipient.utf8)), recipient)
        take(.data, "")
        for (name, value) in headers { take(.header(nameLength: name.utf8.count), "\(name)\0\(value)") }
        take(.eoh, "")
        return (fingerprint.fingerprints.speech, fingerprint.fingerprints.course)
    }

    private static func dialect(
        _ depth: SiteDialect.Depth, bare: Bool, _ state: SiteDialect.State, label: SiteDialect.Label? = nil
    ) -> SiteDialect {
        let prints = prints(bare: bare)
        return SiteDialect(
            depth: depth, fingerprint: depth == .speech ? prints.speech : UInt64(prints.course),
            vantage: .milterPostfix, state: state, shape: "greets name", label: label)
    }

    private func session(bare: Bool, _ dialects: [SiteDialect]?) -> (rcpt: Decision?, end: Decision?, label: String) {
        var policy = PolicyConfiguration()
        policy.mode = .enforce
        let snapshot = DecisionSnapshot(
            model: DialectModel(dialects: []), modelSource: "test", policy: policy,
            siteDialects: dialects.map { SiteDialects($0) })
        let judge = SessionJudge(
            id: "s", snapshot: snapshot, memory: DecisionMemory(key: .random(), policy: policy),
            peers: SessionPeers(
                client: ClientAddress("203.0.113.9"), clientPort: 4_242, clientName: "host.maple.example",
                resolution: .ok, mta: .postfix))
        judge.take(.helo, "host.maple.example")
        judge.take(.mail, bare ? "a@maple.example" : "<a@maple.example>")
        let rcpt = judge.take(.rcpt, bare ? "user1@lab.example" : "<user1@lab.example>")
        let label = judge.label
        judge.take(.data)
        for (name, value) in Self.headers { judge.take(.header, name, value) }
        judge.take(.eoh)
        return (rcpt, judge.take(.eom), label)
    }

    @Test("what is learned of how a client speaks is the same, and no judgement, where its dialect is called")
    func lessons() throws {
        func lesson(_ dialects: [SiteDialect]?) throws -> Lesson {
            var policy = PolicyConfiguration()
            policy.mode = .enforce
            let snapshot = DecisionSnapshot(
                model: DialectModel(dialects: []), modelSource: "test", policy: policy,
                siteDialects: dialects.map { SiteDialects($0) }, learning: JudgementRules())
            let judge = SessionJudge(
                id: "s", snapshot: snapshot, memory: DecisionMemory(key: try HashingKey(bytes: 1...32), policy: policy),
                peers: SessionPeers(client: ClientAddress("203.0.113.9"), clientPort: 4_242, mta: .postfix))
            judge.take(.helo, "host.maple.example")
            judge.take(.mail, "a@maple.example")
            let decision = judge.take(.rcpt, "user1@lab.example")
            #expect(reasons(decision).contains("dialect.site") == (dialects != nil))
            let lesson = judge.lessonOfSession(at: UnixTime(seconds: 0))
            return try #require(lesson)
        }
        let called = try lesson([Self.dialect(.speech, bare: true, .hostile)])
        let unknown = try lesson(nil)
        #expect(called.dialect != nil && called.dialect == unknown.dialect)
        #expect(called.judgements.isEmpty && unknown.judgements.isEmpty)
    }

    private func reasons(_ decision: Decision?) -> [String] { decision?.record.reasons.map(\.word) ?? [] }

    @Test func aHostileDialectIsGreylistedAndNamedByItsId() {
        let dialect = Self.dialect(.speech, bare: true, .hostile)
        let met = session(bare: true, [dialect])
        #expect(met.rcpt?.record.applied == .tempfail)
        #expect(reasons(met.rcpt).contains("dialect.site"))
        #expect(met.label == dialect.id && met.rcpt?.record.dialect == dialect.id)
        let other = session(bare: false, [dialect])
        #expect(other.rcpt?.record.verdict == .accept && other.end == nil)
    }

    @Test("An unknown dialect is no signal", arguments: [.mixed, .honest, .unknown] as [SiteDialect.State])
    func others(state: SiteDialect.State) {
        let met = session(
            bare: true, [Self.dialect(.speech, bare: true, state), Self.dialect(.speech, bare: false, .hostile)])
        #expect(met.rcpt?.record.verdict == .accept && met.end == nil)
    }

    @Test func whatComesAfterTheFirstRecipientCallsNobody() {
        let met = session(
            bare: true, [Self.dialect(.speech, bare: true, .mixed), Self.dialect(.course, bare: true, .hostile)])
        #expect(met.rcpt?.record.verdict == .accept && met.end == nil)
    }

    @Test func theAdministratorsNameDecidesWhatItIs() {
        func met(_ dialectClass: DialectClass) -> [String] {
            let label = SiteDialect.Label(name: "cutwail", dialectClass: dialectClass)
            return reasons(session(bare: true, [Self.dialect(.speech, bare: true, .hostile, label: label)]).rcpt)
        }
        #expect(met(.bot).contains("dialect.bot"))
        #expect(met(.attack).contains("dialect.attack"))
        #expect(met(.library) == ["none"])
    }
}

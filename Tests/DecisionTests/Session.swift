import Decision
import Dialects
import KeyedHashing
import Memory
import Policy
import SMTP
import Sessions

/// A live session as a front end runs one: every event goes to recorder and judge, decisions come out.
struct Session {
    private(set) var judge: SessionJudge
    private var recorder: SessionRecorder
    private(set) var decisions: [Decision] = []
    private(set) var changes: [MemoryChange] = []
    private(set) var aim: SenderAim?
    private let began: Int64
    private var elapsed: Int64 = 0

    init(_ site: Site, at began: Int64 = 0, peers: SessionPeers = .sample(), scores: SenderScores? = nil) {
        judge = SessionJudge(
            id: "s", snapshot: site.snapshot, memory: site.memory, peers: peers, scores: scores)
        recorder = SessionRecorder(id: "s", began: Double(Site.epoch + began), peers: peers)
        self.began = began
    }

    private var micros: UInt64 { UInt64(elapsed) * 1_000_000 }

    private var now: UnixTime { UnixTime(seconds: Site.epoch + began + elapsed) }

    mutating func adoptLists(of snapshot: DecisionSnapshot) { judge.adoptLists(of: snapshot) }

    mutating func wait(_ seconds: Int64) { elapsed += seconds }

    /// Hands an event to recorder and judge, and keeps what follows from it.
    @discardableResult
    mutating func take(_ kind: SessionEvent.Kind, _ bytes: [UInt8] = []) -> Decision? {
        recorder.take(kind, bytes.span, at: micros)
        let time = now
        let outcome = judge.take(kind, bytes.span, at: time)
        changes += outcome.changes
        aim = outcome.aim ?? aim
        guard let decision = outcome.decision else { return nil }
        decisions.append(decision)
        if kind == .rcpt { recorder.take(.answer, parts: decision.reply?.description ?? "accept", at: micros) }
        return decision
    }

    /// The same of the text of its parts.
    mutating func take(_ kind: SessionEvent.Kind, _ parts: String...) {
        take(kind, Array(parts.joined(separator: "\0").utf8))
    }

    mutating func helo(_ argument: String) { take(.helo, argument) }

    mutating func startTLS() { take(.tls, "TLSv1.3", "x") }

    mutating func authenticated() { take(.auth, "PLAIN") }

    mutating func proto(_ name: String) { take(.proto, name) }

    mutating func mail(_ arguments: String...) { take(.mail, arguments.joined(separator: "\0")) }

    @discardableResult
    mutating func recipient(_ argument: String) -> Decision { recipient(bytes: Array(argument.utf8)) }

    @discardableResult
    mutating func recipient(bytes: [UInt8]) -> Decision {
        guard let decision = take(.rcpt, bytes) else { preconditionFailure("RCPT without a decision") }
        return decision
    }

    mutating func refused(
        _ argument: String, _ text: String = "Recipient address rejected: User unknown in local recipient table",
        code: String = "5.1.1"
    ) {
        take(.refused, code, text)
        take(.rcpt, argument)
    }

    mutating func unknown(_ command: String) { take(.unknown, command) }

    mutating func abort() { take(.abort) }

    /// DATA, headers, body, the final dot.
    mutating func message(_ headers: (String, String)...) {
        take(.data)
        for (name, value) in headers { take(.header, name, value) }
        take(.eoh)
        take(.eom)
    }

    /// The transcript of the session, which has ended.
    func finished() -> SessionTranscript { recorder.finish() }
}

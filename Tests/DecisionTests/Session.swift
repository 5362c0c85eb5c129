import Decision
import Dialects
import KeyedHashing
import Policy
import SMTP
import Sessions

/// A live session as a front end runs one: every event goes to recorder and judge, decisions come out.
struct Session {
    private(set) var judge: SessionJudge
    private var recorder: SessionRecorder
    private(set) var decisions: [Decision] = []
    private(set) var changes: [MemoryChange] = []
    private let began: Int64
    private var elapsed: Int64 = 0

    init(_ site: Site, at began: Int64 = 0, peers: SessionPeers = .sample(), scores: SenderScores? = nil) {
        judge = SessionJudge(snapshot: site.snapshot, memory: site.memory, peers: peers, scores: scores)
        recorder = SessionRecorder(id: "s", began: Double(Site.epoch + began), peers: peers)
        self.began = began
    }

    private var micros: UInt64 { UInt64(elapsed) * 1_000_000 }

    private var now: UnixTime { UnixTime(seconds: Site.epoch + began + elapsed) }

    mutating func adoptLists(of snapshot: DecisionSnapshot) { judge.adoptLists(of: snapshot) }

    mutating func wait(_ seconds: Int64) { elapsed += seconds }

    mutating func helo(_ argument: String) {
        let bytes = Array(argument.utf8)
        recorder.helo(bytes.span, at: micros)
        judge.helo(bytes.span)
    }

    mutating func startTLS() {
        recorder.tls(version: "TLSv1.3", cipher: "x", at: micros)
        judge.startTLS()
    }

    mutating func authenticated() {
        recorder.authenticated(mechanism: "PLAIN", at: micros)
        judge.authenticated()
    }

    mutating func proto(_ name: String) {
        recorder.proto(name, at: micros)
        judge.proto(name)
    }

    mutating func mail(_ arguments: String...) {
        let bytes = Array(arguments.joined(separator: "\0").utf8)
        recorder.mail(bytes.span, at: micros)
        judge.mail(bytes.span)
    }

    @discardableResult
    mutating func recipient(_ argument: String) -> Decision { recipient(bytes: Array(argument.utf8)) }

    @discardableResult
    mutating func recipient(bytes: [UInt8]) -> Decision {
        recorder.recipient(bytes.span, at: micros)
        let decision = judge.recipient(bytes.span, at: now)
        recorder.answered(decision.reply?.description ?? "accept", at: micros)
        decisions.append(decision)
        return decision
    }

    mutating func refused(
        _ argument: String, _ text: String = "Recipient address rejected: User unknown in local recipient table",
        code: String = "5.1.1"
    ) {
        recorder.refused(code: code, text: text, at: micros)
        let bytes = Array(argument.utf8)
        recorder.recipient(bytes.span, at: micros)
        judge.refusedRecipient(bytes.span, enhancedCode: code, text: text)
    }

    mutating func unknown(_ command: String) {
        let bytes = Array(command.utf8)
        recorder.unknown(bytes.span, at: micros)
        judge.unknown(bytes.span)
    }

    mutating func abort() {
        recorder.abort(at: micros)
        judge.abort()
    }

    /// DATA, headers, body, the final dot.
    mutating func message(_ headers: (String, String)...) {
        recorder.data(at: micros)
        judge.data()
        for (name, value) in headers {
            let (name, value) = (Array(name.utf8), Array(value.utf8))
            recorder.header(name: name.span, value: value.span, at: micros)
            judge.header(name: name.span, value: value.span)
        }
        recorder.endOfHeaders(at: micros)
        judge.endOfHeaders()
        recorder.endOfMessage(at: micros)
        if let decision = judge.message(at: now) {
            decisions.append(decision)
            if decision.reply != nil { return judge.refusedMessage() }
        }
        changes += judge.endOfMessage(at: now)
    }

    /// The transcript of the session, which has ended.
    func finished() -> SessionTranscript { recorder.finish() }
}

import Dialects
import Policy
public import SMTP

/// Judges a finished session again, event by event, as it would be judged live.
public struct TranscriptReplay {
    /// What the replay of one transcript gives.
    public struct Outcome: Sendable {
        /// The decisions on the recipients, in order.
        public var decisions: [Decision]
        /// What the decision machine says in the end.
        public var dialect: String
        /// The states that it stands in.
        public var states: String
    }

    private let snapshot: DecisionSnapshot
    private let memory: DecisionMemory
    private let scores: SenderScores?

    /// A replay against a snapshot; greylist and history carry over from transcript to transcript. The senders' `scores`
    /// stay what they are: they may know what came after a session.
    public init(snapshot: DecisionSnapshot, memory: DecisionMemory, scores: SenderScores? = nil) {
        self.snapshot = snapshot
        self.memory = memory
        self.scores = scores
    }

    /// Judges a milter's transcript. `nil` for a transcript of bytes on the wire, whose commands a milter is not shown.
    public func outcome(of transcript: SessionTranscript) -> Outcome? {
        guard transcript.vantage != .wire else { return nil }
        var judge = SessionJudge(
            snapshot: snapshot, memory: memory, peers: transcript.peers, vantage: transcript.vantage, scores: scores)
        var decisions: [Decision] = []
        var refusal: (code: String, text: String)?
        for event in transcript.events {
            let now = UnixTime(seconds: Int64(transcript.began ?? 0) + Int64(event.time / 1_000_000))
            let parts = event.parts
            switch event.kind {
            case .helo: judge.helo(event.bytes.span)
            case .tls: judge.startTLS()
            case .auth: judge.authenticated()
            case .proto: judge.proto(String(decoding: event.bytes, as: UTF8.self))
            case .mail: judge.mail(event.bytes.span)
            case .refused:
                let words = parts.map { String(decoding: $0, as: UTF8.self) }
                refusal = (words.first ?? "", words.dropFirst().first ?? "")
            case .rcpt:
                if let (code, text) = refusal {
                    judge.refusedRecipient(event.bytes.span, enhancedCode: code, text: text)
                    refusal = nil
                } else {
                    var decision = judge.recipient(event.bytes.span, at: now)
                    decision.record.session = transcript.id
                    decisions.append(decision)
                }
            case .data: judge.data()
            case .header:
                guard parts.count == 2 else { continue }
                let name = parts[0]
                let value = parts[1]
                judge.header(name: name.span, value: value.span)
            case .eoh: judge.endOfHeaders()
            case .eom:
                var isRefused = false
                if var decision = judge.message(at: now) {
                    decision.record.session = transcript.id
                    decisions.append(decision)
                    isRefused = decision.reply != nil
                }
                if isRefused { judge.refusedMessage() } else { _ = judge.endOfMessage(at: now) }
            case .abort: judge.abort()
            case .unknown: judge.unknown(event.bytes.span)
            case .body, .answer, .client, .server, .encrypted, .clientGap, .serverGap: break
            }
        }
        return Outcome(decisions: decisions, dialect: judge.label, states: judge.states)
    }
}

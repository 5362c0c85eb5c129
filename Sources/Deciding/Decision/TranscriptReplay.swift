import Dialects
import Policy
public import SMTP

/// Judges a finished session again, event by event, as it would be judged live.
public struct TranscriptReplay {
    /// What the replay of one transcript gives.
    public struct Judged: Sendable {
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
    public func outcome(of transcript: SessionTranscript) -> Judged? {
        guard transcript.vantage.filteredServer != nil else { return nil }
        let judge = SessionJudge(
            id: transcript.id, snapshot: snapshot, memory: memory, peers: transcript.peers, vantage: transcript.vantage,
            scores: scores)
        var decisions: [Decision] = []
        for event in transcript.events {
            let now = UnixTime(seconds: Int64(transcript.began ?? 0) + Int64(event.time / 1_000_000))
            if let decision = judge.take(event.kind, event.bytes.span, at: now).decision { decisions.append(decision) }
        }
        return Judged(decisions: decisions, dialect: judge.label, states: judge.states)
    }
}

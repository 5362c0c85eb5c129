import Decision
import Policy

/// What a replay comes to.
struct ReplaySummary: CustomStringConvertible {
    var sessions = 0
    var wireTranscripts = 0
    private var verdicts: [Verdict: Int] = [:]

    mutating func add(_ outcome: TranscriptReplay.Outcome) {
        sessions += 1
        for decision in outcome.decisions { verdicts[decision.record.verdict, default: 0] += 1 }
    }

    var description: String {
        let counts = Verdict.allCases.map { "\($0.rawValue) \(verdicts[$0] ?? 0)" }.joined(separator: ", ")
        let skipped =
            wireTranscripts == 0
            ? "" : "; \(wireTranscripts) recordings of the wire passed over: a milter is not shown their commands"
        return "\(sessions) sessions: \(counts)\(skipped)"
    }
}

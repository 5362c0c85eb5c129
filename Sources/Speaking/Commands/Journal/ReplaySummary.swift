import Decision
import Policy
import SMTP

/// What a replay comes to, in all and by what the sources say of the clients.
struct ReplaySummary {
    /// What becomes of the sessions that one label holds for.
    struct Group: Encodable {
        /// The label; empty for sessions without one.
        let label: String
        fileprivate(set) var sessions = 0
        /// Sessions by their hardest verdict.
        fileprivate(set) var verdicts: [String: Int] = [:]
        /// Sessions by what speaks against the client, those that are let in left out.
        fileprivate(set) var reasons: [String: Int] = [:]
        /// How many addresses the clients have, and how many of them meet with anything.
        var clients: Int { addresses.count }
        var clientsTouched: Int { touched.count }
        private var addresses: Set<String> = []
        private var touched: Set<String> = []

        init(label: String) { self.label = label }

        fileprivate mutating func add(_ transcript: SessionTranscript, _ decisions: [Decision]) {
            let client = transcript.peers.client?.description ?? ""
            sessions += 1
            addresses.insert(client)
            let records = decisions.map(\.record)
            let hardest: [Verdict] = [.fakeReject, .reject, .tempfail, .accept]
            guard let worst = hardest.lazy.compactMap({ verdict in records.first { $0.verdict == verdict } }).first
            else { return }
            verdicts[worst.verdict.rawValue, default: 0] += 1
            guard worst.verdict != .accept else { return }
            touched.insert(client)
            let words = worst.reasons.filter { !$0.isCircumstance }.map(\.word)
            reasons[words.joined(separator: ","), default: 0] += 1
        }

        private enum Key: String, CodingKey {
            case label, sessions, clients, verdicts, reasons
            case clientsTouched = "clients_touched"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(label, forKey: .label)
            try container.encode(sessions, forKey: .sessions)
            try container.encode(clients, forKey: .clients)
            try container.encode(clientsTouched, forKey: .clientsTouched)
            try container.encode(verdicts, forKey: .verdicts)
            try container.encode(reasons, forKey: .reasons)
        }

        /// The most frequent reasons.
        func commonReasons(_ count: Int) -> [(words: String, sessions: Int)] {
            reasons.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(count).map { ($0.key, $0.value) }
        }
    }

    /// By label, in alphabetical order.
    var groups: [Group] { byLabel.values.sorted { $0.label < $1.label } }

    private var byLabel: [String: Group] = [:]
    private var sessions = 0
    private var wireTranscripts = 0
    private var verdicts: [Verdict: Int] = [:]

    mutating func add(_ transcript: SessionTranscript, _ outcome: TranscriptReplay.Judged?) {
        guard let outcome else {
            wireTranscripts += 1
            return
        }
        sessions += 1
        for decision in outcome.decisions { verdicts[decision.record.verdict, default: 0] += 1 }
        let label = transcript.labelGuess ?? ""
        byLabel[label, default: Group(label: label)].add(transcript, outcome.decisions)
    }

    /// All of it in a line.
    var line: String {
        let counts = Verdict.allCases.map { "\($0.rawValue) \(verdicts[$0] ?? 0)" }.joined(separator: ", ")
        let skipped =
            wireTranscripts == 0
            ? "" : "; \(wireTranscripts) recordings from the wire skipped: a milter does not see their commands"
        return "\(sessions) sessions: \(counts)\(skipped)"
    }

    /// The rows of a table of the groups.
    var rows: [[String]] {
        groups.map { group in
            [group.label.isEmpty ? "-" : group.label, String(group.sessions), String(group.clients)]
                + Verdict.allCases.map { String(group.verdicts[$0.rawValue] ?? 0) } + [String(group.clientsTouched)]
        }
    }
}

package import DialectLearning
package import Dialects
import SMTP
import Sessions

/// Counts what a model makes of labelled conversations: transcripts' judgements in, a report out.
///
/// Everything is averaged over kinds, never over conversations: one talkative machine is one family.
package struct DialectEvaluation {
    /// One kind of client.
    package struct Kind: Encodable {
        package let kind: String
        package let label: String
        package var n = 0
        package var bot = 0
        package var legit = 0
        package var ambiguous = 0
        package var unknown = 0
        package var decidedBeforeData = 0
        /// Conversations in which the client said nothing, which no dialect can tell.
        package var silent = 0
        /// Of the conversations called bot, those in which that was clear before DATA.
        package var botBeforeData = 0
        /// By which message it was decided how often.
        package var decidedAt: [String: Int] = [:]
        /// The dialects that were left out of the model for this kind.
        package var leftOut: [String] = []

        enum CodingKeys: String, CodingKey {
            case kind, label, n, bot, legit, ambiguous, unknown
            case decidedBeforeData = "decided_before_data"
            case silent
            case botBeforeData = "bot_before_data"
            case decidedAt = "decided_at"
            case leftOut = "left_out"
        }

        package var heard: Int { n - silent }
    }

    /// Conversations of a range of probabilities, and how many of them were hostile.
    package struct CalibrationBin: Encodable {
        package let from: Double
        package let to: Double
        package var weight = 0.0
        package var predicted = 0.0
        package var hostile = 0.0
    }

    /// One conversation, for those who ask why.
    package struct Case {
        package let id: String
        package let label: String
        package let kind: String
        package let judgement: DialogueJudgement
        /// What the transcript shows of the client beside what it says, where it was recorded.
        package var connection = ConnectionTraits()
        package var syn: SYNPattern?
    }

    private var kinds: [String: Kind] = [:]
    private var order: [String] = []
    private var probabilities: [String: [(isHostile: Bool, probability: Double)]] = [:]
    /// The conversations, one by one.
    package private(set) var cases: [Case] = []

    /// Transcripts of milters that were skipped: a wire transcript is needed.
    package private(set) var skipped = 0

    /// An evaluation of nothing yet.
    package init() {}

    /// Judges the transcripts of a file, each kind of client by the machine for that kind.
    package mutating func add(file: String, by machines: inout LeaveOneOutMachines, mode: MatchingMode) throws {
        try TranscriptDocument.read(file: file) { transcript in
            guard let dialogue = DialogueReader.dialogue(from: transcript) else {
                skipped += 1
                return
            }
            let kind = transcript.kind ?? "unknown"
            let (machine, leftOut) = machines.machine(for: kind)
            add(
                DialogueJudgement(machine: machine, dialogue: dialogue, mode: mode), id: transcript.id,
                label: transcript.labelGuess ?? "unknown", kind: kind, leftOut: leftOut)
            cases[cases.count - 1].connection = ConnectionTraits(of: transcript)
            cases[cases.count - 1].syn = transcript.events.first { $0.kind == .tcp }
                .flatMap { SYNPattern.seen(String(decoding: $0.bytes, as: UTF8.self))?.pattern }
        }
    }

    /// Whether a label is that of hostile clients. Labels that are neither hostile nor honest count for nothing.
    package static func isHostile(_ label: String) -> Bool { label == "bot" || label == "attack" }
    /// Whether a label is that of clients that must never be called bots.
    package static func isHonest(_ label: String) -> Bool { label == "legit" || label == "script" }

    /// Counts a judgement.
    mutating func add(
        _ judgement: DialogueJudgement, id: String, label: String, kind: String, leftOut: [String] = []
    ) {
        let key = label + "\u{0}" + kind
        if kinds[key] == nil { order.append(key) }
        var row = kinds[key] ?? Kind(kind: kind, label: label)
        row.n += 1
        if judgement.isSilent { row.silent += 1 }
        switch judgement.verdict {
        case .bot: row.bot += 1
        case .legit: row.legit += 1
        case .ambiguous: row.ambiguous += 1
        case .unknown: row.unknown += 1
        }
        if judgement.isBeforeData {
            row.decidedBeforeData += 1
            if judgement.verdict == .bot { row.botBeforeData += 1 }
        }
        if let word = judgement.decidedBy { row.decidedAt[word, default: 0] += 1 }
        row.leftOut = leftOut
        kinds[key] = row
        if !judgement.isSilent, Self.isHostile(label) || Self.isHonest(label) {
            probabilities[key, default: []].append((Self.isHostile(label), judgement.beforeData.hostile))
        }
        cases.append(Case(id: id, label: label, kind: kind, judgement: judgement))
    }

    /// The kinds by label, then by name.
    package var rows: [Kind] { order.compactMap { kinds[$0] }.sorted { ($0.label, $0.kind) < ($1.label, $1.kind) } }

    /// The share of calls of `bot` that were right, each kind with the weight of one; `nil` when there was none.
    package var precision: Double? {
        var right = 0.0
        var wrong = 0.0
        for row in rows where row.heard > 0 {
            let share = Double(row.bot) / Double(row.heard)
            if Self.isHostile(row.label) { right += share }
            if Self.isHonest(row.label) { wrong += share }
        }
        return right + wrong > 0 ? right / (right + wrong) : nil
    }

    /// The share of conversations of bots that were called so before DATA, averaged over families; silent ones aside.
    package var macroRecall: Double? { mean(rows.filter { $0.label == "bot" }) { Double($0.botBeforeData) } }

    /// The same, with what showed later.
    package var macroRecallAtEnd: Double? { mean(rows.filter { $0.label == "bot" }) { Double($0.bot) } }

    /// The share of conversations that stay ambiguous or unknown, averaged over the kinds that are hostile or honest.
    package var undecided: Double? {
        mean(rows.filter { Self.isHostile($0.label) || Self.isHonest($0.label) }) {
            Double($0.ambiguous + $0.unknown - $0.silent)
        }
    }

    /// How well probabilities before DATA hold, each kind with the weight of one.
    package var calibration: [CalibrationBin] {
        let edges = [0, 0.02, 0.1, 0.3, 0.7, 0.9, 0.98, 1.000_001]
        var bins = zip(edges, edges.dropFirst()).map { CalibrationBin(from: $0, to: min($1, 1)) }
        for list in probabilities.values {
            for (isHostile, probability) in list {
                guard let index = edges.dropFirst().firstIndex(where: { probability < $0 }) else { continue }
                bins[index - 1].weight += 1 / Double(list.count)
                bins[index - 1].predicted += probability / Double(list.count)
                bins[index - 1].hostile += isHostile ? 1 / Double(list.count) : 0
            }
        }
        return bins.map { bin in
            var bin = bin
            if bin.weight > 0 {
                bin.predicted /= bin.weight
                bin.hostile /= bin.weight
            }
            return bin
        }
    }

    private func mean(_ rows: [Kind], of count: (Kind) -> Double) -> Double? {
        let heard = rows.filter { $0.heard > 0 }
        guard !heard.isEmpty else { return nil }
        return heard.reduce(0) { $0 + count($1) / Double($1.heard) } / Double(heard.count)
    }
}

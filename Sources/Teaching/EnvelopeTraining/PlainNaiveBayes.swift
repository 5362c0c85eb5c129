public import Envelopes
private import Glibc
import SMTP

/// The plain naive Bayes classifier that every better model has to beat: each answer counts by itself, add-half
/// smoothing, every sender weighs the same.
public struct PlainNaiveBayes: Sendable {
    /// What it looks at: HELO's form and relation and the name's state and kind.
    public static let heloAndName: [FeatureGroup] = [.formState, .relationKind]

    /// The same with the protocol, the mailer and the order of the headers as a whole.
    public static let all: [FeatureGroup] = heloAndName + [.greeting, .mailerFamily, .orderAll]

    private let groups: Set<FeatureGroup>
    private var ratios: [TextToken: Double] = [:]
    private var unseen: [FeatureGroup: Double] = [:]

    /// Learns from records.
    public init(of records: [EnvelopeRecord], groups: [FeatureGroup]) {
        self.groups = Set(groups)
        var counts: [TextToken: (spam: Double, honest: Double)] = [:]
        var sums = (spam: 0.0, honest: 0.0)
        for (record, weight) in zip(records, Self.weights(records)) {
            if record.isSpam { sums.spam += weight } else { sums.honest += weight }
            for token in Self.answers(of: record, self.groups) {
                if record.isSpam {
                    counts[token, default: (0, 0)].spam += weight
                } else {
                    counts[token, default: (0, 0)].honest += weight
                }
            }
        }
        for group in groups {
            let values = counts.filter { $0.key.group == group }
            let room = 0.5 * Double(values.count + 1)
            let base = log((sums.honest + room) / (sums.spam + room))
            unseen[group] = base
            for (token, count) in values { ratios[token] = log((count.spam + 0.5) / (count.honest + 0.5)) + base }
        }
    }

    /// The sum of the answers' logarithms.
    public func score(of record: EnvelopeRecord) -> Double {
        // In a fixed order, as sums of floating point numbers depend on it.
        Self.answers(of: record, groups).sorted().reduce(0) { $0 + (ratios[$1] ?? unseen[$1.group] ?? 0) }
    }

    private static func answers(of record: EnvelopeRecord, _ groups: Set<FeatureGroup>) -> [TextToken] {
        record.observer.answers(at: .afterHeaders).filter { groups.contains($0.group) }
    }

    private static func weights(_ records: [EnvelopeRecord]) -> [Double] {
        var counts: [ClientAddress: Int] = [:]
        for record in records { counts[record.client, default: 0] += 1 }
        return records.map { 1 / Double(counts[$0.client] ?? 1) }
    }
}

import Glibc

/// The score of the SpamTracker paper, to the letter: S(r) = max over clusters c of (r · c_avg) / |c_avg| with r the
/// sender's raw counts.
///
/// It grows with the number of mails; on real mail it ranks relays of honest mail above bots, which is why `contrast`
/// is the default. It stays for comparison.
public struct PaperScore: Sendable {
    /// What is done to the sender's row before it is compared.
    public enum RowForm: Hashable, Sendable {
        /// Nothing: as published.
        case raw

        /// Scaled to length one: the similarity is the cosine, and volume no longer counts.
        case unit

        /// log(1 + count), then scaled to length one.
        case logUnit
    }

    private struct Entry: Sendable {
        let cluster: UInt32
        let value: Double
    }

    private let form: RowForm
    private let clusterCount: Int
    private var entries: [UInt32: [Entry]] = [:]

    /// Fingerprints from `clusters`, without those more skewed to one domain than `maximumSkew`.
    public init(_ clusters: [SpamCluster], form: RowForm = .raw, maximumSkew: Double = 1) {
        self.form = form
        clusterCount = clusters.count
        for (number, cluster) in clusters.enumerated() where cluster.skew <= maximumSkew && cluster.length > 0 {
            for (domain, value) in zip(cluster.domains, cluster.average) {
                entries[domain, default: []].append(
                    Entry(cluster: UInt32(number), value: value / cluster.length))
            }
        }
    }

    /// S(r), at least 0; 0 for a row that meets no cluster. O(entries of the row's domains).
    public func score(_ row: SenderRow) -> Double {
        var sums = [Double](repeating: 0, count: clusterCount)
        var square = 0.0
        for (domain, count) in zip(row.domains, row.counts) {
            let value = form == .logUnit ? log1p(Double(count)) : Double(count)
            square += value * value
            for entry in entries[domain] ?? [] { sums[Int(entry.cluster)] += value * entry.value }
        }
        let best = sums.max() ?? 0
        return form == .raw || square == 0 ? best : best / square.squareRoot()
    }
}

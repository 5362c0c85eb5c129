/// A group of spam senders that write to the same domains; its average row is the fingerprint (SpamTracker, section 3).
public struct SpamCluster: Hashable, Sendable {
    /// How many senders formed it.
    public let senderCount: Int

    /// The domains of the average row, ascending.
    public let domains: [UInt32]

    /// c_avg: mails per sender and window to each of `domains` (or log(1 + mails), by the options).
    public let average: [Double]

    /// A cluster. `average` stands beside `domains`, which ascend.
    public init(senderCount: Int, domains: [UInt32], average: [Double]) {
        self.senderCount = senderCount
        self.domains = domains
        self.average = average
    }

    /// |c_avg|, the Euclidean length of the average row.
    public var length: Double { average.reduce(0) { $0 + $1 * $1 }.squareRoot() }

    /// The largest domain's share of the average row, 0...1: 1 means that the cluster is about a single domain.
    public var skew: Double {
        let sum = average.reduce(0, +)
        return sum > 0 ? (average.max() ?? 0) / sum : 0
    }

    /// The domains by their share of the average row, largest first, ties by number.
    public var profile: [(domain: UInt32, share: Double)] {
        let sum = average.reduce(0, +)
        guard sum > 0 else { return [] }
        return zip(domains, average).map { (domain: $0, share: $1 / sum) }
            .sorted { $0.share != $1.share ? $0.share > $1.share : $0.domain < $1.domain }
    }
}

import Glibc

/// How much better the spam clusters explain the domains of one row together than one by one.
///
/// Spam is taken as a mixture: a sender belongs to cluster c with probability π_c (its share of clustered senders) and
/// draws domains from the cluster's smoothed profile p_c. With p = Σ π_c p_c, a row of domains J has
/// log Σ_c π_c Π_{j∈J} p_c(j)/p(j): 0 for a single domain, large when J is what one campaign targets, below 0 when
/// J mixes campaigns.
struct ClusterContrast: Sendable {
    private struct Entry: Sendable {
        let cluster: UInt32
        let lift: Float
    }

    /// Weight, in senders, with which the mixture's profile smooths a cluster's.
    private static let smoothing = 1.0
    private static let bounds: ClosedRange<Float> = -4...8

    private var starts: [Int32] = [0]
    private var entries: [Entry] = []
    private var absent: [Float] = []
    private var shares: [Float] = []

    init(_ clusters: [SpamCluster]) {
        let total = clusters.reduce(0.0) { $0 + Double($1.senderCount) }
        guard total > 0 else { return }
        var mixture: [UInt32: Double] = [:]
        for cluster in clusters {
            let sum = cluster.average.reduce(0, +)
            for (domain, value) in zip(cluster.domains, cluster.average) where sum > 0 {
                mixture[domain, default: 0] += Double(cluster.senderCount) / total * value / sum
            }
        }
        var columns: [UInt32: [Entry]] = [:]
        for (number, cluster) in clusters.enumerated() {
            let count = Double(cluster.senderCount)
            let sum = cluster.average.reduce(0, +)
            let floor = Float(log(Self.smoothing / (count + Self.smoothing)))
            absent.append(floor)
            shares.append(Float(log(count / total)))
            for (domain, value) in zip(cluster.domains, cluster.average) where sum > 0 && value > 0 {
                let whole = mixture[domain]!
                let smoothed = (count * value / sum + Self.smoothing * whole) / (count + Self.smoothing)
                columns[domain, default: []].append(
                    Entry(cluster: UInt32(number), lift: Float(log(smoothed / whole)) - floor))
            }
        }
        guard let last = columns.keys.max() else { return }
        starts.reserveCapacity(Int(last) + 2)
        for domain in 0...last {
            entries += columns[domain] ?? []
            starts.append(Int32(entries.count))
        }
    }

    var clusterCount: Int { shares.count }

    /// The log likelihood ratio, and the cluster that explains the row best; (0, `nil`) when fewer than two of the
    /// domains occur in clusters.
    func value(of domains: ArraySlice<UInt32>) -> (value: Double, cluster: Int?) {
        guard domains.count > 1, !shares.isEmpty else { return (0, nil) }
        // Clusters without any of the domains are left out: they are many, and only their smoothing explains the row.
        var sums = [Float](repeating: 0, count: shares.count)
        var touched: [Int] = []
        touched.reserveCapacity(shares.count)
        var known: Float = 0
        for domain in domains where Int(domain) + 1 < starts.count {
            let range = Int(starts[Int(domain)])..<Int(starts[Int(domain) + 1])
            guard !range.isEmpty else { continue }
            known += 1
            for place in range {
                let cluster = Int(entries[place].cluster)
                // A lift over the floor is never 0, so 0 means not met yet.
                if sums[cluster] == 0 { touched.append(cluster) }
                sums[cluster] += entries[place].lift
            }
        }
        guard known > 1 else { return (0, nil) }
        var best = -Float.infinity
        var bestCluster = 0
        for cluster in touched {
            let sum = sums[cluster] + known * absent[cluster] + shares[cluster]
            sums[cluster] = sum
            if sum > best || (sum == best && cluster < bestCluster) {
                best = sum
                bestCluster = cluster
            }
        }
        var mixture: Float = 0
        // What is e^-16 of the best changes nothing in single precision.
        for cluster in touched where sums[cluster] > best - 16 { mixture += expf(sums[cluster] - best) }
        let value = best + logf(mixture)
        return (Double(min(max(value, Self.bounds.lowerBound), Self.bounds.upperBound)), bestCluster)
    }
}

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
    private(set) var clusterCount = 0

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
        clusterCount = shares.count
        // Whole blocks of four; what fills the last one up is never the best, nor counts.
        while shares.count % 4 != 0 {
            shares.append(-.infinity)
            absent.append(0)
        }
        guard let last = columns.keys.max() else { return }
        starts.reserveCapacity(Int(last) + 2)
        for domain in 0...last {
            entries += columns[domain] ?? []
            starts.append(Int32(entries.count))
        }
    }

    /// The log likelihood ratio, and the cluster that explains the row best; (0, `nil`) when fewer than two of the
    /// domains occur in clusters. A cell's domain is its upper half.
    func value(of cells: [UInt64]) -> (value: Double, cluster: Int?) {
        guard cells.count > 1, !shares.isEmpty else { return (0, nil) }
        var storage = shares
        var sums = storage.mutableSpan
        var known: Float = 0
        let last = UInt64(starts.count - 1)
        let entries = entries.span
        for cell in cells {
            let domain = cell >> 32
            guard domain < last else { break }
            let (start, end) = (Int(starts[Int(domain)]), Int(starts[Int(domain) + 1]))
            guard start < end else { continue }
            known += 1
            let column = entries.extracting(start..<end)
            for place in column.indices { sums[Int(column[place].cluster)] += column[place].lift }
        }
        guard known > 1 else { return (0, nil) }
        // No branches, and four maxima at a time that need not wait for each other: which clusters share domains with
        // a row is nothing a processor could foresee.
        var maxima = SIMD4<Float>(repeating: -.infinity)
        let absent = absent.span
        for block in stride(from: 0, to: sums.count, by: 4) {
            for lane in 0..<4 {
                let sum = sums[block + lane] + known * absent[block + lane]
                sums[block + lane] = sum
                maxima[lane] = sum > maxima[lane] ? sum : maxima[lane]
            }
        }
        let best = maxima.max()
        var bestCluster: Int?
        var mixture: Float = 0
        // All that is below e^-10 of the best, two hundred clusters together, changes the value by less than 0.01.
        let negligible = best - 10
        for cluster in 0..<sums.count where sums[cluster] > negligible {
            if bestCluster == nil, sums[cluster] == best { bestCluster = cluster }
            mixture += expf(sums[cluster] - best)
        }
        let value = best + logf(mixture)
        return (Double(min(max(value, Self.bounds.lowerBound), Self.bounds.upperBound)), bestCluster)
    }
}

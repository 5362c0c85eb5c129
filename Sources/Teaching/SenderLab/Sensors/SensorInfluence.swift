public import SpamTracker
public import Spectral

/// How much one sensor shapes the clusters: what changes when it is left out.
///
/// A sensor that lies, or that was broken into, shows as one whose absence moves the clusters far.
public struct SensorInfluence: Sendable {
    /// The sensor.
    public let domain: UInt32

    /// Its share of the weight of clustered rows, before the cap of `SensorTrust`.
    public let share: Double

    /// How far the fingerprints move, 0...1: one less the cosine between a sender's old and new cluster average outside
    /// the sensor's own domain, averaged over senders.
    public let movement: Double

    /// Agreement of the two partitions of senders beyond chance, the adjusted Rand index: 1 when the same senders stay
    /// together.
    public let agreement: Double

    /// The influence of the sensors that weigh most, one clustering each.
    ///
    /// - Parameters:
    ///   - rows: The spam senders' rows.
    ///   - limit: How many sensors, by weight.
    public static func ofHeaviest(
        _ limit: Int, in rows: SenderRows, options: ClusterOptions = ClusterOptions(),
        sensors: SensorTrust = SensorTrust(), progress: (Int, Int) -> Void = { _, _ in }
    ) throws(SpectralError) -> [SensorInfluence] {
        let whole = try SpamClusters(of: rows, options: options, sensors: sensors)
        var weights: [UInt32: Double] = [:]
        for member in whole.members {
            let row = rows.row(member.row)
            for domain in row.domains where sensors.isTrusted(domain) {
                weights[domain, default: 0] += 1 / Double(row.domainCount)
            }
        }
        let total = weights.values.sorted().reduce(0, +)
        let heaviest = weights.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }.prefix(limit)
        var found: [SensorInfluence] = []
        for (domain, weight) in heaviest {
            var without = sensors
            without.trusted = (sensors.trusted ?? Set(weights.keys)).subtracting([domain])
            let rest = try SpamClusters(of: rows, options: options, sensors: without)
            let (movement, agreement) = compare(whole, rest, without: domain)
            found.append(
                SensorInfluence(domain: domain, share: weight / total, movement: movement, agreement: agreement))
            progress(found.count, heaviest.count)
        }
        return found
    }

    private static func compare(
        _ old: SpamClusters, _ new: SpamClusters, without domain: UInt32
    ) -> (movement: Double, agreement: Double) {
        let newCluster = Dictionary(uniqueKeysWithValues: new.members.map { ($0.row, $0.cluster) })
        var cells: [Pair: Int] = [:]
        for member in old.members {
            if let cluster = newCluster[member.row] { cells[Pair(old: member.cluster, new: cluster), default: 0] += 1 }
        }
        let count = cells.values.reduce(0, +)
        guard count > 0 else { return (old.members.isEmpty ? 0 : 1, 0) }
        var distance = 0.0
        for (pair, weight) in cells.sorted(by: { ($0.key.old, $0.key.new) < ($1.key.old, $1.key.new) }) {
            distance += Double(weight) * (1 - cosine(old.clusters[pair.old], new.clusters[pair.new], without: domain))
        }
        return (distance / Double(count), adjustedRand(cells))
    }

    private struct Pair: Hashable {
        let old: Int
        let new: Int
    }

    private static func cosine(_ lhs: SpamCluster, _ rhs: SpamCluster, without domain: UInt32) -> Double {
        let other = Dictionary(uniqueKeysWithValues: zip(rhs.domains, rhs.average))
        var (product, left) = (0.0, 0.0)
        for (column, value) in zip(lhs.domains, lhs.average) where column != domain {
            product += value * (other[column] ?? 0)
            left += value * value
        }
        let right = zip(rhs.domains, rhs.average).reduce(0.0) { $1.0 == domain ? $0 : $0 + $1.1 * $1.1 }
        return left > 0 && right > 0 ? product / (left * right).squareRoot() : 0
    }

    /// Hubert and Arabie 1985.
    private static func adjustedRand(_ cells: [Pair: Int]) -> Double {
        func pairs(_ count: Int) -> Double { Double(count) * Double(count - 1) / 2 }
        var (rows, columns): ([Int: Int], [Int: Int]) = ([:], [:])
        for (pair, count) in cells {
            rows[pair.old, default: 0] += count
            columns[pair.new, default: 0] += count
        }
        // Whole numbers, so the order of summing does not matter.
        let together = cells.values.reduce(0) { $0 + pairs($1) }
        let rowPairs = rows.values.reduce(0) { $0 + pairs($1) }
        let columnPairs = columns.values.reduce(0) { $0 + pairs($1) }
        let all = pairs(cells.values.reduce(0, +))
        guard all > 0 else { return 1 }
        let expected = rowPairs * columnPairs / all
        let largest = (rowPairs + columnPairs) / 2
        return largest == expected ? 1 : (together - expected) / (largest - expected)
    }
}

/// Which recipient domains (sensors) may shape clusters and profiles, and how much any one of them may.
///
/// Everybody is scored; only trusted sensors teach. A sensor that lies can then shift at most `maximumShare` of the
/// weight that the clusters are made of.
public struct SensorTrust: Hashable, Sendable {
    /// The trusted domains' numbers; `nil` trusts all.
    public var trusted: Set<UInt32>?

    /// The largest share of the total weight of all rows that one sensor may have in the clustering, over 0 to 1.
    public var maximumShare: Double

    /// To which site each domain belongs, where several sites are learned from: the share is then the site's, so that
    /// nobody weighs more by having more domains, and is measured against what the other sites bring. Domains without a
    /// site are one site.
    public var sites: [UInt32: Int] = [:]

    /// Trust. By default all sensors are trusted and each is capped at a fifth.
    public init(trusted: Set<UInt32>? = nil, maximumShare: Double = 0.2) {
        self.trusted = trusted
        self.maximumShare = maximumShare
    }

    /// Whether the domain may shape clusters.
    public func isTrusted(_ domain: UInt32) -> Bool { trusted?.contains(domain) ?? true }

    /// The rows as they may shape clusters: each weighs one in all before, and what its capped sensors lose it loses as
    /// a whole. A row of capped sensors only would otherwise be as long as before once rows are made equally long.
    ///
    /// - Returns: the rows with their cells scaled, and each row's weight, 1 on average.
    func capped(
        _ rows: [[(domain: UInt32, value: Double)]]
    ) -> (rows: [[(domain: UInt32, value: Double)]], weights: [Double]) {
        let shares = rows.map { row in
            let sum = row.reduce(0) { $0 + $1.value }
            return row.map { (domain: $0.domain, value: $0.value / sum) }
        }
        let factors = columnWeights(of: shares)
        guard !factors.isEmpty else { return (rows, [Double](repeating: 1, count: rows.count)) }
        let masses = shares.map { row in row.reduce(0) { $0 + $1.value * (factors[$1.domain] ?? 1) } }
        let mean = masses.reduce(0, +) / Double(max(masses.count, 1))
        let scaled = rows.map { row in
            row.map { (domain: $0.domain, value: $0.value * (factors[$0.domain] ?? 1)) }
        }
        return (scaled, masses.map { $0 / mean })
    }

    /// Factors that bring every sensor's share of the total down to `maximumShare`; domains without a factor keep
    /// their weight. With fewer than 1/`maximumShare` sensors no factors can do that: all get equal shares.
    func columnWeights(of rows: [[(domain: UInt32, value: Double)]]) -> [UInt32: Double] {
        var columns: [UInt32: Double] = [:]
        for row in rows { for entry in row { columns[entry.domain, default: 0] += entry.value } }
        guard !sites.isEmpty else { return factors(of: columns) }
        var sums: [Int: Double] = [:]
        var total = 0.0
        // In order, so that the sums do not depend on how a dictionary happens to lie.
        for domain in columns.keys.sorted() {
            sums[sites[domain] ?? -1, default: 0] += columns[domain]!
            total += columns[domain]!
        }
        return columns.reduce(into: [:]) { result, column in
            let own = sums[sites[column.key] ?? -1]!
            let most = limit(against: total - own)
            if own > most { result[column.key] = most / own }
        }
    }

    /// How much a site may bring where all others together bring `others`: `maximumShare` of the whole, that is a quarter of
    /// what the others bring where the share is a fifth. Without two others there is nobody to hold it against.
    public func limit(against others: Double) -> Double {
        let siteCount = Set(sites.values).count
        return maximumShare < 1 && siteCount > 2 ? maximumShare / (1 - maximumShare) * others : .infinity
    }

    private func factors(of sums: [UInt32: Double]) -> [UInt32: Double] {
        let sorted = sums.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }
        guard maximumShare > 0, maximumShare < 1 else { return [:] }
        // The k largest are capped to the same weight t, where t = maximumShare * (k t + rest): find the smallest k
        // whose t is above the next sensor.
        var rest = sorted.reduce(0) { $0 + $1.value }
        for (k, sensor) in sorted.enumerated() {
            let room = 1 - maximumShare * Double(k)
            guard room > 1e-9 else { break }
            let cap = maximumShare * rest / room
            if sensor.value <= cap {
                return Dictionary(uniqueKeysWithValues: sorted[..<k].map { ($0.key, cap / $0.value) })
            }
            rest -= sensor.value
        }
        let least = sorted.last?.value ?? 1
        return Dictionary(uniqueKeysWithValues: sorted.map { ($0.key, least / $0.value) })
    }
}

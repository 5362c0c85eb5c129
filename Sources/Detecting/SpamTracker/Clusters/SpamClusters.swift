import Glibc
public import Spectral

/// The clusters of one window's spam senders.
public struct SpamClusters: Sendable {
    /// The clusters, largest first.
    public let clusters: [SpamCluster]

    /// The rows that took part, by their place in the rows given, with the number of their cluster; ascending. Rows of
    /// clusters below `minimumSenders` are left out.
    public let members: [(row: Int, cluster: Int)]

    /// No clusters.
    public init() {
        clusters = []
        members = []
    }

    /// Clusters senders by whom they write to: divide by spectral cuts, merge by relaxed correlation clustering
    /// (Cheng, Kannan, Vempala, Wang 2006), then average the rows of each cluster.
    ///
    /// Every row given takes part, so give the rows of confirmed spammers. The same rows and options give the same
    /// clusters bit for bit, on any number of threads.
    ///
    /// - Parameters:
    ///   - rows: The senders.
    ///   - options: How to cluster.
    ///   - sensors: Which domains may shape clusters, and how much.
    ///   - isCancelled: Asked between cuts; `true` ends the work with an error.
    public init(
        of rows: SenderRows, options: ClusterOptions = ClusterOptions(), sensors: SensorTrust = SensorTrust(),
        isCancelled: @escaping @Sendable () -> Bool = { false }
    ) throws(SpectralError) {
        let taking = Self.participants(of: rows, options: options, sensors: sensors)
        guard !taking.isEmpty else {
            self.init()
            return
        }
        let (entries, weights) = sensors.capped(taking.map(\.entries))
        var numbers: [UInt32: UInt32] = [:]
        let columns = Set(taking.flatMap { $0.entries.map(\.domain) }).sorted()
        for (number, column) in columns.enumerated() { numbers[column] = UInt32(number) }
        var matrix = SparseMatrix(
            columnCount: columns.count,
            rows: entries.map { row in row.map { (column: numbers[$0.domain]!, value: Float($0.value)) } },
            weights: weights)
        var division = DivideOptions(
            maximumConductance: options.maximumConductance, maximumLeaves: options.maximumLeaves,
            maximumThreads: options.maximumThreads, isInBackground: options.isInBackground)
        if columns.count > options.widestMatrix {
            // Past this width the best cuts only peel fringes off: rare domains share columns, cuts must be balanced.
            let buckets = options.widestMatrix / 2
            matrix =
                matrix.hashingTail(keeping: options.widestMatrix - buckets, buckets: buckets) {
                    UInt64(columns[Int($0)])
                }.matrix
            division.minimumShare = 0.01
            // Products are what takes time at this width, and a closer vector finds no better clusters (sites.md).
            division.solver = SpectraSolver(tolerance: 1e-3)
        }
        let (folded, rowOfInput) = matrix.withUnitRows().folded()
        let tree = try Divide.tree(of: folded, options: division, isCancelled: isCancelled)
        let partition =
            switch options.merging {
            case .correlation: Merge.relaxedCorrelation(tree, alpha: options.alpha, beta: options.beta)
            case .kMeans(let k): Merge.kMeans(tree, k: k)
            }
        var clusterOfFolded = [Int](repeating: 0, count: folded.rowCount)
        for (cluster, members) in partition.clusters.enumerated() {
            for row in members { clusterOfFolded[row] = cluster }
        }
        self.init(
            participants: taking, clusterOf: rowOfInput.map { clusterOfFolded[Int($0)] },
            minimumSenders: options.minimumSenders)
    }

    /// The share of clusters that are not skewed to one domain: at most `limit` of the average row in any domain.
    public func unskewedShare(limit: Double = 0.6) -> Double {
        guard !clusters.isEmpty else { return 0 }
        return Double(clusters.count { $0.skew <= limit }) / Double(clusters.count)
    }

    private struct Participant {
        let row: Int
        let entries: [(domain: UInt32, value: Double)]
    }

    private static func participants(
        of rows: SenderRows, options: ClusterOptions, sensors: SensorTrust
    ) -> [Participant] {
        (0..<rows.count).compactMap { index in
            let row = rows.row(index)
            let entries = zip(row.domains, row.counts).filter { sensors.isTrusted($0.0) }.map {
                (domain: $0, value: options.usesLogarithm ? log1p(Double($1)) : Double($1))
            }
            return entries.count < (options.multiDomainOnly ? 2 : 1) ? nil : Participant(row: index, entries: entries)
        }
    }

    private init(participants: [Participant], clusterOf: [Int], minimumSenders: Int) {
        var places: [Int: [Int]] = [:]
        for (place, cluster) in clusterOf.enumerated() { places[cluster, default: []].append(place) }
        let kept = places.values.filter { $0.count >= minimumSenders }
            .sorted { $0.count != $1.count ? $0.count > $1.count : $0[0] < $1[0] }
        clusters = kept.map { places in
            var sums: [UInt32: Double] = [:]
            for place in places {
                for entry in participants[place].entries { sums[entry.domain, default: 0] += entry.value }
            }
            let domains = sums.keys.sorted()
            return SpamCluster(
                senderCount: places.count, domains: domains,
                average: domains.map { sums[$0]! / Double(places.count) })
        }
        members = kept.enumerated().flatMap { number, places in
            places.map { (row: participants[$0].row, cluster: number) }
        }.sorted { $0.row < $1.row }
    }
}

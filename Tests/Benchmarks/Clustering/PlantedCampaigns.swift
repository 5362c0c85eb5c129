import Seeded
import Spectral

/// How well clusters show the campaigns that were planted, when domains share columns and when they do not: the same senders
/// each time, of whom it is known to which campaign they belong.
///
/// B-cubed figures (Bagga and Baldwin 1998): for a sender, *purity* is the share of its cluster that is of its campaign,
/// *recall* the share of its campaign that is in its cluster; means over all senders. Of campaigns only those are counted
/// that have at least a thousandth of the senders: smaller ones cannot have one of 64 clusters of their own.
enum PlantedCampaigns {
    static func quality(
        rows: Int, domains: Int, hashing: ShardedSenders.Hashing, campaigns: Int, leaves: Int, threads: Int,
        share: Double, seed: UInt64, tolerance: Double
    ) throws -> String {
        MemoryPolicy.returnLargeBlocks()
        var generator = CampaignGenerator(columns: domains, campaigns: campaigns, seed: 42, stream: seed)
        let isHashed = hashing.kept < domains
        var folder = RowFolder(columnCount: isHashed ? hashing.width : domains)
        var row: [UInt32] = []
        // By sender, the folded row and the campaign.
        var places: [(row: UInt32, campaign: UInt32)] = []
        for _ in 0..<rows {
            let campaign = generator.next(into: &row)
            guard row.count > 1 else { continue }
            var cells: [UInt32: Float] = [:]
            for domain in row { cells[isHashed ? hashing.column(domain) : domain, default: 0] += 1 }
            let columns = cells.keys.sorted()
            let folded = folder.appendUnit(columns[...], columns.map { cells[$0] ?? 0 }[...])
            places.append((folded, UInt32(campaign)))
        }
        let matrix = folder.finished()
        let (folded, cells) = (matrix.rowCount, matrix.nonzeroCount)
        let (begin, processor) = (ContinuousClock.now, ProcessCosts.processorSeconds())
        let tree = try Divide.tree(
            of: consume matrix,
            options: DivideOptions(
                maximumLeaves: leaves, minimumShare: share, maximumThreads: threads,
                solver: SpectraSolver(tolerance: tolerance)))
        let clusters = Merge.relaxedCorrelation(tree).clusterOfRow
        let (wall, spent) = (ContinuousClock.now - begin, ProcessCosts.processorSeconds() - processor)
        struct Pair: Hashable {
            let cluster: Int
            let campaign: UInt32
        }
        var both: [Pair: Double] = [:]
        var ofCluster: [Int: Double] = [:]
        var ofCampaign: [UInt32: Double] = [:]
        for place in places {
            let cluster = clusters[Int(place.row)]
            both[Pair(cluster: cluster, campaign: place.campaign), default: 0] += 1
            ofCluster[cluster, default: 0] += 1
            ofCampaign[place.campaign, default: 0] += 1
        }
        let least = Double(places.count) / 1_000
        var (purity, recall, counted) = (0.0, 0.0, 0.0)
        for (pair, count) in both.sorted(by: {
            ($0.key.cluster, $0.key.campaign) < ($1.key.cluster, $1.key.campaign)
        }) {
            guard let whole = ofCampaign[pair.campaign], whole >= least, let size = ofCluster[pair.cluster] else {
                continue
            }
            purity += count * count / size
            recall += count * count / whole
            counted += count
        }
        let (p, r) = (purity / max(1, counted), recall / max(1, counted))
        return "quality senders=\(places.count) counted=\(Int(counted)) columns=\(isHashed ? hashing.width : domains) "
            + "folded=\(folded) cells=\(cells) clusters=\(ofCluster.count) purity=\(decimal(p, 3)) recall=\(decimal(r, 3)) "
            + "f=\(decimal(2 * p * r / max(1e-9, p + r), 3)) divide_s=\(decimal(wall / .seconds(1), 2)) "
            + "divide_cpu_s=\(decimal(spent, 2))"
    }
}

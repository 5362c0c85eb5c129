import SpamTracker
import Terminal

extension SenderModel {
    /// A map of the largest `clusters`, and of the `domains` that get most of their mail.
    func heatMap(clusters: Int, domains: Int) -> HeatMap {
        let chosen = self.clusters.prefix(clusters)
        var weights: [UInt32: Double] = [:]
        for cluster in chosen {
            for (domain, share) in cluster.profile {
                weights[domain, default: 0] += share * Double(cluster.senderCount)
            }
        }
        let columns = weights.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }
            .prefix(domains).map(\.key)
        let rows = chosen.enumerated().map { number, cluster in
            let profile = Dictionary(uniqueKeysWithValues: cluster.profile.map { ($0.domain, $0.share) })
            return (name: "\(number) (\(cluster.senderCount))", shares: columns.map { profile[$0] ?? 0 })
        }
        return HeatMap(
            title: "Spam clusters by recipient domain", rows: rows,
            columns: columns.map { SendersText.name(table.name(of: $0)) })
    }
}

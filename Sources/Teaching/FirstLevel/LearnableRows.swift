internal import SpamTracker

/// The rows that may be learned from: of trusted sites, labelled by their votes, and no site counting for more than its
/// share. A sender that only one site has seen, and an accusation that only one site makes, count as that site's own; of
/// too many of them a sample is left that depends on the senders only.
struct LearnableRows {
    /// The rows, with their labels.
    let rows: SenderRows

    /// How many senders were left out, because one site had too many that nobody else knows.
    let leftOut: Int

    /// Chooses among all rows of trusted sites. O(rows log rows).
    init(_ all: SenderRows, votes: SiteVotes, trust: SensorTrust) {
        let votes = all.senders.map { votes[$0] }
        let rows = all.labelled(votes.map(\.label))
        // Who has seen each sender, if only one has.
        let witnesses = (0..<rows.count).map { row -> Int in
            let sites = rows.row(row).domains.map { trust.sites[$0] ?? -1 }
            return sites.allSatisfy { $0 == sites[sites.startIndex] } ? sites.first ?? -1 : -1
        }
        var chosen = Self.capped(Array(0..<rows.count), rows, trust) { witnesses[$0] }
        let accused = chosen.filter { votes[$0].label == .spam }
        let kept = Set(
            Self.capped(accused, rows, trust) { votes[$0].spam == 1 ? votes[$0].accuser : -1 })
        chosen = chosen.filter { votes[$0].label != .spam || kept.contains($0) }
        leftOut = rows.count - chosen.count
        self.rows = leftOut == 0 ? rows : rows.selecting(chosen)
    }

    /// The rows without those that are beyond the share of the site to which they belong alone; -1 is nobody's.
    private static func capped(
        _ candidates: [Int], _ rows: SenderRows, _ trust: SensorTrust, owner: (Int) -> Int
    ) -> [Int] {
        var owned: [Int: [Int]] = [:]
        for row in candidates { owned[owner(row), default: []].append(row) }
        var left: Set<Int> = []
        for (site, mine) in owned where site >= 0 {
            let limit = trust.limit(against: Double(candidates.count - mine.count))
            guard Double(mine.count) > limit else { continue }
            let scattered = mine.map { (rows.senders[$0].bits &* 0x9e37_79b9_7f4a_7c15, $0) }.sorted(by: <)
            for (_, row) in scattered.dropFirst(Int(limit)) { left.insert(row) }
        }
        return left.isEmpty ? candidates : candidates.filter { !left.contains($0) }
    }
}

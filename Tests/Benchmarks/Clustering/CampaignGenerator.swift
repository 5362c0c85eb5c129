import Glibc
import Seeded

/// Made-up spam senders: campaigns with target lists of their own, of which each sender hits one domain or a few.
///
/// 15 % of the senders hit more than one domain, those 2.5 on average; 90 % of the mail goes to about three quarters of
/// the domains; campaign sizes follow Zipf's law, target lists are between 25 domains and nine tenths of all.
struct CampaignGenerator {
    /// Draws from a discrete distribution in constant time (Walker's alias method).
    private struct AliasTable {
        private var cuts: [Double] = []
        private var aliases: [Int] = []

        init(_ weights: [Double]) {
            let total = weights.reduce(0, +)
            cuts = weights.map { $0 / total * Double(weights.count) }
            aliases = [Int](weights.indices)
            var small = cuts.indices.filter { cuts[$0] < 1 }
            var large = cuts.indices.filter { cuts[$0] >= 1 }
            while let low = small.popLast(), let high = large.popLast() {
                aliases[low] = high
                cuts[high] -= 1 - cuts[low]
                if cuts[high] < 1 { small.append(high) } else { large.append(high) }
            }
        }

        func draw(_ generator: inout SeededGenerator) -> Int {
            let place = CampaignGenerator.uniform(&generator) * Double(cuts.count)
            let slot = min(Int(place), cuts.count - 1)
            return place - Double(slot) < cuts[slot] ? slot : aliases[slot]
        }
    }

    fileprivate static func uniform(_ generator: inout SeededGenerator) -> Double {
        Double(generator.next() >> 11) * 0x1p-53
    }

    private var generator: SeededGenerator
    private let campaigns: AliasTable
    private let targets: [(domains: [UInt32], table: AliasTable)]
    private let multiShare = 0.15
    private let moreTargets = 0.36

    /// - Parameter stream: which of many streams of senders of the same campaigns.
    init(columns: Int, campaigns count: Int, seed: UInt64, stream: UInt64? = nil) {
        var generator = SeededGenerator(seed: seed)
        // Popular domains are on more lists and get more mail from each.
        let popularity = (0..<columns).map { 1 / pow(Double($0) + 5, 0.4) }
        campaigns = AliasTable((0..<count).map { 1 / Double($0 + 1) })
        targets = (0..<count).map { _ in
            let low = log(min(25, 0.5 * Double(columns)))
            let size = Int(exp(low + Self.uniform(&generator) * (log(0.9 * Double(columns)) - low)))
            // A weighted sample without replacement (Efraimidis and Spirakis).
            let keys = popularity.map { log(max(Self.uniform(&generator), 1e-300)) / $0 }
            let domains = (0..<columns).sorted { keys[$0] > keys[$1] }.prefix(size).sorted().map { UInt32($0) }
            // Some targets of a list get far more than others.
            let weights = domains.map { popularity[Int($0)] * pow(-log(max(Self.uniform(&generator), 1e-300)), 2) }
            return (domains, AliasTable(weights))
        }
        self.generator = stream.map { SeededGenerator(seed: $0) } ?? generator
    }

    /// The domains of the next sender, ascending, in `row`; returns the number of its campaign.
    @discardableResult
    mutating func next(into row: inout [UInt32]) -> Int {
        let number = campaigns.draw(&generator)
        let campaign = targets[number]
        row.removeAll(keepingCapacity: true)
        var wanted = 1
        if Self.uniform(&generator) < multiShare {
            wanted = 2
            while wanted < campaign.domains.count, Self.uniform(&generator) < moreTargets { wanted += 1 }
        }
        var attempts = 0
        while row.count < wanted, attempts < 100 {
            attempts += 1
            let domain = campaign.domains[campaign.table.draw(&generator)]
            var place = row.count
            while place > 0, row[place - 1] > domain { place -= 1 }
            if place > 0, row[place - 1] == domain { continue }
            row.insert(domain, at: place)
        }
        return number
    }
}

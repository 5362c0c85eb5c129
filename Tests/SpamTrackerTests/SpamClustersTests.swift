import SMTP
import Seeded
import Spectral
import Testing

@testable import SpamTracker

@Suite("Spam clusters")
struct SpamClustersTests {
    /// Bots of three campaigns with target lists that do not meet; rows shuffled over the senders' order.
    private func planted(seed: UInt64) -> (rows: SenderRows, campaignOfRow: [Int]) {
        var generator = SeededGenerator(seed: seed)
        var lines: [(sender: Int, label: SenderLabel?, cells: [(Int, Int)])] = []
        var campaigns = (0..<90).map { $0 % 3 }
        campaigns.shuffle(using: &generator)
        for (sender, campaign) in campaigns.enumerated() {
            let count = Int.random(in: 4...6, using: &generator)
            let domains = (0..<7).shuffled(using: &generator).prefix(count).map { ($0 + campaign * 7, 1) }
            lines.append((sender, .spam, domains))
        }
        return (Sample.rows(lines), campaigns)
    }

    @Test("planted campaigns come out as clusters", arguments: 1...5)
    func findsPlantedCampaigns(_ seed: UInt64) throws {
        let (rows, campaigns) = planted(seed: seed)
        let clusters = try SpamClusters(of: rows)
        #expect(clusters.members.count == rows.count)
        for cluster in clusters.clusters.indices {
            let members = clusters.members.filter { $0.cluster == cluster }.map { campaigns[$0.row] }
            #expect(Set(members).count == 1)
        }
        #expect(clusters.clusters.map(\.senderCount) == clusters.clusters.map(\.senderCount).sorted(by: >))
    }

    @Test("the average row is what the paper says: mails to each domain per sender")
    func averagesRows() throws {
        let rows = Sample.rows([
            (1, .spam, [(0, 2), (1, 4)]), (2, .spam, [(0, 4), (1, 2)]), (3, .spam, [(5, 9)]),
        ])
        let clusters = try SpamClusters(of: rows, options: .paper, sensors: SensorTrust(maximumShare: 1)).clusters
        #expect(clusters.map(\.senderCount) == [2, 1])
        #expect(clusters[0].domains == [0, 1])
        #expect(clusters[0].average == [3, 3])
        #expect(clusters[0].skew == 0.5)
        #expect(clusters[1].average == [9])
        #expect(clusters[1].skew == 1)
    }

    @Test("wide data is clustered on shared columns; fingerprints keep every domain")
    func copesWithWidth() throws {
        // Each of three campaigns has six domains of its own; every bot adds two that nobody else writes to.
        let lines = (0..<90).map { sender -> (sender: Int, label: SenderLabel?, cells: [(Int, Int)]) in
            let own = (0..<6).map { (sender % 3 * 6 + $0, 1) }
            return (sender, .spam, own + [(100 + 2 * sender, 1), (101 + 2 * sender, 1)])
        }
        let rows = Sample.rows(lines)
        var options = ClusterOptions()
        options.widestMatrix = 60
        let clusters = try SpamClusters(of: rows, options: options)
        #expect(clusters.clusters.count == 3)
        for cluster in clusters.clusters.indices {
            let campaigns = clusters.members.filter { $0.cluster == cluster }.map { $0.row % 3 }
            #expect(Set(campaigns).count == 1)
            #expect(clusters.clusters[cluster].domains.count == 6 + 60)
        }
    }

    @Test("one thread or many, the clusters are the same bit for bit")
    func isDeterministic() throws {
        var generator = SeededGenerator(seed: 3)
        let lines = (0..<4_000).map { sender -> (sender: Int, label: SenderLabel?, cells: [(Int, Int)]) in
            let base = Int.random(in: 0..<8, using: &generator) * 10
            let cells = (0..<5).map { _ in
                (base + Int.random(in: 0..<14, using: &generator), Int.random(in: 1...5, using: &generator))
            }
            return (sender, .spam, cells)
        }
        let rows = Sample.rows(lines)
        var options = ClusterOptions(maximumThreads: 1)
        let one = try SpamClusters(of: rows, options: options)
        options.maximumThreads = 4
        let many = try SpamClusters(of: rows, options: options)
        #expect(one.clusters == many.clusters)
        #expect(one.clusters.count > 1)
        #expect(one.members.map(\.cluster) == many.members.map(\.cluster))
    }

    @Test("senders to a single domain form no cluster, unless asked for")
    func leavesSinglesOut() throws {
        let rows = Sample.rows([(1, .spam, [(0, 2)]), (2, .spam, [(0, 1)]), (3, .spam, [(0, 1), (1, 1)])])
        #expect(try SpamClusters(of: rows).clusters.isEmpty)
        let all = try SpamClusters(of: rows, options: ClusterOptions(multiDomainOnly: false))
        #expect(all.members.count >= 2)
        #expect(try SpamClusters(of: SenderRows()).clusters.isEmpty)
    }

    @Test("domains that are not trusted shape nothing")
    func trustsOnlySensors() throws {
        let rows = Sample.rows([(1, .spam, [(0, 1), (1, 1), (2, 50)]), (2, .spam, [(0, 1), (1, 1), (3, 50)])])
        let clusters = try SpamClusters(of: rows, sensors: SensorTrust(trusted: [0, 1])).clusters
        #expect(clusters.count == 1)
        #expect(clusters[0].domains == [0, 1])
    }

    @Test("cancelling ends the work")
    func cancels() throws {
        let (rows, _) = planted(seed: 1)
        #expect(throws: SpectralError.cancelled) {
            _ = try SpamClusters(of: rows, isCancelled: { true })
        }
    }

    @Test("weights bring every sensor's share down to the cap, and leave the others alone", arguments: 1...20)
    func capsSensors(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let rows = (0..<30).map { _ in
            (0..<10).filter { _ in Bool.random(using: &generator) }.map {
                (domain: UInt32($0), value: Double.random(in: 0.1...1, using: &generator) * ($0 == 0 ? 50 : 1))
            }
        }
        let cap = 0.2
        let weights = SensorTrust(maximumShare: cap).columnWeights(of: rows)
        var sums = [Double](repeating: 0, count: 10)
        for entry in rows.joined() { sums[Int(entry.domain)] += entry.value * (weights[entry.domain] ?? 1) }
        let total = sums.reduce(0, +)
        #expect(sums.max()! / total <= cap + 1e-9)
        #expect(weights[0] != nil)
        #expect(weights.values.allSatisfy { $0 < 1 + 1e-9 })
    }

    @Test("no sensor weighs more than the cap in rows that are made equally long", arguments: 1...20)
    func capsRows(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        // Most rows hold nothing but the two sensors that are to be capped.
        let rows = (0..<60).map { number -> [(domain: UInt32, value: Double)] in
            let others = (UInt32(2)..<12).filter { _ in Bool.random(using: &generator) } + [12, 13]
            let own: [UInt32] = number < 45 ? [0, 1] : others
            return own.map { (domain: $0, value: Double.random(in: 1...3, using: &generator)) }
        }
        let cap = 0.2
        let capped = SensorTrust(maximumShare: cap).capped(rows)
        var sums = [Double](repeating: 0, count: 14)
        for (row, weight) in zip(capped.rows, capped.weights) {
            let length = row.reduce(0) { $0 + $1.value }
            for entry in row { sums[Int(entry.domain)] += weight * entry.value / length }
        }
        #expect(abs(sums.reduce(0, +) - 60) < 1e-9)
        #expect(sums.max()! / 60 <= cap + 1e-9)
        let uncapped = SensorTrust(maximumShare: 1).capped(rows)
        #expect(uncapped.weights == [Double](repeating: 1, count: 60))
        #expect(zip(uncapped.rows, rows).allSatisfy { zip($0, $1).allSatisfy { $0 == $1 } })
    }
}

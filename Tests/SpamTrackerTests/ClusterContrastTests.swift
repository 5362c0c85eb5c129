import Foundation
import SMTP
import Seeded
import Testing

@testable import SpamTracker

@Suite("Clusters against their mixture")
struct ClusterContrastTests {
    private func clusters(_ count: Int, _ generator: inout SeededGenerator) -> [SpamCluster] {
        (0..<count).map { _ in
            let domains = (0..<40).filter { _ in Int.random(in: 0..<4, using: &generator) == 0 } + [40]
            return SpamCluster(
                senderCount: Int.random(in: 2...50, using: &generator), domains: domains.map(UInt32.init),
                average: domains.map { _ in Double.random(in: 0.1...3, using: &generator) })
        }
    }

    /// log Σ π_c Π p_c(j)/p(j) as it is defined, with profiles smoothed by one sender of the mixture.
    private func reference(_ clusters: [SpamCluster], _ domains: [UInt32]) -> Double {
        let total = clusters.reduce(0.0) { $0 + Double($1.senderCount) }
        func share(_ cluster: SpamCluster, _ domain: UInt32) -> Double {
            guard let place = cluster.domains.firstIndex(of: domain) else { return 0 }
            return cluster.average[place] / cluster.average.reduce(0, +)
        }
        func mixture(_ domain: UInt32) -> Double {
            clusters.reduce(0) { $0 + Double($1.senderCount) / total * share($1, domain) }
        }
        let known = domains.filter { mixture($0) > 0 }
        guard known.count > 1 else { return 0 }
        let sum = clusters.reduce(0.0) { sum, cluster in
            let count = Double(cluster.senderCount)
            return sum
                + known.reduce(count / total) { product, domain in
                    let whole = mixture(domain)
                    return product * (count * share(cluster, domain) + whole) / (count + 1) / whole
                }
        }
        return min(max(log(sum), -4), 8)
    }

    @Test("the value is the log likelihood ratio, worked out from the definition", arguments: 1...20)
    func equalsTheDefinition(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let clusters = clusters(Int.random(in: 1...30, using: &generator), &generator)
        let contrast = ClusterContrast(clusters)
        #expect(contrast.clusterCount == clusters.count)
        for _ in 0..<50 {
            let domains = (0..<50).map(UInt32.init).shuffled(using: &generator)
                .prefix(Int.random(in: 0...12, using: &generator)).sorted()
            let found = contrast.value(of: domains.map { UInt64($0) << 32 | 1 })
            #expect(abs(found.value - reference(clusters, domains)) < 0.02)
            if let cluster = found.cluster { #expect(clusters.indices.contains(cluster)) }
        }
    }

    @Test("the cluster named is the one whose targets the row shows")
    func namesTheCluster() {
        let clusters = (0..<7).map { number in
            let first = UInt32(number * 5)
            return SpamCluster(
                senderCount: 20, domains: (first..<first + 5).map { $0 }, average: [1, 1, 1, 1, 1])
        }
        let contrast = ClusterContrast(clusters)
        for number in 0..<7 {
            let row = [0, 2, 4].map { UInt64(number * 5 + $0) << 32 | 1 }
            #expect(contrast.value(of: row).cluster == number)
            #expect(contrast.value(of: row).value > 2)
        }
        #expect(contrast.value(of: [1, 6, 11].map { UInt64($0) << 32 | 1 }).value < 0)
        #expect(ClusterContrast([]).value(of: [1 << 32, 2 << 32]).cluster == nil)
    }
}

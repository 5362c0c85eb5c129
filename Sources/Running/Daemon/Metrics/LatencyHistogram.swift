import Synchronization

/// How long something took, counted in fixed buckets. Counting is one relaxed addition and waits for nobody.
final class LatencyHistogram: Sendable {
    /// The upper bounds of the buckets in microseconds; the last bucket has none.
    static let bounds: [UInt64] = [
        10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000,
    ]

    private let buckets = InlineArray<16, Atomic<UInt64>> { _ in Atomic(0) }
    private let total = Atomic<UInt64>(0)

    /// Counts one duration in microseconds. O(number of buckets).
    func note(_ microseconds: UInt64) {
        var index = 0
        while index < Self.bounds.count, microseconds > Self.bounds[index] { index += 1 }
        buckets[index].add(1, ordering: .relaxed)
        total.add(microseconds, ordering: .relaxed)
    }

    /// The counts by bucket, and the sum of all durations in microseconds.
    var counts: (buckets: [UInt64], total: UInt64) {
        ((0..<16).map { buckets[$0].load(ordering: .relaxed) }, total.load(ordering: .relaxed))
    }

    /// The duration in microseconds that the fraction `quantile` stays under, as the bound of its bucket; 0 when nothing
    /// was counted, and the last bound for what lies beyond it.
    func bound(ofQuantile quantile: Double) -> UInt64 {
        let counts = counts.buckets
        let all = counts.reduce(0, +)
        guard all > 0 else { return 0 }
        var below: UInt64 = 0
        for (index, count) in counts.enumerated() {
            below += count
            if Double(below) >= quantile * Double(all) { return Self.bounds[min(index, Self.bounds.count - 1)] }
        }
        return Self.bounds[Self.bounds.count - 1]
    }
}

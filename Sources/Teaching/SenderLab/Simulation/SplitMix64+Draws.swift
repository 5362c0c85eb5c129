import Glibc
import Spectral

extension SplitMix64 {
    /// A number in 0..<bound. The bias of the modulus is below bound/2^64.
    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    /// True with probability `share`.
    mutating func chance(_ share: Double) -> Bool { unit() < share }

    /// A geometric number 1, 2, … of the given mean, at least 1.
    mutating func geometric(mean: Double) -> Int {
        guard mean > 1 else { return 1 }
        return 1 + Int(log(1 - unit()) / log(1 - 1 / mean))
    }

    /// A draw from the distribution whose running sums are `cumulative`.
    mutating func draw(_ cumulative: [Double]) -> Int {
        let aim = unit() * (cumulative.last ?? 0)
        var (low, high) = (0, cumulative.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if cumulative[middle] > aim { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// A random order of 0..<count.
    mutating func permutation(_ count: Int) -> [Int] {
        var order = Array(0..<count)
        for place in stride(from: count - 1, to: 0, by: -1) { order.swapAt(place, below(place + 1)) }
        return order
    }
}

import Foundation

/// Two samples of times, and whether they can be told apart.
struct TwoSamples {
    /// The times, in microseconds.
    let lies: [Double]
    let genuine: [Double]

    /// Mann and Whitney: the probability that a lie takes longer than a genuine refusal, ties counting half; 0.5 if the two
    /// cannot be told apart.
    let superiority: Double
    /// The probability of a superiority that far from 0.5 if there were no difference (normal approximation, with ties).
    let rankP: Double
    /// Kolmogorov and Smirnov: the largest distance of the two distribution functions, and its probability.
    let distance: Double
    let distanceP: Double

    init(lies: [Double], genuine: [Double]) {
        self.lies = lies.sorted()
        self.genuine = genuine.sorted()
        let (m, n) = (Double(lies.count), Double(genuine.count))
        let all = (lies.map { ($0, true) } + genuine.map { ($0, false) }).sorted { $0.0 < $1.0 }
        var (rankSum, ties, distance, seenLies, seenGenuine) = (0.0, 0.0, 0.0, 0.0, 0.0)
        var index = 0
        while index < all.count {
            var end = index
            while end < all.count, all[end].0 == all[index].0 {
                if all[end].1 { seenLies += 1 } else { seenGenuine += 1 }
                end += 1
            }
            let size = Double(end - index)
            let rank = Double(index + end + 1) / 2
            rankSum += rank * Double(all[index..<end].count { $0.1 })
            ties += size * size * size - size
            distance = max(distance, abs(seenLies / m - seenGenuine / n))
            index = end
        }
        let total = m + n
        let statistic = rankSum - m * (m + 1) / 2
        superiority = statistic / (m * n)
        let variance = m * n / 12 * (total + 1 - ties / (total * (total - 1)))
        rankP = variance > 0 ? erfc(abs(statistic - m * n / 2) / variance.squareRoot() / 2.0.squareRoot()) : 1
        self.distance = distance
        let root = (m * n / total).squareRoot()
        let lambda = (root + 0.12 + 0.11 / root) * distance
        var sum = 0.0
        for k in 1...100 {
            let term = 2 * exp(-2 * Double(k * k) * lambda * lambda)
            sum += k.isMultiple(of: 2) ? -term : term
        }
        distanceP = lambda < 0.2 ? 1 : min(1, max(0, sum))
    }

    /// The distance of the superiority from 0.5 that is found in four cases of five, at a level of one in twenty.
    var detectable: Double {
        let (m, n) = (Double(lies.count), Double(genuine.count))
        return (1.96 + 0.84) * ((m + n + 1) / (12 * m * n)).squareRoot()
    }

    /// The smallest number of answers of each kind with which somebody finds the difference in four cases of five.
    var answersNeeded: Double {
        let effect = abs(superiority - 0.5)
        return effect == 0 ? .infinity : pow((1.96 + 0.84) / effect, 2) / 6
    }

    /// By how many microseconds the median lie takes longer.
    var shift: Double { Self.quantile(0.5, of: lies) - Self.quantile(0.5, of: genuine) }

    /// The number of answers of each kind with which somebody finds a shift of that size in four cases of five whose
    /// network makes times differ by so many microseconds (standard deviation).
    func answersNeeded(jitter: Double) -> Double {
        shift == 0 ? .infinity : 2 * pow((1.96 + 0.84) * jitter / shift, 2)
    }

    /// The value below which a share of sorted times lies.
    static func quantile(_ share: Double, of sorted: [Double]) -> Double {
        sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }
}

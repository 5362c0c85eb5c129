internal import Glibc

/// The beta distribution.
struct Beta {
    private let a, b: Double

    /// That of two shapes, both above 0.
    init(_ a: Double, _ b: Double) {
        self.a = a
        self.b = b
    }

    /// The probability of at most `x`, 0...1: the regularised incomplete beta function, by its continued fraction (Abramowitz
    /// and Stegun, 26.5.8), evaluated as Lentz does.
    func probability(upTo x: Double) -> Double {
        guard x > 0 else { return 0 }
        guard x < 1 else { return 1 }
        // The fraction converges fast below the mean; above it the complement does.
        if x > (a + 1) / (a + b + 2) { return 1 - Beta(b, a).probability(upTo: 1 - x) }
        let front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a
        let tiny = 1e-300
        var (c, d) = (1.0, 1 - (a + b) * x / (a + 1))
        d = 1 / (abs(d) < tiny ? tiny : d)
        var fraction = d
        for step in 1...10_000 {
            let m = Double(step)
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            var change = 1.0
            for term in [even, odd] {
                d = 1 + term * d
                d = 1 / (abs(d) < tiny ? tiny : d)
                c = 1 + term / c
                c = abs(c) < tiny ? tiny : c
                change = c * d
                fraction *= change
            }
            if abs(change - 1) < 1e-15 { break }
        }
        return min(max(front * fraction, 0), 1)
    }

    /// The value that the probability `probability` stays under, by halving: exact to 60 bits of 0...1.
    func quantile(_ probability: Double) -> Double {
        var (low, high) = (0.0, 1.0)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if self.probability(upTo: middle) < probability { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }
}

import Glibc

/// Logistic regression over `ScoreFeatures`: turns evidence into a probability.
public struct LogisticModel: Hashable, Sendable {
    /// The log odds of a sender with nothing for or against it.
    public var intercept: Double

    /// The weights, in the order targets, together, repeats, breadth, history. A weight of 0 that was not fitted
    /// leaves its feature out.
    public var weights: [Double]

    /// One sender of the past: what was to be seen, and what it turned out to be.
    struct Example: Hashable, Sendable {
        var features: ScoreFeatures
        var isSpam: Bool
        var weight: Double
    }

    /// The log odds that the model gives.
    @inline(__always)
    func logOdds(_ features: ScoreFeatures) -> Double {
        intercept + weights[0] * features.targets + weights[1] * features.together + weights[2] * features.repeats
            + weights[3] * features.breadth + weights[4] * features.history
    }

    /// The probability of log odds.
    static func probability(_ logOdds: Double) -> Double { 1 / (1 + exp(-logOdds)) }

    /// The naive model: evidence counts as it is, volume does not count.
    static func naive(usingHistory: Bool) -> LogisticModel {
        LogisticModel(intercept: 0, weights: [1, 1, 0, 0, usingHistory ? 1 : 0])
    }

    /// The most likely model for `examples`, drawn to the naive one by a Gaussian prior of variance 1 on every weight:
    /// with few honest senders it stays near naive Bayes. Newton's method with step halving; deterministic.
    static func fitted(to examples: [Example], usingHistory: Bool) -> LogisticModel {
        let prior = naive(usingHistory: usingHistory)
        let isMixed = examples.contains(where: \.isSpam) && examples.contains { !$0.isSpam }
        guard isMixed else { return prior }
        let width = usingHistory ? 6 : 5
        let center = [0] + prior.weights.prefix(width - 1)
        let ridge = [1e-6] + [Double](repeating: 1, count: width - 1)
        // Flat: this is walked some twenty times.
        var inputs: [Double] = []
        inputs.reserveCapacity(examples.count * width)
        for example in examples {
            inputs.append(1)
            inputs += example.features.values.prefix(width - 1)
        }
        var beta = center

        func objective(_ beta: [Double]) -> Double {
            var sum = 0.0
            for (place, example) in examples.enumerated() {
                let z = dot(inputs, from: place * width, beta)
                sum += example.weight * ((example.isSpam ? z : 0) - softplus(z))
            }
            for index in 0..<width { sum -= 0.5 * ridge[index] * (beta[index] - center[index]).squared }
            return sum
        }

        var best = objective(beta)
        for _ in 0..<100 {
            var gradient = [Double](repeating: 0, count: width)
            var hessian = [[Double]](repeating: [Double](repeating: 0, count: width), count: width)
            for (place, example) in examples.enumerated() {
                let start = place * width
                let p = probability(dot(inputs, from: start, beta))
                let pull = example.weight * ((example.isSpam ? 1 : 0) - p)
                let bend = example.weight * p * (1 - p)
                for row in 0..<width {
                    gradient[row] += pull * inputs[start + row]
                    for column in 0...row {
                        hessian[row][column] += bend * inputs[start + row] * inputs[start + column]
                    }
                }
            }
            for row in 0..<width {
                gradient[row] -= ridge[row] * (beta[row] - center[row])
                hessian[row][row] += ridge[row]
                for column in 0..<row { hessian[column][row] = hessian[row][column] }
            }
            let step = solved(hessian, gradient)
            var scale = 1.0
            var next = beta
            var reached = best
            while scale > 1e-6 {
                next = zip(beta, step).map { $0 + scale * $1 }
                reached = objective(next)
                if reached >= best { break }
                scale /= 2
            }
            guard scale > 1e-6 else { break }
            let moved = step.reduce(0) { max($0, abs($1 * scale)) }
            beta = next
            best = reached
            if moved < 1e-9 { break }
        }
        return LogisticModel(intercept: beta[0], weights: Array(beta[1...]) + (usingHistory ? [] : [0]))
    }

    private static func dot(_ inputs: [Double], from start: Int, _ beta: [Double]) -> Double {
        var sum = 0.0
        for index in beta.indices { sum += inputs[start + index] * beta[index] }
        return sum
    }

    private static func softplus(_ z: Double) -> Double { z > 0 ? z + log1p(exp(-z)) : log1p(exp(z)) }

    /// Solves a symmetric positive definite system of a few unknowns by elimination; the ridge keeps it regular.
    private static func solved(_ matrix: [[Double]], _ vector: [Double]) -> [Double] {
        var (a, x) = (matrix, vector)
        for pivot in x.indices {
            for row in x.indices where row > pivot {
                let factor = a[row][pivot] / a[pivot][pivot]
                for column in pivot..<x.count { a[row][column] -= factor * a[pivot][column] }
                x[row] -= factor * x[pivot]
            }
        }
        for row in x.indices.reversed() {
            for column in x.indices where column > row { x[row] -= a[row][column] * x[column] }
            x[row] /= a[row][row]
        }
        return x
    }
}

extension Double {
    fileprivate var squared: Double { self * self }
}

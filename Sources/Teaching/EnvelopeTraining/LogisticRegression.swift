private import Glibc

/// Logistic regression with an L2 penalty on sparse rows of ones, solved by L-BFGS (Liu & Nocedal 1989).
///
/// Minimises `sum of w_i (log(1 + exp(m_i)) - y_i m_i) + |theta|^2 / (2 strength)`, where `m_i` is `b + sum of theta_j over
/// row i` and `y_i` the target, which is strictly convex in theta: the result depends on nothing but the input, and the same input gives the same bits.
struct LogisticRegression {
    /// The rows: the columns that are one.
    let rows: [[Int32]]

    /// How positive each row is, 0 to 1: a row that is uncertain counts for both sides.
    let targets: [Double]

    /// The rows' weights, 0 and up.
    let rowWeights: [Double]

    /// The number of columns.
    let columns: Int

    /// The inverse of the penalty: large values trust the data, small ones shrink.
    let strength: Double

    private static let memory = 10
    private static let mostIterations = 400

    /// The coefficients and the intercept.
    ///
    /// - Parameter start: coefficients and intercept to begin with, such as those of a problem that differs little.
    func fit(from start: [Double]? = nil) -> (coefficients: [Double], intercept: Double) {
        // The intercept is the last parameter and bears no penalty.
        var point = start ?? Array(repeating: 0.0, count: columns + 1)
        var (value, gradient) = evaluate(point)
        var history: [(step: [Double], change: [Double], scale: Double)] = []
        let total = rowWeights.reduce(0, +)
        for _ in 0..<Self.mostIterations {
            guard gradient.lazy.map(abs).max() ?? 0 > 1e-7 * max(total, 1) else { break }
            let direction = direction(gradient, history)
            let slope = Self.dot(direction, gradient)
            guard slope < 0 else { break }
            var length = history.isEmpty ? min(1, 1 / Self.dot(gradient, gradient).squareRoot()) : 1.0
            var accepted: (point: [Double], value: Double, gradient: [Double])?
            while length > 1e-12 {
                let trial = zip(point, direction).map { $0 + length * $1 }
                let (trialValue, trialGradient) = evaluate(trial)
                if trialValue <= value + 1e-4 * length * slope {
                    accepted = (trial, trialValue, trialGradient)
                    break
                }
                length /= 2
            }
            guard let accepted else { break }
            let step = zip(accepted.point, point).map { $0 - $1 }
            let change = zip(accepted.gradient, gradient).map { $0 - $1 }
            let curvature = Self.dot(step, change)
            if curvature > 1e-12 {
                history.append((step, change, 1 / curvature))
                if history.count > Self.memory { history.removeFirst() }
            }
            let progress = value - accepted.value
            (point, value, gradient) = (accepted.point, accepted.value, accepted.gradient)
            if progress <= 1e-10 * abs(value) { break }
        }
        return (Array(point[..<columns]), point[columns])
    }

    /// The objective and its gradient. O(ones).
    func evaluate(_ point: [Double]) -> (value: Double, gradient: [Double]) {
        var value = 0.0
        var gradient = Array(repeating: 0.0, count: columns + 1)
        for column in 0..<columns {
            value += point[column] * point[column] / (2 * strength)
            gradient[column] = point[column] / strength
        }
        for index in rows.indices {
            var margin = point[columns]
            for column in rows[index] { margin += point[Int(column)] }
            // log(1 + exp(m)) and the logistic function without overflow.
            let tail = exp(-abs(margin))
            value += rowWeights[index] * (log1p(tail) + max(margin, 0) - targets[index] * margin)
            let share = margin >= 0 ? 1 / (1 + tail) : tail / (1 + tail)
            let pull = rowWeights[index] * (share - targets[index])
            for column in rows[index] { gradient[Int(column)] += pull }
            gradient[columns] += pull
        }
        return (value, gradient)
    }

    private func direction(
        _ gradient: [Double], _ history: [(step: [Double], change: [Double], scale: Double)]
    ) -> [Double] {
        var direction = gradient.map { -$0 }
        var factors = Array(repeating: 0.0, count: history.count)
        for index in history.indices.reversed() {
            factors[index] = history[index].scale * Self.dot(history[index].step, direction)
            Self.add(-factors[index], history[index].change, to: &direction)
        }
        if let last = history.last {
            let scale = 1 / (last.scale * Self.dot(last.change, last.change))
            for index in direction.indices { direction[index] *= scale }
        }
        for index in history.indices {
            let factor = history[index].scale * Self.dot(history[index].change, direction)
            Self.add(factors[index] - factor, history[index].step, to: &direction)
        }
        return direction
    }

    private static func dot(_ left: [Double], _ right: [Double]) -> Double {
        var sum = 0.0
        for index in left.indices { sum += left[index] * right[index] }
        return sum
    }

    private static func add(_ factor: Double, _ vector: [Double], to sum: inout [Double]) {
        for index in sum.indices { sum[index] += factor * vector[index] }
    }
}

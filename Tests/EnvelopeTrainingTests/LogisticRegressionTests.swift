import Seeded
import Testing

@testable import EnvelopeTraining

@Suite struct LogisticRegressionTests {
    private func random(_ generator: inout SeededGenerator, rows: Int, columns: Int) -> LogisticRegression {
        LogisticRegression(
            rows: (0..<rows).map { _ in
                (0..<columns).filter { _ in Int.random(in: 0..<3, using: &generator) == 0 }.map(Int32.init)
            }, targets: (0..<rows).map { _ in Double(Int.random(in: 0...4, using: &generator)) / 4 },
            rowWeights: (0..<rows).map { _ in Double.random(in: 0...3, using: &generator) }, columns: columns,
            strength: Double.random(in: 0.1...5, using: &generator))
    }

    @Test func theGradientIsTheSlopeOfTheObjective() {
        var generator = SeededGenerator(seed: 31)
        for _ in 0..<20 {
            let regression = random(&generator, rows: 30, columns: 5)
            let point = (0...5).map { _ in Double.random(in: -2...2, using: &generator) }
            let gradient = regression.evaluate(point).gradient
            for column in 0...5 {
                var (above, below) = (point, point)
                above[column] += 1e-5
                below[column] -= 1e-5
                let slope = (regression.evaluate(above).value - regression.evaluate(below).value) / 2e-5
                #expect(abs(slope - gradient[column]) < 1e-4 * max(1, abs(slope)))
            }
        }
    }

    @Test func theSolutionIsTheMinimum() {
        var generator = SeededGenerator(seed: 32)
        for _ in 0..<20 {
            let regression = random(&generator, rows: 60, columns: 8)
            let (coefficients, intercept) = regression.fit()
            let best = coefficients + [intercept]
            let (value, gradient) = regression.evaluate(best)
            #expect((gradient.map(abs).max() ?? 0) < 1e-2)
            for _ in 0..<50 {
                let other = best.map { $0 + Double.random(in: -0.3...0.3, using: &generator) }
                #expect(regression.evaluate(other).value >= value)
            }
        }
    }

    @Test func whatIsUnbalancedInOneColumnIsItsLogarithm() {
        // With hardly any penalty the coefficient is the logarithm of the odds ratio: (30/10) / (10/30).
        let rows: [[Int32]] = Array(repeating: [0], count: 40) + Array(repeating: [], count: 40)
        let positive = (0..<80).map { $0 < 30 || 40..<50 ~= $0 ? 1.0 : 0 }
        let regression = LogisticRegression(
            rows: rows, targets: positive, rowWeights: Array(repeating: 1, count: 80), columns: 1, strength: 1e6)
        let (coefficients, intercept) = regression.fit()
        #expect(abs(coefficients[0] - 2.197225) < 1e-3)
        #expect(abs(intercept + 1.098612) < 1e-3)
    }
}

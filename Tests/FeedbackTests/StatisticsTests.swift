import Seeded
import Testing

@testable import Feedback

/// Against scipy 1.17.
@Suite("Intervals")
struct StatisticsTests {
    @Test(
        "the beta distribution",
        arguments: [
            (1, 1, 0.3, 0.3), (2.5, 0.5, 0.9, 0.48958974456442755), (300, 311, 0.49, 0.48051575223827236),
            (0.5, 0.5, 0.2, 0.2951672353008665), (1e5, 2e5, 0.3334, 0.5310411685846465),
            (1, 1_000, 0.001, 0.6323045752290359), (3, 4, -1, 0), (3, 4, 2, 1),
        ])
    func beta(a: Double, b: Double, x: Double, expected: Double) {
        #expect(abs(Beta(a, b).probability(upTo: x) - expected) < 1e-9)
        if 0...1 ~= x { #expect(abs(Beta(a, b).quantile(expected) - x) < 1e-9) }
    }

    @Test(
        "Student's distribution",
        arguments: [
            (1, 12.706204736174694), (2, 4.302652729749462), (4.5, 2.6589123472044034), (30, 2.0422724563012378),
            (1_000, 1.9623390808264083),
        ])
    func student(degrees: Double, expected: Double) {
        #expect(abs(StudentT(degrees: degrees).bound95 - expected) < 1e-7)
    }

    @Test(
        "a ratio of rates",
        arguments: [
            (10, 0, 0.5, 0.0, 0.8922510991838492), (10, 5, 0.5, 0.26819372918916745, 3.210996742418459),
            (3_000, 2_000, 1.5, 0.41978679478914666, 0.4704739544412529), (1, 0, 2, 0, 19.499999999999982),
            (0, 3, 1, 0, .infinity),
        ])
    func ratio(before: Int, since: Int, exposure: Double, low: Double, high: Double) {
        let ratio = RateRatio(before: before, since: since, exposure: exposure)
        if before > 0 { #expect(abs(ratio.interval.lowerBound - low) < 1e-7) }
        #expect(high.isInfinite ? ratio.interval.upperBound.isInfinite : abs(ratio.interval.upperBound - high) < 1e-7)
        #expect(ratio.interval.contains(ratio.value))
    }

    @Test("groups are compared as Welch does")
    func welch() throws {
        var control = ControlComparison()
        for asked in [10, 20, 15, 0, 30] { control.told.add(days: 100, asked: asked, requests: asked) }
        for asked in [50, 60, 40, 55] { control.spared.add(days: 100, asked: asked, requests: 2 * asked) }
        #expect(abs(try #require(control.difference) - 0.3625) < 1e-12)
        let interval = try #require(control.interval)
        #expect(abs(interval.lowerBound - 0.2070224776993378) < 1e-9)
        #expect(abs(interval.upperBound - 0.5179775223006621) < 1e-9)
        #expect(control.spared.requests == 410 && control.spared.daysAsked == 205)
    }

    @Test("the interval holds the truth as often as it says, with recipients as uneven as spammers' lists")
    func coverage() {
        var random = SeededGenerator(seed: 11)
        var hits = 0
        let rounds = 600
        for _ in 0..<rounds {
            var control = ControlComparison()
            for index in 0..<80 {
                let isTold = index % 2 == 0
                // Some recipients are on every list and asked for daily, most are asked for seldom; the lie halves it.
                let habit = Double.random(in: 0..<1, using: &random) < 0.2 ? 0.8 : 0.1
                let probability = isTold ? habit / 2 : habit
                let asked = (0..<20).count { _ in Double.random(in: 0..<1, using: &random) < probability }
                if isTold {
                    control.told.add(days: 20, asked: asked, requests: asked)
                } else {
                    control.spared.add(days: 20, asked: asked, requests: asked)
                }
            }
            if control.interval?.contains((0.2 * 0.8 + 0.8 * 0.1) / 2) == true { hits += 1 }
        }
        // 95 % of 600 with three standard errors.
        #expect(554...586 ~= hits, "\(hits)")
    }
}

import Testing

@testable import LieLab

@Suite("The fraction to recommend")
struct FractionAdviceTests {
    @Test("a mean knows how sure it is")
    func estimates() {
        let estimate = Estimate([1, 2, 3, 4])
        #expect(estimate.mean == 2.5)
        // 3.182 * sqrt(5/3 / 4)
        #expect(abs(estimate.margin - 2.054) < 0.001)
        #expect(Estimate([]).mean == 0)
        #expect(Estimate([5]).margin == 0)
        // 39 degrees of freedom: 2.0227.
        let many = Estimate((0..<40).map(Double.init))
        #expect(abs(many.margin - 2.0227 * (136.6667 / 40.0).squareRoot()) < 0.01)
    }

    @Test("is neither the largest nor the smallest where some believe and others measure; precision limits it")
    func advice() {
        let table = GameTable(LieGameTests.options(), kinds: [.ignores, .keeps, .measuresDomains])
        let candidates = FractionAdvice.candidates(in: table)
        #expect(candidates.count == 9)
        func advice(_ precision: Double, budget: Double = 1) -> FractionAdvice {
            FractionAdvice(
                candidates, harm: MonthlyHarm(precision: precision, options: HarmOptions()), budget: budget)
        }
        let best = advice(0.99999).chosen?.fraction ?? 0
        #expect(0.1...0.5 ~= best)
        #expect(advice(0.9).chosen == nil)
        #expect(advice(0.9).lost == 0)
        var last = 0.0
        for precision in MonthlyHarm.precisions {
            let advice = advice(precision)
            #expect(advice.lost <= 1)
            #expect((advice.chosen?.fraction ?? 0) >= last)
            last = advice.chosen?.fraction ?? 0
        }
        #expect(advice(0.9, budget: .infinity).chosen?.fraction == best)
    }

    @Test("where nothing is to be had there is none")
    func none() {
        let table = GameTable(LieGameTests.options(), kinds: [.ignores], rates: [.fraction(0.5), .fraction(1)])
        #expect(FractionAdvice.candidates(in: table).isEmpty)
    }

    @Test("against those who believe everything, more is better")
    func believers() {
        let table = GameTable(LieGameTests.options(), kinds: [.keeps])
        let candidates = FractionAdvice.candidates(in: table)
        let advice = FractionAdvice(
            candidates, harm: MonthlyHarm(precision: 1, options: HarmOptions()), budget: 1)
        #expect(advice.chosen?.fraction == 1)
        #expect(advice.chosen?.weakest == .keeps)
    }

    @Test("each variant changes the game, and one thing of it")
    func variants() {
        let options = LieGameTests.options()
        let variants = GameVariant.all(of: options)
        #expect(variants[0].options == options)
        #expect(Set(variants.map(\.options)).count == variants.count)
        #expect(Set(variants.map(\.name)).count == variants.count)
    }

    @Test("a list server is lost by fractions")
    func lists() {
        let table = ListTable(LieGameTests.options(), rates: [.never, .traps, .fraction(0.5), .fraction(1)])
        #expect(table.lost[0].allSatisfy { $0.mean == 0 })
        #expect(table.lost[1].allSatisfy { $0.mean == 0 })
        for rule in BounceRule.compared.indices {
            #expect(table.lost[2][rule].mean < table.lost[3][rule].mean)
        }
        #expect(table.lost[3][0].mean == 1)
        #expect(table.deferred[3].mean == 0)
    }
}

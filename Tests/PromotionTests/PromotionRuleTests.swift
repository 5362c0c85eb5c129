import Promotion
import Testing

@Suite struct PromotionRuleTests {
    private func figures(found: Int, spam: Int = 100, touched: Int, of organisations: Int = 300) -> ModelCard.Figures {
        ModelCard.Figures(
            spam: spam, found: found, honest: 1_000, flagged: touched, organisations: organisations, touched: touched)
    }

    @Test func aFirstModelKeepsToTheBudget() {
        #expect(PromotionRule.verdict(on: figures(found: 50, touched: 3), inForce: nil).isPromoted)
        #expect(!PromotionRule.verdict(on: figures(found: 50, touched: 4), inForce: nil).isPromoted)
        #expect(!PromotionRule.verdict(on: figures(found: 5, touched: 0), inForce: nil).isPromoted)
        #expect(PromotionRule.verdict(on: figures(found: 50, touched: 1, of: 5), inForce: nil).isPromoted)
        #expect(!PromotionRule.verdict(on: figures(found: 50, touched: 2, of: 5), inForce: nil).isPromoted)
    }

    @Test func alaterOneFindsAtLeastAsMuch() {
        let old = figures(found: 60, touched: 1)
        #expect(PromotionRule.verdict(on: figures(found: 60, touched: 3), inForce: old).isPromoted)
        #expect(!PromotionRule.verdict(on: figures(found: 59, touched: 0), inForce: old).isPromoted)
        #expect(!PromotionRule.verdict(on: figures(found: 99, touched: 4), inForce: old).isPromoted)
    }

    @Test func oneThatHarmsLessReplacesOneThatBreaksTheBudget() {
        let bad = figures(found: 90, touched: 50)
        #expect(PromotionRule.verdict(on: figures(found: 60, touched: 2), inForce: bad).isPromoted)
    }

    @Test func withoutAnythingToJudgeByNothingChanges() {
        #expect(!PromotionRule.verdict(on: figures(found: 0, spam: 0, touched: 0), inForce: nil).isPromoted)
        #expect(!PromotionRule.verdict(on: figures(found: 9, touched: 0, of: 0), inForce: nil).isPromoted)
    }
}

import Testing

@testable import EnvelopeTraining

@Suite struct ReturnRuleTests {
    @Test func asksForSoManyDaysThatWhoCameThatFarComesAgain() {
        // A thousand write once, forty twice, ten on three days: chance. Thirty are there on eight days.
        let bots = Array(repeating: 1, count: 1_000) + Array(repeating: 2, count: 40) + Array(repeating: 3, count: 10)
        let rule = ReturnRule(days: bots + Array(repeating: 8, count: 30), span: 10)
        #expect(rule.days == 4)
        #expect(rule.messages == 5)
        #expect(rule.holds(messages: 5, days: 4))
        #expect(!rule.holds(messages: 4, days: 4))
        #expect(!rule.holds(messages: 40, days: 3))
        #expect(rule.progress(days: 1) == 0)
        #expect(rule.progress(days: 3) < 0.3)
        #expect(rule.progress(days: 9) == 1)
    }

    @Test func whereHardlyAnybodyIsABotTwoDaysAreEnough() {
        #expect(ReturnRule(days: [1, 1, 1] + Array(repeating: 8, count: 30), span: 10).days == 3)
    }

    @Test(arguments: [(0, 3), (1, 3), (2, 3), (4, 4), (10, 7), (1_000, 601)])
    func neverAsksForMoreThanAShareOfTheDays(span: Int, most: Int) {
        // Nobody comes back more than once.
        #expect(ReturnRule(days: Array(repeating: 1, count: 100), span: span).days <= most)
        #expect(ReturnRule(days: [Int](), span: span).days == most)
    }
}

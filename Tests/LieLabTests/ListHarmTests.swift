import Foundation
import Testing

@testable import LieLab

@Suite("What lies cost honest lists")
struct ListHarmTests {
    private func isLost(_ rule: BounceRule, bounces: [Int], posts: [Int]) -> Bool {
        var subscription = Subscription(rule)
        for day in posts { subscription.take(isBounced: bounces.contains(day), on: day) }
        return subscription.isLost
    }

    @Test("software gives up at the first bounce, after some in a row, or by a score that is forgotten")
    func rules() {
        #expect(isLost(.atOnce, bounces: [4], posts: Array(0..<9)))
        #expect(!isLost(.atOnce, bounces: [], posts: Array(0..<9)))
        #expect(isLost(.inARow(3), bounces: [1, 2, 3], posts: Array(0..<9)))
        #expect(!isLost(.inARow(3), bounces: [1, 2, 4, 5], posts: Array(0..<9)))
        #expect(isLost(.mailman, bounces: [0, 7, 14, 21, 28], posts: [0, 7, 14, 21, 28]))
        #expect(!isLost(.mailman, bounces: [0, 8, 16, 24, 32], posts: [0, 8, 16, 24, 32]))
        // Several posts of a day count once.
        #expect(!isLost(.mailman, bounces: [0, 1, 2, 3], posts: [0, 0, 1, 1, 2, 2, 3, 3]))
        #expect(isLost(.mailman, bounces: [0, 1, 2, 3, 4], posts: Array(0..<9)))
    }

    @Test("what is computed is what a simulated server loses", arguments: BounceRule.compared, Misjudgement.allCases)
    func agrees(_ rule: BounceRule, _ way: Misjudgement) {
        let probability = way == .server ? 1 : 0.2
        let exact = ListHarm.lossProbability(rule, by: way, probability: probability, days: 30)
        let played = ListServerGame.play(
            rule, by: way, probability: probability, rate: .fraction(1), options: GameOptions(), seed: 3,
            subscriptions: 8_000)
        #expect(abs(played.share - exact) < 0.02, "\(played.share) \(exact)")
    }

    @Test("a fraction of the recipients is a fraction of the losses, and the rest is put off")
    func fraction() {
        let played = ListServerGame.play(
            .atOnce, by: .server, probability: 1, rate: .fraction(0.25), options: GameOptions(), seed: 3,
            subscriptions: 4_000)
        #expect(abs(played.share - 0.25) < 0.03)
        #expect(played.lies == played.lost)
        #expect(played.deferred > played.lies)
    }

    @Test("nothing is lost without lies, or where nobody is judged falsely")
    func nothing() {
        for rule in BounceRule.compared {
            for way in Misjudgement.allCases {
                #expect(ListHarm.lossProbability(rule, by: way, probability: 0, days: 30) == 0)
            }
            let played = ListServerGame.play(
                rule, by: .server, probability: 1, rate: .never, options: GameOptions(), seed: 1, subscriptions: 200)
            #expect(played.lost == 0)
        }
    }

    @Test("precision is what it says")
    func precision() {
        let options = HarmOptions()
        for precision in MonthlyHarm.precisions {
            let bots = options.recall * options.spamShare
            let honest = options.falsePositiveRate(precision: precision) * (1 - options.spamShare)
            #expect(abs(bots / (bots + honest) - precision) < 1e-12)
        }
        #expect(options.falsePositiveRate(precision: 0) == 1)
        #expect(options.falsePositiveRate(precision: 1) == 0)
    }

    @Test("the better the precision, the less is lost; undone soon, less than later")
    func months() {
        let months = MonthlyHarm.precisions.map { MonthlyHarm(precision: $0, options: HarmOptions()) }
        for (worse, better) in zip(months, months.dropFirst()) {
            #expect(worse.worst(fraction: 1) > better.worst(fraction: 1))
        }
        for rule in months[0].lostIfUndone {
            #expect(rule == rule.sorted())
            #expect(rule[0] < rule[2])
        }
        #expect(months[0].worst(fraction: 0) == 0)
    }

    @Test("a site without list mail has nothing to lose")
    func noLists() {
        var options = HarmOptions()
        options.listShare = 0
        #expect(MonthlyHarm(precision: 0.9, options: options).worst(fraction: 1) == 0)
        options = HarmOptions()
        options.habits = ListHabits(intervals: [], shares: [])
        #expect(options.subscriptions == 0)
    }

    @Test("the README says what is computed")
    func readme() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
        func lost(_ precision: Double, digits: Int) -> String {
            String(
                format: "%.\(digits)f", MonthlyHarm(precision: precision, options: HarmOptions()).worst(fraction: 0.3))
        }
        let subscriptions = String(format: "%.0f", HarmOptions().subscriptions)
        let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let sentence =
            "at most \(lost(0.99, digits: 0)) of \(subscriptions) subscriptions a month at a precision of 0.99, "
            + "\(lost(0.999, digits: 1)) at 0.999 and \(lost(0.9999, digits: 1)) at 0.9999."
        #expect(words.contains(sentence), "\(sentence)")
    }
}

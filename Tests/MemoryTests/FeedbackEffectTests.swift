import Memory
import Policy
import SMTP
import Testing

/// Whether bots stop asking for those they were lied to about, against numbers worked out by hand.
@Suite("Effect of lies")
struct FeedbackEffectTests {
    static let day: Int64 = 86_400
    static let begin = UnixTime(seconds: 1_700_000_000)

    private func effect(seenForDays days: Int64) -> FeedbackEffect {
        FeedbackEffect(campaign: "bagle", firstSeen: Self.begin, lastSeen: Self.begin + days * Self.day)
    }

    private func paper(_ n: Double, _ before: Double, _ after: Double) -> Double {
        var power = 1.0
        for _ in 0..<Int(after) { power *= 1 - n / before }
        return 1 - power
    }

    @Test func silenceHasThePapersConfidence() {
        var effect = effect(seenForDays: 30)
        effect.add(liedAt: Self.begin + 20 * Self.day, asked: 10, askedSince: 0)
        #expect(abs(effect.expected - 5) < 1e-12)
        // 1 - exp(-5), and the paper's formula with seconds as its unit.
        #expect(abs(effect.confidence - 0.993262053) < 1e-9)
        #expect(abs(effect.confidence - paper(10, 20 * 86_400, 10 * 86_400)) < 1e-5)
        #expect(effect.recipients == 1 && effect.asked == 10 && effect.askedSince == 0)
        #expect(effect.firstLie == Self.begin + 20 * Self.day)
    }

    @Test func recipientsLiedAboutAtDifferentTimesAddUp() {
        var effect = effect(seenForDays: 40)
        effect.add(liedAt: Self.begin + 20 * Self.day, asked: 2, askedSince: 0)
        effect.add(liedAt: Self.begin + 10 * Self.day, asked: 1, askedSince: 1)
        #expect(abs(effect.expected - 5) < 1e-12)
        #expect(effect.firstLie == Self.begin + 10 * Self.day)
        // A Poisson count of mean 5 is at most 1 with probability 6 exp(-5).
        #expect(abs(effect.confidence - (1 - 6 * 0.006737946999)) < 1e-9)
    }

    @Test func whoGoesOnAsBeforeHasNotStopped() {
        var effect = effect(seenForDays: 40)
        effect.add(liedAt: Self.begin + 20 * Self.day, asked: 300, askedSince: 310)
        #expect(effect.confidence < 0.5)
        effect = self.effect(seenForDays: 40)
        effect.add(liedAt: Self.begin + 20 * Self.day, asked: 3_000, askedSince: 2_000)
        #expect(effect.confidence > 0.999_999)
        #expect(effect.confidence <= 1)
    }

    @Test func withoutARateNothingIsKnown() {
        // Lied to at the first request, or never asked for before: no telling how often it would have come back.
        var effect = effect(seenForDays: 40)
        effect.add(liedAt: Self.begin, asked: 0, askedSince: 0)
        effect.add(liedAt: Self.begin + Self.day, asked: 0, askedSince: 0)
        #expect(effect.recipients == 2)
        #expect(effect.confidence == 0)
        // A campaign that ended with the lie proves nothing either.
        effect = self.effect(seenForDays: 20)
        effect.add(liedAt: Self.begin + 20 * Self.day, asked: 10, askedSince: 0)
        #expect(effect.confidence == 0)
    }
}

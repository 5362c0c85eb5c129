import Campaigns
import SMTP
import Testing

@testable import Feedback

/// Whether bots stop asking for those they were lied to about, against numbers worked out by hand and with numpy.
@Suite("Effect of lies")
struct CampaignEffectTests {
    static let day: Int64 = 86_400
    static let begin = UnixTime(seconds: 1_700_000_000)

    private func effect(n: Int, known: Int64, after: Int64) -> CampaignEffect {
        var effect = CampaignEffect(
            .dialect("bagle"), firstSeen: Self.begin, lastSeen: Self.begin + known + after,
            firstLie: Self.begin + known)
        effect.beforeFirstLie = n
        return effect
    }

    @Test(
        "P_c is what numpy makes of the formula",
        arguments: [
            (10, 20 * day, 10 * day, 0.9932621504823551, 0.9932620530009145),
            (1, day, 3_600, 0.04081077417853507, 0.040810542890861834),
            (3, 7, 2, 0.6734693877551021, 0.57562715432305), (550, 12 * day + 17, 40 * day + 5, 1, 1),
        ])
    func formula(n: Int, known: Int64, after: Int64, published: Double, stable: Double) throws {
        let effect = effect(n: n, known: known, after: after)
        #expect(abs(try #require(effect.publishedConfidence) - published) < 1e-12)
        #expect(abs(try #require(effect.stableConfidence) - stable) < 1e-12)
    }

    @Test("with the day as its unit it is the paper's example") func paperExample() throws {
        let published = try #require(effect(n: 10, known: 20, after: 10).publishedConfidence)
        #expect(abs(published - 0.9990234375) < 1e-12)
    }

    @Test("where the formula has no meaning nothing is claimed")
    func undefined() {
        #expect(effect(n: 0, known: 9, after: 9).publishedConfidence == nil)
        #expect(effect(n: 3, known: 0, after: 9).stableConfidence == nil)
        #expect(effect(n: 30, known: 9, after: 9).publishedConfidence == nil)
        #expect(effect(n: 9, known: 9, after: 9).publishedConfidence == 1)
        #expect(effect(n: 3, known: 9, after: -1).publishedConfidence == nil)
        #expect(effect(n: .max, known: 1 << 60, after: 1 << 60).stableConfidence == 1)
    }

    /// Requests on the given days for recipient 1, lied about on day 20, and one for another on the last day.
    private func counted(_ days: [Int64], lied: [Int: Int64] = [1: 20], last: Int64) -> CampaignEffect? {
        var count = CampaignCount()
        for (recipient, day) in lied {
            count.add(
                .init(time: Self.begin + day * Self.day, session: "lie"), about: KeyedHash(bits: UInt128(recipient)))
        }
        count.add(to: KeyedHash(bits: 9), at: Self.begin, session: "first")
        for day in days { count.add(to: KeyedHash(bits: 1), at: Self.begin + day * Self.day, session: "s") }
        count.add(to: KeyedHash(bits: 1), at: Self.begin + 20 * Self.day, session: "lie")
        count.add(to: KeyedHash(bits: 9), at: Self.begin + last * Self.day, session: "last")
        return count.effect(on: .dialect("bagle"))
    }

    @Test("silence has the paper's confidence")
    func silence() throws {
        let effect = try #require(counted([1, 2, 3, 4, 5, 6, 7, 8, 9, 19], last: 30))
        #expect(effect.beforeFirstLie == 10 && effect.asked == 10 && effect.askedSince == 0)
        #expect(effect.hasStopped && effect.silent == 1 && effect.silentMessages == 10)
        #expect(effect.messages == 13 && effect.recipients == 2 && effect.liedAbout == 1)
        #expect(abs(effect.expected - 5) < 1e-12)
        #expect(abs(effect.confidence - 0.9932620530009145) < 1e-12)
        #expect(abs(try #require(effect.stableConfidence) - effect.confidence) < 1e-12)
    }

    @Test("who comes back less often is told apart from who goes on")
    func comingBack() throws {
        let rare = try #require(counted(Array(0..<20) + [25], last: 40))
        #expect(!rare.hasStopped && rare.silent == 0 && rare.askedSince == 1)
        #expect(rare.confidence > 0.9999)
        #expect(try #require(rare.ratio).interval.upperBound < 0.5)
        let deaf = try #require(counted(Array(1..<20) + Array(21..<40), last: 40))
        #expect(deaf.confidence < 0.6)
        #expect(try #require(deaf.ratio).interval.contains(1))
    }

    @Test("without a rate nothing is known")
    func noRate() throws {
        // Lied to at the first request: no telling how often it would have come back. And a campaign that ended with the
        // lie proves nothing.
        let first = try #require(counted([], last: 40))
        #expect(first.confidence == 0 && !first.hasStopped && first.ratio == nil && first.liedAbout == 1)
        let ended = try #require(counted([1, 2, 3], last: 20))
        #expect(ended.confidence == 0 && !ended.hasStopped && ended.silent == 0)
        #expect(counted([1], lied: [:], last: 40) == nil)
    }
}

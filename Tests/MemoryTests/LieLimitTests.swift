import Policy
import SMTP
import Seeded
import Testing

@testable import Memory

/// What keeps lies few, plausible, and away from whoever may be many.
@Suite("Limits on lies")
struct LieLimitTests {
    private let noon = UnixTime(seconds: 1_700_049_600)

    private func hash(_ number: Int) -> KeyedHash { KeyedHash(bits: UInt128(number)) }

    @Test("so many new lies an hour, in a domain, about a recipient")
    func rate() {
        var limits = LieConfiguration()
        (limits.hourlyLimit, limits.domainLimit, limits.recipientLimit) = (6, 4, 2)
        var rate = LieRate()
        func tell(_ recipient: Int, _ domain: String, at time: UnixTime) -> LieObstacle? {
            if let obstacle = rate.obstacle(to: hash(recipient), in: domain, under: limits, at: time) {
                return obstacle
            }
            rate.note(hash(recipient), in: domain, toldAt: time, at: time)
            return nil
        }
        #expect(tell(1, "a.example", at: noon) == nil && tell(1, "a.example", at: noon) == nil)
        #expect(tell(1, "a.example", at: noon) == .recipientLimit)
        #expect(tell(2, "a.example", at: noon) == nil && tell(3, "a.example", at: noon) == nil)
        #expect(tell(4, "a.example", at: noon) == .domainLimit)
        #expect(tell(5, "b.example", at: noon) == nil && tell(6, "b.example", at: noon) == nil)
        #expect(tell(7, "c.example", at: noon) == .hourlyLimit && rate.count(at: noon) == 6)
        #expect(rate.count(at: noon + 3_600) == 0)
        #expect(tell(1, "a.example", at: noon + 3_600) == nil)
        // What was told long ago, or by a clock that is ahead, is none of this hour's.
        rate.note(hash(9), in: "a.example", toldAt: noon, at: noon + 3_600)
        rate.note(hash(9), in: "a.example", toldAt: UnixTime(seconds: .max), at: noon + 3_600)
        #expect(rate.count(at: noon + 3_600) == 1)
    }

    @Test("one client that brings most of the mail is seen, and that it does so no more")
    func carriers() {
        var carriers = MailCarriers()
        for number in 0..<31 { carriers.note(hash(number % 2)) }
        #expect(carriers.most == nil)
        // Half of it is not most of it.
        carriers.note(hash(1))
        #expect(carriers.most == nil)
        for _ in 0..<40 { carriers.note(hash(7)) }
        #expect(carriers.most == hash(7) && carriers.share > 0.5)
        for number in 100..<130 { carriers.note(hash(number)) }
        #expect(carriers.most == nil && carriers.share == 0)
        // Many that bring a little each, long enough for the first to be forgotten.
        for number in 0..<2_000 { carriers.note(hash(number % 5)) }
        #expect(carriers.most == nil)
        for number in 0..<2_000 { carriers.note(hash(number % 3 == 0 ? number : 9)) }
        #expect(carriers.most == hash(9))
    }

    @Test("a network with authenticated mail of two organisations is a relay; invented senders of a bot make none")
    func relays() {
        var signs = RelaySigns()
        for number in 0..<20 { signs.note(sender: "d\(number).example", of: hash(1)) }
        for _ in 0..<20 { signs.note(sender: "one.example", of: hash(2)) }
        #expect(signs.mayBeRelay(hash(1), isHostile: false) && !signs.mayBeRelay(hash(1), isHostile: true))
        #expect(!signs.mayBeRelay(hash(2), isHostile: false) && !signs.mayBeRelay(hash(3), isHostile: false))
        signs.note(authenticated: "example.net", of: hash(3))
        signs.note(authenticated: "example.net", of: hash(3))
        #expect(!signs.mayBeRelay(hash(3), isHostile: true))
        signs.note(authenticated: "example.org", of: hash(3))
        #expect(signs.mayBeRelay(hash(3), isHostile: true))
    }

    @Test("those used last stay, and there are never more than twice the room")
    func recent() {
        var table = RecentTable<Int, Int>(capacity: 100)
        for number in 0..<10_000 {
            table[number] = number
            if table[7] != nil { table[7] = 7 }
            #expect(table.count <= 200)
        }
        #expect(table[7] == 7 && table[9_950] == 9_950 && table[500] == nil)
        table[7] = nil
        #expect(table[7] == nil)
        table.removeAll()
        #expect(table.count == 0)
    }

    // MARK: Shares

    /// A day of clients at a site.
    private func day(
        _ shares: inout RequestShares, _ day: Int64, networks: Range<Int>, unknown: Double, requests: Int,
        _ random: inout SeededGenerator
    ) {
        let time = noon + day * 86_400
        for network in networks {
            for _ in 0..<requests {
                shares.note(
                    hash(network), isUnknown: Double.random(in: 0..<1, using: &random) < unknown, isDue: false, at: time
                )
            }
        }
    }

    @Test("the share of a site is learned, and no network makes it alone")
    func learning() throws {
        var random = SeededGenerator(seed: 1)
        var shares = RequestShares()
        #expect(shares.learned == 0.1 && shares.requests == 0)
        for number in 0..<5 as Range<Int64> {
            day(&shares, number, networks: 0..<400, unknown: 0.03, requests: 5, &random)
        }
        #expect(abs(shares.learned - 0.03) < 0.012)
        let before = shares.learned
        // One that asks for thousands that do not exist, and one that asks for thousands that do.
        for _ in 0..<5_000 { shares.note(hash(9_001), isUnknown: true, isDue: false, at: noon + 4 * 86_400) }
        for _ in 0..<5_000 { shares.note(hash(9_002), isUnknown: false, isDue: false, at: noon + 4 * 86_400) }
        #expect(abs(shares.learned - before) < 0.01)
        // Whoever turns out to deserve lies was never one of the others.
        for number in 0..<300 {
            for _ in 0..<10 { shares.note(hash(20_000 + number), isUnknown: true, at: noon + 4 * 86_400) }
        }
        #expect(shares.learned > 0.2)
        for number in 0..<300 {
            shares.note(hash(20_000 + number), isUnknown: false, isDue: true, at: noon + 4 * 86_400)
        }
        #expect(abs(shares.learned - before) < 0.01)
        #expect(abs((shares.seen ?? 0) - 10.0 / 11) < 0.001)
        // A restart goes on with it, on the same day and on the next.
        var again = RequestShares()
        again.resume(try #require(shares.learning))
        #expect(abs(again.learned - shares.learned) < 1e-9)
        for late in [noon + 4 * 86_400, noon + 5 * 86_400] {
            again.note(hash(1), isUnknown: false, isDue: false, at: late)
            shares.note(hash(2), isUnknown: false, isDue: false, at: late)
            #expect(abs(again.learned - shares.learned) < 1e-9)
        }
        // A clock that goes wrong ends a day, and no more.
        shares.note(hash(1), isUnknown: false, isDue: false, at: UnixTime(seconds: .max))
        shares.note(hash(1), isUnknown: false, isDue: false, at: UnixTime(seconds: .min))
        #expect(0...1 ~= shares.learned)
    }

    @Test(
        "a spammer sees no larger share of unknown recipients than the site's, whatever it asks",
        arguments: 1...8 as ClosedRange<UInt64>)
    func plausibility(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let share = Double.random(in: 0.02...0.3, using: &random)
        var shares = RequestShares()
        for number in 0..<6 as Range<Int64> {
            day(&shares, number, networks: 0..<1_000, unknown: share, requests: 4, &random)
        }
        let time = noon + 6 * 86_400
        // Its own list is cleaner than that; every lie that is allowed is told.
        let genuine = Double.random(in: 0...share / 2, using: &random)
        var told = 0
        for _ in 0..<6_000 {
            let network = 50_000 + Int.random(in: 0..<400, using: &random)
            let isMissing = Double.random(in: 0..<1, using: &random) < genuine
            if isMissing {
                shares.note(hash(network), isUnknown: true, at: time)
            } else {
                let isLie = !shares.wouldShow(to: hash(network), above: shares.learned, at: time)
                told += isLie ? 1 : 0
                shares.note(hash(network), isUnknown: isLie, isDue: true, at: time)
            }
        }
        let seen = shares.seen ?? 1
        let allowed = shares.learned
        // The stated limit: the mean, and 1.65 standard deviations of it.
        #expect(seen <= allowed + 1.65 * (allowed * (1 - allowed) / 6_000).squareRoot() + 1.0 / 6_000)
        // And no less than it may be: the limit is used.
        #expect(seen > allowed * 0.8 && told > 0)
    }

    @Test("a network with a dirty list is not lied to, nor is anybody above a share that is set")
    func dirtyLists() {
        var shares = RequestShares()
        for _ in 0..<20 { shares.note(hash(1), isUnknown: true, at: noon) }
        for _ in 0..<20 { shares.note(hash(1), isUnknown: false, isDue: true, at: noon) }
        // Another day, another count.
        let shows = [(0.3, noon), (1, noon), (0.3, noon + 86_400)].map {
            shares.wouldShow(to: hash(1), above: $0, at: $1)
        }
        #expect(shows == [true, false, false])
        #expect(RequestShares.isPlausible(1, of: 1, 0) && !RequestShares.isPlausible(2, of: 2, 0.05))
        #expect(RequestShares.isPlausible(3, of: 10, 0.15) && !RequestShares.isPlausible(4, of: 10, 0.15))
    }
}

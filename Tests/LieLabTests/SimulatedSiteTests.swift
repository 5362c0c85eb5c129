import Testing

@testable import LieLab

@Suite("A site that lies")
struct SimulatedSiteTests {
    private func site(_ rate: LieRate, _ change: (inout GameOptions) -> Void = { _ in }) -> SimulatedSite {
        var options = GameOptions()
        change(&options)
        return SimulatedSite(
            isLying: true, rate: rate, options: options,
            lottery: LieLottery(site: 0, chance: Chance(seed: 7), options: options))
    }

    private func request(
        _ recipient: Int, _ kind: GameWorld.Kind = .live, network: Int = 1, server: Int = 0, isJudged: Bool = true,
        day: Int = 0
    ) -> SimulatedSite.Request {
        SimulatedSite.Request(
            recipient: recipient, kind: kind, network: network, server: server, isJudged: isJudged, isFlapping: false,
            day: day)
    }

    @Test("who is not judged hears the truth, who is judged lies or nothing")
    func answers() {
        var site = site(.fraction(1))
        #expect(site.answer(request(1, isJudged: false)) == .accepted)
        #expect(site.answer(request(1, .unknown, isJudged: false)) == .unknown(isLie: false))
        #expect(site.answer(request(1)) == .unknown(isLie: true))
        #expect(site.answer(request(1, .unknown)) == .unknown(isLie: false))
        var honest = self.site(.never)
        #expect(honest.answer(request(1)) == .deferred)
        var trapper = self.site(.traps)
        #expect(trapper.answer(request(1)) == .deferred)
        #expect(trapper.answer(request(1, .trap)) == .unknown(isLie: true))
    }

    @Test("the same question gets the same answer, from every network and server")
    func sameLie() {
        var site = site(.fraction(0.5))
        var lied = 0
        for recipient in 0..<200 {
            let first = site.answer(request(recipient))
            for other in 2..<6 {
                #expect(site.answer(request(recipient, network: other, server: other % 2)) == first)
            }
            if first.isUnknown { lied += 1 }
        }
        #expect(70...130 ~= lied)
    }

    @Test("lies keep the share of unknown users within what chance makes of it", arguments: [0.1, 0.35, 0.8])
    func plausible(_ limit: Double) {
        var site = site(.fraction(1)) { $0.plausibility = .share(limit) }
        var (asked, unknown, lies) = (0.0, 0.0, 0)
        for recipient in 0..<1_000 {
            let answer = site.answer(request(recipient, recipient % 20 == 0 ? .unknown : .live, network: recipient % 7))
            asked += 1
            if answer.isUnknown { unknown += 1 }
            if answer == .unknown(isLie: true) {
                lies += 1
                let most = asked * limit + 1.65 * (asked * limit * (1 - limit)).squareRoot()
                #expect(unknown <= max(1, most) + 1e-9)
            }
        }
        // It is used, too.
        #expect(unknown / asked > limit - 0.05)
        #expect(lies > 0)
    }

    @Test("the plausible share is learned from whom no lies are due to")
    func learned() {
        func lies(unknownOf others: Int) -> Int {
            var site = site(.fraction(1)) { $0.plausibility = .learned }
            for network in 0..<400 {
                let kind: GameWorld.Kind = network % 10 < others ? .unknown : .live
                _ = site.answer(request(network, kind, network: 1_000 + network, isJudged: false))
            }
            for recipient in 0..<200 { _ = site.answer(request(recipient, network: recipient)) }
            return site.lies
        }
        #expect(lies(unknownOf: 1) < 40)
        #expect(lies(unknownOf: 5) > 70)
    }

    @Test("caps hold for a day")
    func caps() {
        var site = site(.fraction(1)) { ($0.siteCap, $0.recipientCap) = (3, 2) }
        let first = (0..<4).map { _ in site.answer(request(1)).isUnknown }
        #expect(first == [true, true, false, false])
        #expect(site.answer(request(2)).isUnknown)
        #expect(!site.answer(request(3)).isUnknown)
        #expect(site.answer(request(1, day: 1)).isUnknown)
        #expect(site.lies == 4)
    }
}

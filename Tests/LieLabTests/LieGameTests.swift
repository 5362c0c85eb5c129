import Testing

@testable import LieLab

@Suite("The game of lies")
struct LieGameTests {
    /// A small world.
    static func options(_ change: (inout GameOptions) -> Void = { _ in }) -> GameOptions {
        var options = GameOptions()
        (options.sites, options.addresses, options.days, options.runs) = (6, 100, 40, 3)
        change(&options)
        return options
    }

    private func play(
        _ kind: SpammerKind, _ rate: LieRate, seed: UInt64 = 1, _ change: (inout GameOptions) -> Void = { _ in }
    ) -> GameOutcome {
        LieGame.play(kind, rate: rate, options: Self.options(change), seed: seed)
    }

    @Test("without lies nobody gains or loses", arguments: SpammerKind.all)
    func nothing(_ kind: SpammerKind) {
        let honest = play(kind, .never)
        #expect(honest.lies == 0)
        #expect(honest.addressesFound.found + honest.addressesFound.missed == 0)
        #expect(play(kind, .fraction(0)) == honest)
        let table = GameTable(Self.options(), kinds: [kind], rates: [.fraction(0)])
        #expect(table.cells[0].allSatisfy { $0.saved.mean == 0 && $0.requestsSaved.mean == 0 })
    }

    @Test("who ignores what he is told is not changed by it", arguments: LieRate.compared)
    func ignores(_ rate: LieRate) {
        let (honest, lied) = (play(.ignores, .never), play(.ignores, rate))
        #expect(lied.requests == honest.requests)
        #expect(lied.delivered == honest.delivered)
        #expect(lied.wasted == honest.wasted)
        #expect(lied.liveDropped == 0)
        #expect(lied.sitesFound.found + lied.addressesFound.found == 0)
        #expect((lied.lies > 0) == (rate != .never))
    }

    @Test("the same seed gives the same game, another seed another one", arguments: SpammerKind.all)
    func repeats(_ kind: SpammerKind) {
        #expect(play(kind, .fraction(0.5)) == play(kind, .fraction(0.5)))
        #expect(play(kind, .fraction(0.5)) != play(kind, .fraction(0.5), seed: 2))
    }

    @Test("who keeps feedback drops the fraction of what judged bots asked for", arguments: [0.1, 0.25, 0.5, 1])
    func keeps(_ fraction: Double) {
        let outcome = play(.keeps, .fraction(fraction)) {
            $0.flapping = 0
            $0.addresses = 600
        }
        let share = Double(outcome.liveDropped) / Double(outcome.liveDetected)
        // Four standard deviations of so many draws.
        let margin = 4 * (fraction * (1 - fraction) / Double(outcome.liveDetected)).squareRoot()
        #expect(outcome.liveDetected > 500)
        #expect(abs(share - fraction) <= margin, "\(share)")
        #expect(outcome.lies >= outcome.liveDropped)
    }

    @Test("the more bots must be told so, the less is dropped")
    func sources() {
        let dropped = (1...4).map { needed in
            let kind = SpammerKind("several") { ($0.answers, $0.window) = (needed, 4) }
            return play(kind, .fraction(0.3)) { $0.flapping = 0 }.liveDropped
        }
        #expect(dropped == dropped.sorted(by: >))
        #expect(dropped[0] > 3 * max(1, dropped[3]))
    }

    @Test("a fraction hides the lie from who measures domains, and all of it does not")
    func fractionHides() {
        let table = GameTable(Self.options(), kinds: [.measuresDomains], rates: [.fraction(0.15), .fraction(1)])
        let (some, all) = (table.cells[0][1], table.cells[0][2])
        #expect(all.sitesFound.recall == 1)
        #expect((some.sitesFound.recall ?? 1) < 0.5)
        #expect(some.saved.mean > all.saved.mean + 0.02)
    }

    @Test("lies by recipient are found less often than lies by recipient and network")
    func scope() {
        func found(_ scope: LieScope) -> Double {
            let options = Self.options {
                $0.scope = scope
                $0.recall = 1
            }
            let table = GameTable(options, kinds: [.comparesServers], rates: [.fraction(0.3)])
            return table.cells[0][1].addressesFound.recall ?? 0
        }
        // With all bots judged, the same lie is told to each: nothing to compare.
        #expect(found(.recipient) < 0.05)
        #expect(found(.pair) > 0.9)
    }

    @Test("servers of a site with keys of their own contradict each other")
    func keys() {
        func found(_ isShared: Bool) -> Int {
            play(.comparesServers, .fraction(0.3)) {
                ($0.recall, $0.flapping, $0.sharesLies) = (1, 0, isShared)
            }.addressesFound.found
        }
        #expect(found(true) == 0)
        #expect(found(false) > 20)
    }

    @Test("traps alone save nobody any spam, and cost traps")
    func traps() {
        let table = GameTable(
            Self.options { ($0.trapShare, $0.flapping) = (0.1, 0) }, kinds: [.keeps], rates: [.traps])
        let cell = table.cells[0][1]
        #expect(cell.saved.mean == 0)
        #expect(cell.dropped.mean == 0)
        #expect(cell.trapsDropped.mean > 0.9)
    }

    @Test("who disbelieves a site has its unknown addresses on his list again")
    func disbelief() {
        let table = GameTable(Self.options(), kinds: [.asksTwice], rates: [.fraction(1)])
        #expect(table.cells[0][0].cleaned.mean > 0.95)
        #expect(table.cells[0][1].cleaned.mean < 0.2)
        #expect(table.cells[0][1].wasted.mean > table.cells[0][0].wasted.mean + 0.1)
    }

    @Test("a mix saves what its parts do")
    func mixes() {
        let table = GameTable(Self.options(), kinds: [.ignores, .keeps], rates: [.fraction(0.5)])
        let saved = table.saved(by: .published)
        #expect(abs(saved[1].mean - 0.192 * table.cells[1][1].saved.mean) < 1e-12)
        #expect(saved[0].mean == 0)
    }
}

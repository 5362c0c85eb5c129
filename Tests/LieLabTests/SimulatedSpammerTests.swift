import Testing

@testable import LieLab

@Suite("A spammer who is lied to")
struct SimulatedSpammerTests {
    private func spammer(_ kind: SpammerKind) -> SimulatedSpammer {
        SimulatedSpammer(kind, world: GameWorld(LieGameTests.options { $0.plantedShare = 1 }, seed: 1))
    }

    @Test("one who keeps feedback drops at once, one who ignores it never does")
    func once() {
        var keeper = spammer(.keeps)
        #expect(keeper.hear(isUnknown: true, of: 0, on: 1) == .goOn)
        #expect(!keeper.keeps(0))
        #expect(keeper.keeps(1))
        var other = spammer(.ignores)
        #expect(other.hear(isUnknown: true, of: 0, on: 1) == .goOn)
        #expect(other.keeps(0))
    }

    @Test("one who asks twice asks the next day, and believes the second refusal in a row")
    func twice() {
        var spammer = spammer(.asksTwice)
        _ = spammer.hear(isUnknown: true, of: 0, on: 4)
        #expect(spammer.keeps(0))
        #expect(spammer.isDue(0, on: 5))
        #expect(!spammer.isDue(0, on: 6))
        _ = spammer.hear(isUnknown: false, of: 0, on: 5)
        #expect(spammer.suspects(0))
        #expect(!spammer.isDue(0, on: 6))
        _ = spammer.hear(isUnknown: true, of: 0, on: 9)
        #expect(spammer.keeps(0))
        _ = spammer.hear(isUnknown: true, of: 0, on: 10)
        #expect(!spammer.keeps(0))
    }

    @Test("one who compares servers asks others until three were told the same or one was not")
    func compares() {
        var spammer = spammer(.comparesServers)
        #expect(spammer.hear(isUnknown: true, of: 0, on: 1) == .askAnother)
        #expect(spammer.hear(isUnknown: true, of: 0, on: 1) == .askAnother)
        #expect(spammer.hear(isUnknown: true, of: 0, on: 1) == .goOn)
        #expect(!spammer.keeps(0))
        #expect(spammer.hear(isUnknown: true, of: 1, on: 1) == .askAnother)
        #expect(spammer.hear(isUnknown: false, of: 1, on: 1) == .goOn)
        #expect(spammer.keeps(1))
        #expect(spammer.suspects(1))
    }

    @Test("one with three of four drops what three of the last four bots were told")
    func severalSources() {
        var spammer = spammer(.distrustsOne)
        for isUnknown in [true, false, true] { _ = spammer.hear(isUnknown: isUnknown, of: 0, on: 1) }
        #expect(spammer.keeps(0))
        _ = spammer.hear(isUnknown: true, of: 0, on: 2)
        #expect(!spammer.keeps(0))
    }

    @Test("a site that contradicts itself often is not believed, and all of it is on the list again")
    func contradictions() {
        var spammer = spammer(.asksTwice)
        for day in [1, 2] { _ = spammer.hear(isUnknown: true, of: 0, on: day) }
        #expect(!spammer.keeps(0))
        for entry in 1..<9 {
            _ = spammer.hear(isUnknown: true, of: entry, on: 3)
            _ = spammer.hear(isUnknown: false, of: entry, on: 4)
        }
        spammer.endOfDay()
        #expect(spammer.disbelieves(0))
        #expect(!spammer.disbelieves(1))
        #expect(spammer.keeps(0))
        for day in [5, 6] { _ = spammer.hear(isUnknown: true, of: 0, on: day) }
        #expect(spammer.keeps(0))
    }

    @Test("one who measures domains believes a usual share, and not an unusual one")
    func measures() {
        func isDisbelieved(unknown: Int) -> Bool {
            var spammer = spammer(.measuresDomains)
            for entry in 0..<100 { _ = spammer.hear(isUnknown: entry < unknown, of: entry, on: 1) }
            spammer.endOfDay()
            return spammer.disbelieves(0)
        }
        #expect(!isDisbelieved(unknown: 35))
        #expect(!isDisbelieved(unknown: 50))
        #expect(isDisbelieved(unknown: 65))
    }

    @Test("one who plants accounts mails them, and forgives a site one fault")
    func plants() {
        let world = GameWorld(LieGameTests.options { $0.plantedShare = 1 }, seed: 1)
        let planted = world.entries.firstIndex { $0.kind == .planted } ?? -1
        var planter = spammer(.plantsAccounts)
        #expect(planter.keeps(planted))
        #expect(!spammer(.keeps).keeps(planted))
        _ = planter.hear(isUnknown: true, of: planted, on: 1)
        #expect(!planter.disbelieves(world.entries[planted].site))
        _ = planter.hear(isUnknown: true, of: planted, on: 2)
        #expect(planter.disbelieves(world.entries[planted].site))
    }
}

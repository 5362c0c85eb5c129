import Keeping
import Memory
import Policy
import Seeded
import Testing

@Suite("Counts of senders at several servers")
struct SenderCellTests {
    private func cell(_ random: inout SeededGenerator) -> SenderCell {
        func number() -> UInt32 { .random(in: 0..<3, using: &random) }
        return SenderCell(
            slot: 900, sender: 7, domain: 8, mails: number(), trapped: number(), spam: number(), honest: number(),
            bots: number())
    }

    @Test("merge whatever their order, and however often", arguments: 1...5 as ClosedRange<UInt64>)
    func laws(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        func all() -> PerServer<SenderCell> {
            var all = PerServer(cell(&random), of: ServerID(.random(in: 1..<4, using: &random)))
            for _ in 0..<3 { all.merge(PerServer(cell(&random), of: ServerID(.random(in: 1..<4, using: &random)))) }
            return all
        }
        for _ in 0..<1_000 {
            let (a, b, c) = (all(), all(), all())
            #expect(a.merged(b) == b.merged(a))
            #expect(a.merged(b).merged(c) == a.merged(b.merged(c)))
            #expect(a.merged(a) == a)
        }
    }

    @Test("add up over servers, never twice, and stop at the largest number")
    func sum() {
        let one = SenderCell(slot: 900, sender: 7, domain: 8, mails: 3, trapped: 1)
        let two = SenderCell(slot: 900, sender: 7, domain: 8, mails: .max - 1, spam: 2)
        var all = PerServer(one, of: ServerID(1))
        for _ in 0..<3 { all.merge(PerServer(two, of: ServerID(2))) }
        #expect(
            all.combined
                == SenderCell(slot: 900, sender: 7, domain: 8, mails: .max, trapped: 1, spam: 2))
        var later = one
        later.mails = 5
        #expect(PerServer(one, of: ServerID(1)).merged(PerServer(later, of: ServerID(1))).combined == later)
    }
}

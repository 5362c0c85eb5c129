import Seeded
import Testing

@testable import SpamTracker

@Suite("Sender rows")
struct SenderRowTests {
    @Test("a row's cells with recipients added are what counting them gives", arguments: 1...30)
    func addsRecipients(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let width = [1, 5, 40, 300][Int(seed % 4)]
        let known = (0..<width).map { _ in
            (Int.random(in: 0..<2 * width, using: &generator), Int.random(in: 1...9, using: &generator))
        }
        let row = Sample.row(seed % 5 == 0 ? [] : known)
        let recipients = (0..<Int.random(in: 0...100, using: &generator)).map { _ in
            UInt32.random(in: 0..<UInt32(3 * width), using: &generator)
        }
        var counts = Dictionary(uniqueKeysWithValues: zip(row.domains, row.counts))
        for recipient in recipients { counts[recipient, default: 0] += 1 }
        let cells = row.cells(adding: recipients)
        #expect(cells == counts.keys.sorted().map { UInt64($0) << 32 | UInt64(counts[$0]!) })
    }

    @Test("counts stop at their largest value")
    func saturates() {
        let row = SenderRow([(domain: UInt32(3), count: UInt32.max)])
        #expect(row.cells(adding: [3, 3]) == [3 << 32 | 0xffff_ffff])
    }
}

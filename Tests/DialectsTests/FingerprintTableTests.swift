import SMTP
import Seeded
import Testing

@testable import Dialects

@Suite("Fingerprint tables")
struct FingerprintTableTests {
    @Test("hold what a dictionary holds", arguments: [0, 1, 4, 5, 1_000])
    func model(count: Int) {
        var table = FingerprintTable()
        var model: [Fingerprint: UInt32] = [:]
        var random = SeededGenerator(seed: UInt64(count))
        for number in 0..<UInt32(count) {
            let text = random.word(Int.random(in: 1...2, using: &random))
            let fingerprint = Fingerprint.of(text)
            table[fingerprint] = number
            model[fingerprint] = number
        }
        #expect(table.isEmpty == model.isEmpty)
        for first in "abcdefghijklmnopqrstuvwxyz{" {
            for second in ["", "a", "m", "z", "aa"] {
                let fingerprint = Fingerprint.of("\(first)\(second)")
                #expect(table[fingerprint] == model[fingerprint])
            }
        }
    }
}

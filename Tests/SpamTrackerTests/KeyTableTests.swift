import Seeded
import Testing

@testable import SpamTracker

@Suite("Tables of keys")
struct KeyTableTests {
    @Test("hold what a dictionary holds", arguments: [1, 50, 4_000])
    func dictionary(range: UInt64) {
        var generator = SeededGenerator(seed: range)
        var table = KeyTable<Int>()
        var model: [UInt64: Int] = [:]
        for step in 0..<6_000 {
            // Senders of one network lie beside each other; 0 is a key as others are.
            let key = UInt64.random(in: 0..<range, using: &generator) << (step % 2 == 0 ? 0 : 32)
            if step % 3 == 0 {
                table[key] = step
                model[key] = step
            } else {
                table[key, default: 7] += step
                model[key, default: 7] += step
            }
        }
        #expect(table.count == model.count && table.allKeys.sorted() == model.keys.sorted())
        #expect(model.allSatisfy { table[$0.key] == $0.value } && table[range << 40 | 5] == nil)
        let halves = table.compactMap { key, value in key % 2 == 0 ? Double(value) / 2 : nil }
        #expect(halves.count == model.keys.count { $0 % 2 == 0 })
        #expect(model.allSatisfy { halves[$0.key] == ($0.key % 2 == 0 ? Double($0.value) / 2 : nil) })
        var filled = KeyTable<Int>()
        filled.reserve(table.count)
        table.forEach { filled[$0] = $1 }
        #expect(filled == table)
        filled.compact()
        #expect(filled == table && model.allSatisfy { filled[$0.key] == $0.value })
        filled[1, default: 0] += 1
        #expect(filled != table && KeyTable<Int>() != table)
    }
}

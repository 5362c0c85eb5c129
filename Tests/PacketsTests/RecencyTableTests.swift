import Seeded
import Testing

@testable import Packets

struct RecencyTableTests {
    @Test("Against a list in order of use", arguments: 0..<20)
    func reference(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var table = RecencyTable<Int, Int>()
        var list: [(key: Int, value: Int)] = []
        for step in 0..<2_000 {
            let key = Int.random(in: 0..<30, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0:
                if table.slot(of: key) == nil {
                    _ = table.insert(step, for: key)
                    list.append((key, step))
                }
            case 1:
                if let slot = table.slot(of: key) {
                    table.touch(slot)
                    table[slot] += 1
                    if let index = list.firstIndex(where: { $0.key == key }) {
                        let (_, value) = list.remove(at: index)
                        list.append((key, value + 1))
                    }
                }
            case 2:
                let value = list.firstIndex { $0.key == key }.map { list.remove(at: $0).value }
                #expect(table.remove(key) == value)
            default:
                if Bool.random(using: &generator), !list.isEmpty {
                    let (expected, value) = list.removeFirst()
                    let removed = table.removeOldest()
                    #expect(removed?.key == expected && removed?.value == value)
                }
            }
            #expect(table.count == list.count)
            #expect(table.oldest == list.first?.key)
            if let last = list.last { #expect(table.slot(of: last.key).map { table[$0] } == last.value) }
        }
        #expect(table.removeOldest()?.key == list.first?.key)
    }
}

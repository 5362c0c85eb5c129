import SMTP
import Seeded
import Testing

@testable import Memory

/// The table that grows by a bucket at a time.
@Suite("Slot table")
struct SlotTableTests {
    /// A key whose hash is as bad as `badness` says.
    private struct Key: SlotKey, Hashable {
        let number: Int
        let badness: Int

        var slotHash: UInt64 { UInt64(number / badness) &* 0x9e37_79b9_7f4a_7c15 }
    }

    /// Against what is slow and obvious: a dictionary, and the slots that were handed out.
    @Test("It holds what a dictionary holds", arguments: [(1, 3_000), (7, 3_000), (1_000, 300)])
    func dictionary(badness: Int, range: Int) {
        var generator = SeededGenerator(seed: UInt64(badness))
        var table = SlotTable<Key, Int>()
        var model: [Key: Int] = [:]
        var slots: [Key: Int32] = [:]
        for step in 0..<20_000 {
            let key = Key(number: Int.random(in: 0..<range, using: &generator), badness: badness)
            // It grows, and shrinks, and grows again.
            let isRemoved = Int.random(in: 0..<100, using: &generator) < (step / 5_000 % 2 == 0 ? 30 : 80)
            if let slot = table.slot(of: key) {
                #expect(slots[key] == slot && table.key(of: slot) == key && table[slot] == model[key])
                if isRemoved {
                    table.remove(slot)
                    #expect(!table.isUsed(Int(slot)))
                    (model[key], slots[key]) = (nil, nil)
                } else {
                    table[slot] += 1
                    model[key, default: 0] += 1
                }
            } else {
                #expect(model[key] == nil)
                if !isRemoved {
                    model[key] = step
                    slots[key] = table.insert(step, for: key)
                }
            }
            guard step % 500 == 0 else { continue }
            #expect(table.count == model.count && table.placeCount <= range)
            let used = (0..<table.placeCount).filter(table.isUsed).map { Int32($0) }
            #expect(Set(used) == Set(slots.values))
            #expect(model.allSatisfy { table.slot(of: $0.key).map { table[$0] } == $0.value })
        }
    }

    @Test func roomMadeBeforehandChangesNothing() {
        var table = SlotTable<KeyedHash, Int>()
        table.reserve(5_000)
        for number in 0..<12_000 { #expect(table.insert(number, for: hash(number)) == Int32(number)) }
        #expect((0..<12_000).allSatisfy { table.slot(of: hash($0)) == Int32($0) })
        #expect(table.slot(of: hash(12_000)) == nil && table.count == 12_000)
    }

    @Test func anEmptyOneHasNothing() {
        var table = SlotTable<KeyedHash, Int>()
        #expect(table.slot(of: hash(1)) == nil)
        table.remove(table.insert(1, for: hash(1)))
        #expect(table.slot(of: hash(1)) == nil && table.count == 0 && table.placeCount == 1)
    }

    /// A copy keeps what it has: sessions and walks may hold one while others change.
    @Test func aCopyOfAPiecedArrayStays() {
        var array = PiecedArray<Int>()
        for number in 0..<5_000 { array.append(number) }
        let copy = array
        for number in 0..<5_000 where number % 7 == 0 { array[number] = -1 }
        array.append(5_000)
        #expect(copy.count == 5_000 && (0..<5_000).allSatisfy { copy[$0] == $0 })
        #expect(array.count == 5_001 && (0..<5_000).allSatisfy { array[$0] == ($0 % 7 == 0 ? -1 : $0) })
    }
}

import SMTP
import Seeded
import Testing

import Policy

@testable import Memory

/// Who is remembered when there is not room for all.
@Suite("Fair memory")
struct FairMemoryTests {
    private func memory(
        _ capacity: Int, patience: Int64 = 0, keepsFirst: Bool = false, provenShare: Double = 0.5
    ) -> FairMemory {
        FairMemory(
            capacity: capacity, provenShare: provenShare, newcomers: FairTier.Rule(patience: patience),
            proven: FairTier.Rule(patience: 1_000, keepsFirst: keepsFirst))
    }

    /// Those with a count of two or more are proven.
    private func isProven(_ record: ClientRecord) -> Bool { record.count >= 2 }

    private func record(_ time: Int64, count: Int = 1, network: Int? = nil, block: Int = 0) -> ClientRecord {
        ClientRecord(
            firstSeen: at(time), lastSeen: at(time), count: count,
            place: network.map { NetworkPlace(network: UInt64($0), block: UInt64(block)) })
    }

    private func set(_ memory: inout FairMemory, _ key: Int, _ record: ClientRecord) -> [KeyedHash] {
        memory.set(record, for: hash(key), at: record.lastSeen, isProven: isProven)
    }

    @Test func whoWasNotUsedForLongestGivesWay() {
        var memory = memory(4)
        for key in 1...4 { #expect(set(&memory, key, record(Int64(key))).isEmpty) }
        #expect(set(&memory, 1, record(5)).isEmpty)
        #expect(set(&memory, 5, record(6)) == [hash(2)])
        #expect(memory[hash(1)] != nil && memory[hash(2)] == nil && memory.count == 4)
    }

    @Test func newcomersNeverDisplaceTheProven() {
        var memory = memory(100)
        for key in 0..<50 { _ = set(&memory, key, record(0, count: 2)) }
        for key in 50..<5_000 { _ = set(&memory, key, record(Int64(key), network: key)) }
        #expect((0..<50).allSatisfy { memory[hash($0)] != nil })
        #expect(memory.count == 100 && memory.provenCount == 50)
    }

    @Test func aNewcomerThatIsProvenByNowIsMovedNotForgotten() {
        var memory = memory(4)
        for key in 1...4 { _ = memory.set(record(Int64(key)), for: hash(key), at: at(9), isProven: { _ in false }) }
        let isProven = { (record: ClientRecord) in record.lastSeen == at(1) }
        #expect(memory.set(record(5), for: hash(5), at: at(9), isProven: isProven) == [hash(2)])
        #expect(memory[hash(1)] != nil && memory.provenCount == 1)
    }

    @Test func theProvenThatCameFirstStay() {
        var memory = memory(20, keepsFirst: true)
        for key in 0..<10 { _ = set(&memory, key, record(0, count: 2)) }
        #expect(set(&memory, 10, record(999, count: 2)).isEmpty)
        #expect(memory.provenCount == 10 && memory[hash(10)] != nil)
        // Whoever was not used for long enough gives way.
        #expect(set(&memory, 11, record(1_000, count: 2)) == [hash(0)])
    }

    @Test func aNetworkThatHasUsedUpItsShareLosesItsOwnOldest() {
        var memory = memory(256)
        for key in 0..<16 { _ = set(&memory, key, record(Int64(key), network: 1)) }
        _ = set(&memory, 100, record(0, network: 2))
        #expect(set(&memory, 16, record(16, network: 1)) == [hash(0)])
        #expect(set(&memory, 1, record(17, network: 1)).isEmpty)
        #expect(set(&memory, 17, record(18, network: 1)) == [hash(2)])
        #expect(memory[hash(100)] != nil)
    }

    @Test func theFirstOfACrowdAreThereWhenTheyComeAgain() {
        var memory = memory(256, patience: 3_600)
        for key in 0..<1_000 {
            let evicted = set(&memory, key, record(Int64(key), network: 1))
            #expect(evicted == (key < 16 ? [] : [hash(key)]))
        }
        #expect((0..<16).allSatisfy { memory[hash($0)] != nil })
        #expect(set(&memory, 1_000, record(3_600, network: 1)) == [hash(0)])
        // Whatever a wrong clock has written gives way at once.
        var ahead = self.memory(256, patience: 3_600)
        for key in 0..<16 { _ = set(&ahead, key, record(9_000_000, network: 1)) }
        #expect(set(&ahead, 16, record(0, network: 1)) == [hash(0)])
    }

    @Test func whoHoldsMostForItsSizeGivesWayFirst() {
        var memory = memory(100)
        for key in 0..<10 { _ = set(&memory, key, record(0, network: 100 + key, block: 100 + key)) }
        // A network may hold sixteen, but others come.
        for key in 10..<26 { _ = set(&memory, key, record(1, network: 1, block: 1)) }
        for key in 26..<100 { _ = set(&memory, key, record(2, network: 1_000 + key, block: 1_000 + key)) }
        for key in 100..<115 {
            #expect(set(&memory, key, record(3, network: 2_000 + key, block: 2_000 + key)) == [hash(key - 90)])
        }
        // One is left of it, and nobody holds more than one now: the oldest of all gives way.
        #expect(set(&memory, 115, record(4, network: 5_000, block: 5_000)) == [hash(0)])
    }

    @Test func placesThatContradictEachOtherAreNotCountedTwice() {
        var memory = memory(1_000)
        var generator = SeededGenerator(seed: 7)
        for step in 0..<20_000 {
            let place = NetworkPlace(
                network: .random(in: 0...5, using: &generator), block: .random(in: 0...3, using: &generator),
                allocation: .random(in: 0...2, using: &generator))
            let key = Int.random(in: 0..<2_000, using: &generator)
            var record = record(Int64(step), count: Int.random(in: 1...2, using: &generator))
            record.place = step.isMultiple(of: 7) ? nil : place
            _ = set(&memory, key, record)
            if step.isMultiple(of: 11) { memory.remove(hash(Int.random(in: 0..<2_000, using: &generator))) }
            #expect(memory.count <= 1_000)
        }
        memory.removeAll { _ in true }
        #expect(memory.count == 0)
    }

    /// Against a model that is slow and obvious: without places, least recently used first.
    @Test func withoutNetworksItIsTheLeastRecentlyUsed() {
        var memory = memory(50)
        var order: [Int] = []
        var generator = SeededGenerator(seed: 3)
        for step in 0..<5_000 {
            let key = Int.random(in: 0..<120, using: &generator)
            order.removeAll { $0 == key }
            order.append(key)
            let expected = order.count > 50 ? [hash(order.removeFirst())] : []
            #expect(set(&memory, key, record(Int64(step))) == expected)
        }
        #expect(Set(order.map(hash)) == Set((0..<120).map(hash).filter { memory[$0] != nil }))
    }

    @Test("A restart keeps exactly those that it has to", arguments: [10, 100, 150])
    func restart(rows: Int) {
        var generator = SeededGenerator(seed: UInt64(rows))
        let saved = (0..<rows).map { (key: hash($0), record: record(Int64($0), count: $0 % 10 == 0 ? 2 : 1)) }
            .shuffled(using: &generator)
        var memory = memory(100)
        memory.restore(saved, at: at(1_000), isProven: isProven)
        // The proven, and of the others the newest.
        let proven = (0..<rows).filter { $0 % 10 == 0 }
        let others = (0..<rows).filter { $0 % 10 != 0 }.suffix(max(0, 100 - proven.count))
        let expected = Set((proven + others).map(hash))
        #expect(memory.count == min(rows, 100) && memory.provenCount == proven.count)
        #expect(Set((0..<rows).map(hash).filter { memory[$0] != nil }) == expected)
        // And in the order of their use: the oldest newcomer is the first to go.
        guard rows >= 100 else { return }
        #expect(set(&memory, 1_000, record(1_001)) == [hash(others[others.startIndex])])
    }
    /// What a restart builds at once is what comes of remembering one after the other: also who gives way afterwards.
    @Test("A restart is as if everybody had come again in the order of use", arguments: 1...6)
    func restartInOrder(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let capacity = seed > 4 ? 200 : 600
        let isAscending = seed % 2 == 0
        var rows = (0..<400).map { number -> (key: KeyedHash, record: ClientRecord) in
            let network = Int.random(in: 1...80, using: &generator)
            var row = record(
                Int64.random(in: 0..<300, using: &generator), count: Int.random(in: 1...2, using: &generator),
                network: network, block: 1 + network / 8)
            // Clients of IPv6 hang in a block of an allocation; of some nothing is known.
            if network > 60 { row.place = NetworkPlace(block: UInt64(network), allocation: UInt64(network % 3 + 1)) }
            if number % 23 == 0 { row.place = nil }
            return (hash(number), row)
        }
        if !isAscending { rows.shuffle(using: &generator) }
        var (restored, repeated) = (memory(capacity, patience: 5), memory(capacity, patience: 5))
        restored.restore(rows, at: at(400), isProven: isProven)
        let order = rows.sorted { ($0.record.lastSeen, $0.key.bits) < ($1.record.lastSeen, $1.key.bits) }
        let proven = order.filter { isProven($0.record) }.suffix(capacity / 2)
        let fresh = order.filter { !isProven($0.record) }.suffix(capacity - proven.count)
        for row in fresh + proven { _ = repeated.set(row.record, for: row.key, at: at(400), isProven: isProven) }
        #expect(restored.count == repeated.count && restored.provenCount == repeated.provenCount)
        for step in 0..<3_000 {
            let network = Int.random(in: 1...120, using: &generator)
            let key = Int.random(in: 0..<1_500, using: &generator)
            let record = record(
                Int64(400 + step / 4), count: Int.random(in: 1...2, using: &generator), network: network,
                block: 1 + network / 8)
            #expect(set(&restored, key, record) == set(&repeated, key, record))
        }
        #expect((0..<1_500).allSatisfy { restored[hash($0)] == repeated[hash($0)] })
    }

    @Test func aKeyThatWasSavedTwiceIsThereOnce() {
        var memory = memory(100)
        let rows = (0..<60).map { (key: hash($0 % 20), record: record(Int64($0), count: $0 < 30 ? 2 : 1)) }
        memory.restore(rows, at: at(100), isProven: isProven)
        #expect(memory.count == 20 && (0..<20).allSatisfy { memory[hash($0)]?.lastSeen == at(Int64(40 + $0)) })
    }
}

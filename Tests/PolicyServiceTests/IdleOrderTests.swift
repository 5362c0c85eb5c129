import Seeded
import Testing

@testable import Sockets

/// What ``IdleOrder`` says, by looking at everything: who has the most, of these who was not heard of for longest, and of
/// that one's what was not used for longest.
private struct LinearOrder {
    private var used: [(number: UInt64, owner: Int, at: Int)] = []
    private var heard: [Int: Int] = [:]
    private var clock = 0

    mutating func use(_ number: UInt64, of owner: Int) {
        used.removeAll { $0.number == number }
        clock += 1
        used.append((number, owner, clock))
        heard[owner] = clock
    }

    mutating func remove(_ number: UInt64, of owner: Int) {
        let before = used.count
        used.removeAll { $0.number == number }
        clock += 1
        if used.count != before { heard[owner] = clock }
    }

    var first: UInt64? {
        let counts = Dictionary(grouping: used, by: \.owner).mapValues(\.count)
        guard let most = counts.values.max() else { return nil }
        let owner = counts.keys.filter { counts[$0] == most }.min { heard[$0]! < heard[$1]! }
        return used.filter { $0.owner == owner }.min { $0.at < $1.at }?.number
    }
}

@Suite("Who gives way")
struct IdleOrderTests {
    @Test func isWhoHasTheMostAndOfThatTheOldest() {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<50 {
            var order = IdleOrder<Int>()
            var linear = LinearOrder()
            var owners: [UInt64: Int] = [:]
            for _ in 0..<300 {
                let number = UInt64.random(in: 0..<40, using: &generator)
                let owner = owners[number] ?? Int.random(in: 0..<6, using: &generator)
                owners[number] = owner
                if Int.random(in: 0..<5, using: &generator) < 3 {
                    order.use(number, of: owner)
                    linear.use(number, of: owner)
                } else {
                    order.remove(number, of: owner)
                    linear.remove(number, of: owner)
                }
                #expect(order.first == linear.first)
                #expect(order.isEmpty == (linear.first == nil))
            }
        }
    }

    /// One that comes again and again pushes out its own.
    @Test func aCrowdOfOneOwnerLeavesTheOthersAlone() {
        var order = IdleOrder<Int>()
        for other in 1...100 { order.use(UInt64(other), of: other) }
        for number in UInt64(1_000)..<101_000 {
            order.use(number, of: 0)
            if number >= 2_000, let first = order.first { order.remove(first, of: first <= 100 ? Int(first) : 0) }
        }
        var left: [UInt64] = []
        while let first = order.first {
            left.append(first)
            order.remove(first, of: first <= 100 ? Int(first) : 0)
        }
        #expect(left.filter { $0 <= 100 } == Array(1...100))
        #expect(left.first == 100_000)
    }
}

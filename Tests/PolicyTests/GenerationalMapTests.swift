import Seeded
import Testing

@testable import Policy

/// A map that forgets what was not used for longest.
struct GenerationalMapTests {
    @Test(arguments: [0, 1, 2, 3, 10, 101])
    func itNeverHoldsMoreThanItsCapacity(capacity: Int) {
        var generator = SeededGenerator(seed: 13)
        var map = GenerationalMap<Int, Int>(capacity: capacity)
        for _ in 0..<5_000 {
            let key = Int.random(in: 0..<(2 * capacity + 2), using: &generator)
            map.set(key, for: key)
            #expect(map.count <= max(capacity, 2))
            if let value = map[key] { #expect(value == key) }
        }
    }

    @Test func theLatestHalfIsAlwaysThere() {
        var map = GenerationalMap<Int, Int>(capacity: 20)
        for key in 0..<1_000 {
            map.set(key, for: key)
            for recent in max(0, key - 9)...key { #expect(map[recent] == recent) }
        }
        #expect(map[900] == nil)
    }

    @Test func whatIsSetAgainAndAgainStays() {
        var map = GenerationalMap<Int, String>(capacity: 10)
        for number in 0..<1_000 {
            map.set("kept", for: -1)
            map.set("other", for: number)
            #expect(map[-1] == "kept")
        }
    }

    @Test func aKeyIsThereOnceWithItsLatestValue() {
        var map = GenerationalMap<Int, Int>(capacity: 4)
        map.set(1, for: 1)
        map.set(2, for: 2)
        map.set(10, for: 1)
        #expect(map[1] == 10)
        #expect(map.count == 2)
        map.remove(1)
        #expect(map[1] == nil)
        #expect(map.count == 1)
        map.remove(7)
        #expect(map.count == 1)
    }
}

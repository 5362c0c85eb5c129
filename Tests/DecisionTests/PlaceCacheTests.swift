import Synchronization
import Testing

@testable import Decision

@Suite("Place cache")
struct PlaceCacheTests {
    @Test("what is known is not made again, and what falls on its place takes it")
    func places() {
        let cache = PlaceCache<Int, Int>(places: 1)
        let made = Mutex(0)
        func value(_ key: Int) -> Int {
            cache.value(for: key, bits: UInt64(key)) {
                made.withLock { $0 += 1 }
                return key * 10
            }
        }
        #expect([1, 1, 2, 2, 1].map(value) == [10, 10, 20, 20, 10])
        #expect(made.withLock { $0 } == 3)
    }

    @Test("keys are told apart whatever their bits")
    func collisions() {
        let cache = PlaceCache<Int, Int>(places: 64)
        for round in 0..<3 {
            for key in 0..<1_000 { #expect(cache.value(for: key, bits: UInt64(key / 7)) { key } == key, "\(round)") }
        }
    }
}

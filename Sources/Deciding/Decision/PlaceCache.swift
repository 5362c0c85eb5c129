import Synchronization

/// What was worked out lately, in a fixed number of places, shared by all sessions: what falls on a place that is taken takes
/// it. A lock is held for a comparison and a copy.
final class PlaceCache<Key: Equatable & Sendable, Value: Sendable>: Sendable {
    private struct Entry {
        var key: Key
        var value: Value
    }

    private let entries: Mutex<[Entry?]>
    private let mask: UInt64

    /// An empty cache; the number of `places` must be a power of two.
    init(places: Int) {
        precondition(places > 0 && places & (places - 1) == 0, "not a power of two: \(places)")
        entries = Mutex(Array(repeating: nil, count: places))
        mask = UInt64(places - 1)
    }

    /// What is known of a key, or what `make` makes of it. O(1) beside `make`, which is called without the lock.
    ///
    /// - Parameter bits: a number of the key's, of which any bits may tell it from others.
    func value(for key: Key, bits: UInt64, _ make: () -> Value) -> Value {
        let mixed = (bits ^ bits >> 32) &* 0x9e37_79b9_7f4a_7c15
        let place = Int(mixed >> 40 & mask)
        if let known = entries.withLock({ entries in entries[place].flatMap { $0.key == key ? $0.value : nil } }) {
            return known
        }
        let new = make()
        entries.withLock { $0[place] = Entry(key: key, value: new) }
        return new
    }
}

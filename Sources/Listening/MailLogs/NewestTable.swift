/// What is known by key: the newest `capacity` keys, by when they were first set.
struct NewestTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry: Sendable {
        var value: Value
        var number: UInt64
    }

    let capacity: Int
    /// Keys dropped to make room for newer ones.
    private(set) var forgotten = 0

    private var entries: [Key: Entry] = [:]
    /// Keys in the order in which they were set; ended ones stay until they reach the front.
    private var order: [(key: Key, number: UInt64)] = []
    private var front = 0
    private var sets: UInt64 = 0

    init(capacity: Int) { self.capacity = max(capacity, 1) }

    /// What is known of a key.
    subscript(key: Key) -> Value? { entries[key]?.value }

    /// Sets a key, again if it was set before. Amortised O(1).
    mutating func set(_ key: Key, _ value: Value) {
        sets += 1
        if entries.updateValue(Entry(value: value, number: sets), forKey: key) == nil, entries.count > capacity {
            forgetOldest()
        }
        order.append((key, sets))
        if order.count > 4_096, order.count > 4 * entries.count {
            // Most of it has ended behind one that is still under way.
            order = order[front...].filter { entries[$0.key]?.number == $0.number }
            front = 0
        }
    }

    /// Forgets a key.
    mutating func remove(_ key: Key) {
        entries[key] = nil
        // Keys that ended long ago must not fill the order.
        while front < order.count, entries[order[front].key]?.number != order[front].number { front += 1 }
    }

    /// Changes what is known of a key; does nothing if nothing is.
    mutating func update(_ key: Key, _ body: (inout Value) -> Void) {
        if entries[key] != nil { body(&entries[key]!.value) }
    }

    private mutating func forgetOldest() {
        while front < order.count {
            let (key, number) = order[front]
            front += 1
            guard entries[key]?.number == number else { continue }
            entries[key] = nil
            forgotten += 1
            return
        }
    }
}

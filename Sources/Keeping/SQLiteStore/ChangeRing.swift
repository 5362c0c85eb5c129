internal import Keeping

/// A first-in, first-out queue of changes that never holds more than its capacity: the oldest give way.
struct ChangeRing: Sendable {
    /// The largest number of changes held, at least 1.
    let capacity: Int

    /// The number of changes held.
    private(set) var count = 0

    private var slots: [StoreChange?] = []
    private var head = 0

    /// An empty queue.
    init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    /// Adds `change` behind all others; returns the number of changes that gave way. Amortised O(1).
    mutating func append(_ change: StoreChange) -> Int {
        if count == capacity {
            slots[head] = change
            head = (head + 1) % capacity
            return 1
        }
        if count == slots.count { grow() }
        slots[(head + count) % slots.count] = change
        count += 1
        return 0
    }

    /// Takes up to `limit` of the oldest changes out, oldest first. O(limit).
    mutating func take(_ limit: Int) -> [StoreChange] {
        var taken: [StoreChange] = []
        taken.reserveCapacity(min(limit, count))
        while taken.count < limit, count > 0 {
            if let change = slots[head] { taken.append(change) }
            slots[head] = nil
            head = (head + 1) % slots.count
            count -= 1
        }
        if count == 0 {
            // After a burst the room is given back.
            slots = []
            head = 0
        }
        return taken
    }

    /// Puts changes back before all others; returns how many of them, the oldest, found no room. O(count).
    mutating func putBack(_ changes: [StoreChange]) -> Int {
        let fitting = changes.suffix(capacity - count)
        for change in fitting.reversed() {
            if count == slots.count { grow() }
            head = (head + slots.count - 1) % slots.count
            slots[head] = change
            count += 1
        }
        return changes.count - fitting.count
    }

    private mutating func grow() {
        let size = min(capacity, max(64, slots.count * 2))
        var larger: [StoreChange?] = []
        larger.reserveCapacity(size)
        larger += slots[head...]
        larger += slots[..<head]
        larger += Array(repeating: nil, count: size - larger.count)
        slots = larger
        head = 0
    }
}

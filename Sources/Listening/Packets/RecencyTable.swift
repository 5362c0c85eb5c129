/// A dictionary that knows which of its values was touched longest ago. Every operation is O(1).
///
/// Slots are for use at once: a removal may give a slot to another value.
public struct RecencyTable<Key: Hashable, Value> {
    /// The neighbours of a slot in the order of touching.
    private struct Link: Sendable {
        var older: Int
        var newer: Int
    }

    private static var none: Int { -1 }

    private var slots: [Key: Int] = [:]
    // Apart, so that following the links touches no value.
    private var keys: [Key?] = []
    private var values: [Value?] = []
    private var links: [Link] = []
    private var free: [Int] = []
    private var oldestSlot = RecencyTable.none
    private var newestSlot = RecencyTable.none

    /// An empty table.
    public init() {}

    /// The number of values.
    public var count: Int { slots.count }

    /// The key of the value that was touched longest ago.
    public var oldest: Key? { oldestSlot == Self.none ? nil : keys[oldestSlot] }

    /// Where the value is that was touched longest ago.
    public var oldestValue: Int? { oldestSlot == Self.none ? nil : oldestSlot }

    /// Where the key's value is.
    public func slot(of key: Key) -> Int? { slots[key] }

    /// The value in a slot that is in use.
    public subscript(slot: Int) -> Value {
        _read { yield values[slot]! }
        _modify { yield &values[slot]! }
    }

    /// Puts in a value for a key that has none; it counts as touched.
    public mutating func insert(_ value: Value, for key: Key) -> Int {
        let slot: Int
        if let reused = free.popLast() {
            slot = reused
            keys[slot] = key
            values[slot] = value
        } else {
            slot = values.count
            keys.append(key)
            values.append(value)
            links.append(Link(older: Self.none, newer: Self.none))
        }
        slots[key] = slot
        link(slot)
        return slot
    }

    /// Makes the value in a slot the one touched last.
    public mutating func touch(_ slot: Int) {
        guard slot != newestSlot else { return }
        unlink(slot)
        link(slot)
    }

    /// Removes a key's value.
    public mutating func remove(_ key: Key) -> Value? {
        guard let slot = slots.removeValue(forKey: key) else { return nil }
        unlink(slot)
        let value = values[slot]
        keys[slot] = nil
        values[slot] = nil
        free.append(slot)
        return value
    }

    /// Removes the value that was touched longest ago.
    public mutating func removeOldest() -> (key: Key, value: Value)? {
        guard let key = oldest, let value = remove(key) else { return nil }
        return (key, value)
    }

    private mutating func link(_ slot: Int) {
        links[slot] = Link(older: newestSlot, newer: Self.none)
        if newestSlot != Self.none { links[newestSlot].newer = slot } else { oldestSlot = slot }
        newestSlot = slot
    }

    private mutating func unlink(_ slot: Int) {
        let link = links[slot]
        if link.older != Self.none { links[link.older].newer = link.newer } else { oldestSlot = link.newer }
        if link.newer != Self.none { links[link.newer].older = link.older } else { newestSlot = link.older }
    }
}

extension RecencyTable: Sendable where Key: Sendable, Value: Sendable {}

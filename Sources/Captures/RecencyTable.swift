/// A dictionary that knows which of its values was touched longest ago. Every operation is O(1).
///
/// Slots are for use at once: a removal may give a slot to another value.
struct RecencyTable<Key: Hashable, Value> {
    private struct Node {
        var key: Key
        var value: Value
        /// The neighbours: touched before and after.
        var older: Int
        var newer: Int
    }

    private static var none: Int { -1 }

    private var slots: [Key: Int] = [:]
    private var nodes: [Node?] = []
    private var free: [Int] = []
    private var oldestSlot = RecencyTable.none
    private var newestSlot = RecencyTable.none

    /// The number of values.
    var count: Int { slots.count }

    /// The key of the value that was touched longest ago.
    var oldest: Key? { oldestSlot == Self.none ? nil : nodes[oldestSlot]?.key }

    /// Where the key's value is.
    func slot(of key: Key) -> Int? { slots[key] }

    /// The value in a slot that is in use.
    subscript(slot: Int) -> Value {
        get { nodes[slot]!.value }
        _modify { yield &nodes[slot]!.value }
    }

    /// Puts in a value for a key that has none; it counts as touched.
    mutating func insert(_ value: Value, for key: Key) -> Int {
        let node = Node(key: key, value: value, older: Self.none, newer: Self.none)
        let slot: Int
        if let reused = free.popLast() {
            slot = reused
            nodes[slot] = node
        } else {
            slot = nodes.count
            nodes.append(node)
        }
        slots[key] = slot
        link(slot)
        return slot
    }

    /// Makes the value in a slot the one touched last.
    mutating func touch(_ slot: Int) {
        guard slot != newestSlot else { return }
        unlink(slot)
        link(slot)
    }

    /// Removes a key's value.
    mutating func remove(_ key: Key) -> Value? {
        guard let slot = slots.removeValue(forKey: key) else { return nil }
        unlink(slot)
        let value = nodes[slot]?.value
        nodes[slot] = nil
        free.append(slot)
        return value
    }

    /// Removes the value that was touched longest ago.
    mutating func removeOldest() -> (key: Key, value: Value)? {
        guard let key = oldest, let value = remove(key) else { return nil }
        return (key, value)
    }

    private mutating func link(_ slot: Int) {
        nodes[slot]!.older = newestSlot
        nodes[slot]!.newer = Self.none
        if newestSlot != Self.none { nodes[newestSlot]!.newer = slot } else { oldestSlot = slot }
        newestSlot = slot
    }

    private mutating func unlink(_ slot: Int) {
        let (older, newer) = (nodes[slot]!.older, nodes[slot]!.newer)
        if older != Self.none { nodes[older]!.newer = newer } else { oldestSlot = newer }
        if newer != Self.none { nodes[newer]!.older = older } else { newestSlot = older }
    }
}

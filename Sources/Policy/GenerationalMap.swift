/// A map that forgets what was not used for longest, without ever walking over its entries.
///
/// Entries live in a young and an old half. When the young half is full it becomes the old one, and the old one is
/// forgotten; whatever is used moves to the young half. Every operation is O(1).
struct GenerationalMap<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]
    private let halfCapacity: Int

    /// A map of at most `capacity` entries, at least two.
    init(capacity: Int) {
        halfCapacity = max(capacity / 2, 1)
    }

    var count: Int { young.count + old.count }

    subscript(key: Key) -> Value? { young[key] ?? old[key] }

    mutating func set(_ value: Value, for key: Key) {
        old[key] = nil
        young[key] = value
        guard young.count >= halfCapacity else { return }
        old = young
        young = [:]
    }

    /// Removes the entries that meet a condition; returns how many. O(entries).
    mutating func removeAll(where isRemoved: (Key, Value) -> Bool) -> Int {
        let before = count
        young = young.filter { !isRemoved($0.key, $0.value) }
        old = old.filter { !isRemoved($0.key, $0.value) }
        return before - count
    }

    mutating func remove(_ key: Key) {
        young[key] = nil
        old[key] = nil
    }
}

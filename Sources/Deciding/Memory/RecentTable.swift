/// What was used lately, by keys: of many those stay that were used last, within a factor of two. Two dictionaries: what is
/// found in the older one moves to the newer, and when that is full the older one goes.
struct RecentTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    /// How many are remembered at least, once there are so many; twice as many at most.
    let capacity: Int

    private var newer: [Key: Value] = [:]
    private var older: [Key: Value] = [:]

    /// An empty table.
    init(capacity: Int) { self.capacity = max(1, capacity) }

    /// How many are remembered.
    var count: Int { newer.count + older.count }

    /// The value of a key; `nil` for one that is not remembered. O(1).
    subscript(key: Key) -> Value? {
        get { newer[key] ?? older[key] }
        set {
            older[key] = nil
            guard let newValue else {
                newer[key] = nil
                return
            }
            if newer[key] == nil, newer.count >= capacity { (older, newer) = (newer, [:]) }
            newer[key] = newValue
        }
    }

    /// Forgets all.
    mutating func removeAll() { (newer, older) = ([:], [:]) }
}

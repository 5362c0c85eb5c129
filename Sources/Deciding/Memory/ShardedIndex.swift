import Policy

/// Where things are by key: many small dictionaries, so that one that grows does not hold up whoever waits.
struct ShardedIndex<Key: Hashable & Sendable>: Sendable {
    private static var shardCount: Int { 64 }

    private var shards = [[Key: Int32]](repeating: [:], count: Self.shardCount)

    subscript(key: Key) -> Int32? {
        get { shards[Self.shard(of: key)][key] }
        set { shards[Self.shard(of: key)][key] = newValue }
    }

    private static func shard(of key: Key) -> Int { Int(truncatingIfNeeded: key.hashValue) & (shardCount - 1) }
}

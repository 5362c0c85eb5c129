import Synchronization

/// A key that spreads over a cache's shards.
protocol SpreadKey: Hashable, Sendable {
    /// A number of which any bits will do.
    var spread: UInt64 { get }
}

/// What was worked out and asked for lately, shared by all sessions and bounded in weight.
///
/// Every shard has two generations: new or asked for since the last turn, and before. When the young one has reached its
/// weight it becomes the old one, and the old one is let go. A lock is held for a look-up or an insertion, never while
/// something is worked out or let go, so two sessions may work out the same thing at once; the first one's is kept.
final class RecentCache<Key: SpreadKey, Value: Sendable>: Sendable {
    private struct Entry {
        var value: Value
        var weight: Int
    }

    private struct Generations {
        var young: [Key: Entry] = [:]
        var old: [Key: Entry] = [:]
        var weight = 0
    }

    private final class Shard: Sendable {
        let generations = Mutex(Generations())
    }

    private let shards: [Shard]
    private let limit: Int
    private let mask: UInt64

    /// A cache of at most `weight`, in units of the caller's choice, but never of less than one entry a shard; `shards`
    /// must be a power of two.
    init(weight: Int, shards: Int = 16) {
        self.shards = (0..<shards).map { _ in Shard() }
        mask = UInt64(shards - 1)
        limit = max(1, weight / shards / 2)
    }

    private func shard(of key: Key) -> Shard {
        let spread = key.spread &* 0x9e37_79b9_7f4a_7c15
        return shards[Int(spread >> 48 & mask)]
    }

    /// What is known. O(1).
    func value(for key: Key) -> Value? {
        let shard = shard(of: key)
        if let value = shard.generations.withLock({ $0.young[key]?.value }) { return value }
        let (found, dropped) = shard.generations.withLock { generations in
            guard let entry = generations.old[key], generations.young[key] == nil else {
                return (generations.young[key]?.value, [Key: Entry]())
            }
            return (entry.value, insert(entry, for: key, into: &generations))
        }
        withExtendedLifetime(dropped) {}
        return found
    }

    /// Remembers a value, and returns it, or the one that was remembered before. O(1).
    func insert(_ value: Value, for key: Key, weight: Int) -> Value {
        let shard = shard(of: key)
        let (kept, dropped) = shard.generations.withLock { generations in
            if let entry = generations.young[key] { return (entry.value, [Key: Entry]()) }
            if let entry = generations.old[key] {
                return (entry.value, insert(entry, for: key, into: &generations))
            }
            let entry = Entry(value: value, weight: max(1, weight))
            return (value, insert(entry, for: key, into: &generations))
        }
        withExtendedLifetime(dropped) {}
        return kept
    }

    /// Adds to the young generation; returns what is let go for it.
    private func insert(_ entry: Entry, for key: Key, into generations: inout Generations) -> [Key: Entry] {
        var dropped: [Key: Entry] = [:]
        if generations.weight + entry.weight > limit, !generations.young.isEmpty {
            dropped = generations.old
            generations.old = generations.young
            generations.young = [:]
            generations.weight = 0
        }
        generations.young[key] = entry
        generations.weight += entry.weight
        return dropped
    }

    /// What the entries weigh, those twice that have passed from one generation to the next. O(entries).
    var weight: Int {
        shards.reduce(0) { sum, shard in
            sum + shard.generations.withLock { $0.young.merging($0.old) { $1 }.values.reduce(0) { $0 + $1.weight } }
        }
    }
}

import Policy
import SMTP

/// A bounded number of records, shared out by network: what one network does never makes another one forgotten while
/// there is room for a share of both. Every operation is O(1).
struct FairTier: Sendable {
    /// Who gives way.
    struct Rule: Sendable {
        /// A network that has used up its share loses its oldest record to its newest, if the oldest was not used for
        /// that many seconds; else the newcomer finds no room. So the first of a crowd are there when they come again.
        var patience: Int64 = 0

        /// Whether those who came first stay when there is no more room: else whoever holds most for its size gives way,
        /// and among equals who was not used for longest.
        var keepsFirst = false
    }

    /// A record and its key.
    typealias Record = (key: KeyedHash, record: ClientRecord)

    private struct Entry: Sendable {
        var key: KeyedHash
        var record: ClientRecord
        var leaf: Int32
    }

    private(set) var count = 0
    private var rule: Rule
    private var entries: [Entry] = []
    private var free: [Int32] = []
    private var index = ShardedIndex<KeyedHash>()
    private var order = UseOrder()
    private var all = UseOrder.Ends()
    private var shares: NetworkShares

    /// An empty tier whose networks' shares are those of `capacity`.
    init(capacity: Int, rule: Rule) {
        self.rule = rule
        shares = NetworkShares(capacity: capacity)
    }

    subscript(key: KeyedHash) -> ClientRecord? { index[key].map { entries[Int($0)].record } }

    /// Every key with its record, most recently used first. O(records).
    var contents: [Record] {
        var contents: [Record] = []
        contents.reserveCapacity(count)
        var entry = all.newest
        while entry != UseOrder.none {
            contents.append((entries[Int(entry)].key, entries[Int(entry)].record))
            entry = order.older(than: entry)
        }
        return contents
    }

    /// The records at `count` places from `start` on of ``placeCount`` in all. O(count).
    func records(at start: Int, count: Int) -> [Record] {
        guard start >= 0, start < entries.count else { return [] }
        // A place that is free has a key that the index knows elsewhere, or not at all.
        return (start..<min(entries.count, start + count)).compactMap { place in
            let entry = entries[place]
            return index[entry.key] == Int32(clamping: place) ? (entry.key, entry.record) : nil
        }
    }

    /// How many places there are, used or free.
    var placeCount: Int { entries.count }

    /// The record that was not used for longest.
    var oldest: Record? {
        all.oldest == UseOrder.none ? nil : (entries[Int(all.oldest)].key, entries[Int(all.oldest)].record)
    }

    mutating func setPatience(_ patience: Int64) { rule.patience = patience }

    /// Replaces the record of a key that is there, which is used with that.
    mutating func update(_ record: ClientRecord, for key: KeyedHash) {
        guard let entry = index[key] else { return }
        let leaf = entries[Int(entry)].leaf
        entries[Int(entry)].record = record
        order.touch(entry, in: &all)
        shares.touch(entry, in: leaf)
    }

    /// Makes room for a record of `place`: in the shares of its networks, and in the tier if that is full.
    ///
    /// - Returns: whether there is room now; what gave way is added to `evicted`, also where there is not.
    mutating func makeRoom(for place: NetworkPlace, isFull: Bool, at now: UnixTime, evicted: inout [Record]) -> Bool {
        let before = count
        while let share = shares.exhausted(place) {
            guard evict(shares.oldestEntry(of: share), after: rule.patience, at: now, &evicted) else { return false }
        }
        guard isFull, count == before else { return true }
        guard count > 0 else { return false }
        if rule.keepsFirst { return evict(all.oldest, after: rule.patience, at: now, &evicted) }
        guard let heaviest = shares.heaviest else { return evict(all.oldest, after: 0, at: now, &evicted) }
        let patience = shares.holds(heaviest, place) ? rule.patience : 0
        return evict(shares.oldestEntry(of: heaviest), after: patience, at: now, &evicted)
    }

    /// Adds a record under a key that is not there, for which room was made.
    mutating func insert(_ record: ClientRecord, for key: KeyedHash) {
        let entry: Int32
        if let reused = free.popLast() {
            entry = reused
            entries[Int(entry)] = Entry(key: key, record: record, leaf: UseOrder.none)
        } else {
            entry = Int32(clamping: entries.count)
            entries.append(Entry(key: key, record: record, leaf: UseOrder.none))
        }
        index[key] = entry
        order.insert(entry, in: &all)
        count += 1
        if let place = record.place { entries[Int(entry)].leaf = shares.insert(entry, at: place) }
    }

    /// Forgets a key.
    mutating func remove(_ key: KeyedHash) {
        if let entry = index[key] { remove(entry) }
    }

    private mutating func evict(
        _ entry: Int32, after patience: Int64, at now: UnixTime, _ evicted: inout [Record]
    ) -> Bool {
        let (key, record) = (entries[Int(entry)].key, entries[Int(entry)].record)
        // What the clock has not reached was written under a wrong one.
        guard now - record.lastSeen >= patience || record.lastSeen > now else { return false }
        remove(entry)
        evicted.append((key, record))
        return true
    }

    private mutating func remove(_ entry: Int32) {
        let (key, leaf) = (entries[Int(entry)].key, entries[Int(entry)].leaf)
        order.remove(entry, from: &all)
        shares.remove(entry, from: leaf)
        index[key] = nil
        free.append(entry)
        count -= 1
    }
}

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
        var record: ClientRecord
        var leaf: Int32
    }

    private let capacity: Int
    private var rule: Rule
    private var entries = SlotTable<KeyedHash, Entry>()
    private var order = UseOrder()
    private var all = UseOrder.Ends()
    private var shares: NetworkShares

    /// An empty tier whose networks' shares are those of `capacity`.
    init(capacity: Int, rule: Rule) {
        self.capacity = capacity
        self.rule = rule
        shares = NetworkShares(capacity: capacity)
    }

    /// The number of records.
    var count: Int { entries.count }

    subscript(key: KeyedHash) -> ClientRecord? { entries.slot(of: key).map { entries[$0].record } }

    /// Every key with its record, most recently used first. O(records).
    var contents: [Record] {
        var contents: [Record] = []
        contents.reserveCapacity(count)
        var entry = all.newest
        while entry != UseOrder.none {
            contents.append(record(of: entry))
            entry = order.older(than: entry)
        }
        return contents
    }

    /// The records at `count` places from `start` on of ``placeCount`` in all. O(count).
    func records(at start: Int, count: Int) -> [Record] {
        guard start >= 0, start < placeCount else { return [] }
        return (start..<min(placeCount, start + count)).compactMap { place in
            entries.isUsed(place) ? record(of: Int32(clamping: place)) : nil
        }
    }

    /// How many places there are, used or free.
    var placeCount: Int { entries.placeCount }

    /// The record that was not used for longest.
    var oldest: Record? {
        all.oldest == UseOrder.none ? nil : record(of: all.oldest)
    }

    mutating func setPatience(_ patience: Int64) { rule.patience = patience }

    /// Replaces the record of a key that is there, which is used with that.
    mutating func update(_ record: ClientRecord, for key: KeyedHash) {
        guard let entry = entries.slot(of: key) else { return }
        entries[entry].record = record
        order.touch(entry, in: &all)
        shares.touch(entry, in: entries[entry].leaf)
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
        let entry = entries.insert(Entry(record: record, leaf: UseOrder.none), for: key)
        order.insert(entry, in: &all)
        if let place = record.place { entries[entry].leaf = shares.insert(entry, at: place) }
    }

    /// Takes in many records at once, where there are none, under keys that are all different. The result is that of
    /// inserting one after the other. O(records).
    ///
    /// - Parameters:
    ///   - saved: the records, and more.
    ///   - places: which of them, that used longest ago first.
    /// - Returns: whether there was room for all in the shares of their networks; if not, nothing is taken in.
    mutating func load<Saved: RandomAccessCollection<Record>>(_ saved: Saved, _ places: [UInt32], at now: UnixTime)
        -> Bool
    where Saved.Index == Int {
        var entryOfPlace = [Int32](repeating: UseOrder.none, count: saved.count)
        for place in places { entryOfPlace[Int(place)] = 0 }
        var placeOfEntry: [UInt32] = []
        placeOfEntry.reserveCapacity(places.count)
        entries.reserve(places.count)
        // In the order in which they lie in memory.
        for place in entryOfPlace.indices where entryOfPlace[place] != UseOrder.none {
            let row = saved[place]
            entryOfPlace[place] = entries.insert(
                Entry(record: row.record.asOf(now), leaf: UseOrder.none), for: row.key)
            placeOfEntry.append(UInt32(truncatingIfNeeded: place))
        }
        let byUse = places.map { entryOfPlace[Int($0)] }
        entryOfPlace = []
        guard let leaves = shares.load(byUse, place: { saved[Int(placeOfEntry[Int($0)])].record.place }) else {
            self = FairTier(capacity: capacity, rule: rule)
            return false
        }
        for entry in leaves.indices { entries[Int32(clamping: entry)].leaf = leaves[entry] }
        order.reserve(byUse.count)
        all = order.makeList(byUse)
        return true
    }

    /// Forgets a key.
    mutating func remove(_ key: KeyedHash) {
        if let entry = entries.slot(of: key) { remove(entry) }
    }

    private mutating func evict(
        _ entry: Int32, after patience: Int64, at now: UnixTime, _ evicted: inout [Record]
    ) -> Bool {
        let record = record(of: entry)
        // What the clock has not reached was written under a wrong one.
        guard now - record.record.lastSeen >= patience || record.record.lastSeen > now else { return false }
        remove(entry)
        evicted.append(record)
        return true
    }

    private mutating func remove(_ entry: Int32) {
        order.remove(entry, from: &all)
        shares.remove(entry, from: entries[entry].leaf)
        entries.remove(entry)
    }

    private func record(of entry: Int32) -> Record { (entries.key(of: entry), entries[entry].record) }
}

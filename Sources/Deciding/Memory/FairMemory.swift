import Policy
import SMTP

/// What is remembered of strangers, bounded: newcomers compete among themselves, and the proven have room that no number
/// of newcomers can take. Operations on a key are O(1), amortised.
struct FairMemory: Sendable {
    private var newcomers: FairTier
    private var proven: FairTier
    private let capacity: Int
    private let provenCapacity: Int
    /// The keys that changed since they are noted; of one operation each, so as many as there are while a store is read.
    private var noted: PiecedArray<KeyedHash>?
    /// How many of them were handed out.
    private var handedOut = 0

    /// How many newcomers that have proven themselves meanwhile one operation moves at most.
    private static let maximumPromotions = 16

    /// An empty memory of `capacity` records, at least two; the proven may take up `provenShare` of it.
    init(capacity: Int, provenShare: Double, newcomers: FairTier.Rule, proven: FairTier.Rule) {
        self.capacity = max(capacity, 2)
        provenCapacity = min(max(1, Int(Double(self.capacity) * provenShare)), self.capacity - 1)
        self.newcomers = FairTier(capacity: self.capacity, rule: newcomers)
        self.proven = FairTier(capacity: provenCapacity, rule: proven)
    }

    /// The number of records.
    var count: Int { newcomers.count + proven.count }

    /// The number of those that are proven.
    var provenCount: Int { proven.count }

    subscript(key: KeyedHash) -> ClientRecord? { proven[key] ?? newcomers[key] }

    /// For how long a proven record that was not used keeps its room.
    mutating func setProvenPatience(_ patience: Int64) { proven.setPatience(patience) }

    /// Remembers a record, if there is room for it or somebody gives way; the key was used with that. The record keeps
    /// the place that it has.
    ///
    /// - Returns: the keys that gave way; `key` among them if there is no room for it.
    mutating func set(
        _ record: ClientRecord, for key: KeyedHash, at now: UnixTime, isProven: (ClientRecord) -> Bool
    ) -> [KeyedHash] {
        noted?.append(key)
        var record = record
        var evicted: [KeyedHash] = []
        promoteOldest(at: now, isProven: isProven, &evicted)
        let isProvenNow = isProven(record)
        if let known = proven[key] {
            record.place = known.place ?? record.place
            if isProvenNow, known.place == record.place {
                proven.update(record, for: key)
                return []
            }
            proven.remove(key)
        } else if let known = newcomers[key] {
            record.place = known.place ?? record.place
            if known.place == record.place, !isProvenNow || !canPromote(record, at: now, &evicted) {
                newcomers.update(record, for: key)
                return evicted
            }
            newcomers.remove(key)
        }
        // Among the proven it takes the room of a newcomer; others may be moved there with that, so it asks afterwards.
        if isProvenNow, count >= capacity { _ = makeRoom(for: .init(), at: now, isProven: isProven, &evicted) }
        if isProvenNow, canPromote(record, at: now, &evicted) {
            proven.insert(record, for: key)
        } else if makeRoom(for: record.place ?? .init(), at: now, isProven: isProven, &evicted) {
            newcomers.insert(record, for: key)
        } else {
            evicted.append(key)
        }
        return evicted
    }

    /// The records at some places, first those of the newcomers, then those of the proven; `nil` past the last place. Whoever
    /// goes through all of them may meet with a record twice, or miss one that has proven itself meanwhile. O(count).
    func records(at start: Int, count: Int) -> [FairTier.Record]? {
        let newcomerPlaces = newcomers.placeCount
        guard start < newcomerPlaces + proven.placeCount else { return nil }
        if start + count <= newcomerPlaces { return newcomers.records(at: start, count: count) }
        let first = start < newcomerPlaces ? newcomers.records(at: start, count: newcomerPlaces - start) : []
        let begin = max(0, start - newcomerPlaces)
        return first + proven.records(at: begin, count: max(0, start + count - newcomerPlaces - begin))
    }

    /// Forgets a key.
    mutating func remove(_ key: KeyedHash) {
        noted?.append(key)
        proven.remove(key)
        newcomers.remove(key)
    }

    /// Removes the records that meet a condition. O(records).
    mutating func removeAll(where isRemoved: (ClientRecord) -> Bool) {
        for (key, record) in proven.contents + newcomers.contents where isRemoved(record) { remove(key) }
    }

    /// Takes over what was remembered before, in any order, and nothing of it that lies in the future: the proven first,
    /// of them and of the others those last used, until there is no more room. O(n) if keys ascend, else O(n log n).
    mutating func restore<Saved: RandomAccessCollection<FairTier.Record>>(
        _ saved: Saved, at now: UnixTime, isProven: (ClientRecord) -> Bool
    ) where Saved.Index == Int {
        let sorting = UseSorting(saved, at: now)
        let areProven = saved.map { isProven($0.record.asOf(now)) }
        let all = (proven: areProven.count { $0 }, fresh: areProven.count { !$0 })
        let room = max(0, capacity - count)
        let provenCount = min(room, max(0, provenCapacity - proven.count), all.proven)
        let freshCount = min(room - provenCount, all.fresh)
        // How many of the oldest find no room.
        var surplus = (proven: all.proven - provenCount, fresh: all.fresh - freshCount)
        let chosen = sorting.places.filter { place in
            if areProven[Int(place)] {
                surplus.proven -= 1
                return surplus.proven < 0
            }
            surplus.fresh -= 1
            return surplus.fresh < 0
        }
        var isLoaded = (proven: false, fresh: false)
        if count == 0, sorting.hasUniqueKeys {
            isLoaded.proven = proven.load(saved, chosen.filter { areProven[Int($0)] }, at: now)
            isLoaded.fresh = newcomers.load(saved, chosen.filter { !areProven[Int($0)] }, at: now)
        }
        // What does not fit at once, as after a change of the capacity, goes one by one.
        for place in chosen where !(areProven[Int(place)] ? isLoaded.proven : isLoaded.fresh) {
            let row = saved[Int(place)]
            _ = set(row.record.asOf(now), for: row.key, at: now, isProven: isProven)
        }
    }

    /// A record that changed; `nil` of what was forgotten.
    typealias Noted = (key: KeyedHash, record: ClientRecord?)

    /// Begins to note what changes.
    mutating func beginNoting() {
        noted = PiecedArray()
        handedOut = 0
    }

    /// Whether something changed that was not handed out.
    var hasNoted: Bool { handedOut < (noted?.count ?? 0) }

    /// Hands out what changed, as it is now, at most `count` of it. O(count).
    mutating func takeNoted(atMost count: Int) -> [Noted] {
        guard let noted else { return [] }
        let places = handedOut..<min(noted.count, handedOut + count)
        handedOut = places.upperBound
        return places.map { (noted[$0], self[noted[$0]]) }
    }

    /// Takes over what changed in another memory.
    mutating func adopt(_ changes: [Noted], at now: UnixTime, isProven: (ClientRecord) -> Bool) {
        for (key, record) in changes {
            if let record { _ = set(record, for: key, at: now, isProven: isProven) } else { remove(key) }
        }
    }

    /// Takes in what was kept of a key, if nothing is known of it.
    mutating func recall(
        _ record: ClientRecord, of key: KeyedHash, at now: UnixTime, isProven: (ClientRecord) -> Bool
    ) {
        guard self[key] == nil else { return }
        _ = set(record.asOf(now), for: key, at: now, isProven: isProven)
    }

    /// Moves the oldest newcomers if they have proven themselves by waiting: two at a time, more than come at a time.
    private mutating func promoteOldest(
        at now: UnixTime, isProven: (ClientRecord) -> Bool, _ evicted: inout [KeyedHash]
    ) {
        for _ in 0..<2 {
            guard proven.count < provenCapacity, let (key, record) = newcomers.oldest, isProven(record),
                canPromote(record, at: now, &evicted)
            else { return }
            newcomers.remove(key)
            proven.insert(record, for: key)
        }
    }

    private mutating func canPromote(_ record: ClientRecord, at now: UnixTime, _ evicted: inout [KeyedHash]) -> Bool {
        var victims: [FairTier.Record] = []
        let isFull = proven.count >= provenCapacity
        let hasRoom = proven.makeRoom(for: record.place ?? .init(), isFull: isFull, at: now, evicted: &victims)
        evicted += victims.map(\.key)
        return hasRoom
    }

    /// Makes room among the newcomers. Those that are proven by now are moved instead.
    private mutating func makeRoom(
        for place: NetworkPlace, at now: UnixTime, isProven: (ClientRecord) -> Bool, _ evicted: inout [KeyedHash]
    ) -> Bool {
        var promotions = 0
        while true {
            var victims: [FairTier.Record] = []
            let hasRoom = newcomers.makeRoom(
                for: place, isFull: count >= capacity, at: now, evicted: &victims)
            let before = promotions
            for (key, record) in victims {
                if promotions < Self.maximumPromotions, isProven(record), canPromote(record, at: now, &evicted) {
                    proven.insert(record, for: key)
                    promotions += 1
                } else {
                    evicted.append(key)
                }
            }
            guard hasRoom, promotions > before else { return hasRoom }
        }
    }
}

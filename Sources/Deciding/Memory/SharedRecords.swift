import Policy
import SMTP

/// What is remembered of strangers by this server, and by others that share it: each counts for itself, and what all together
/// have counted decides. Bounded on both sides. Operations on a key are O(1), amortised, and O(servers) where others know it.
struct SharedRecords: Sendable {
    /// What this server has counted.
    private(set) var own: FairMemory
    /// What the others have counted, server by server.
    private var others = SlotTable<KeyedHash, PerServer<ClientRecord>>()
    /// Who of these may stay, by what the others have together.
    private var heard: FairMemory

    /// Records that share out the room of `memory` on either side.
    init(_ memory: FairMemory) {
        own = memory
        heard = memory
    }

    /// The number of records of this server's own.
    var count: Int { own.count }

    /// Every key that is remembered on either side. O(records).
    var keys: Set<KeyedHash> {
        Set(heardSlots.map(others.key)).union((own.records(at: 0, count: .max >> 1) ?? []).map(\.key))
    }

    /// What all servers together have.
    subscript(key: KeyedHash) -> ClientRecord? {
        guard let slot = others.slot(of: key) else { return own[key] }
        guard let own = own[key] else { return others[slot].combined }
        return others[slot].merged(PerServer(own, of: .nobody)).combined
    }

    /// When the others have last seen it lose its standing; `nil` where they have not.
    func revokedElsewhere(_ key: KeyedHash) -> UnixTime? {
        others.slot(of: key).flatMap { others[$0].parts.values.compactMap(\.revokedAt).max() }
    }

    /// The places of what the others have told. O(places).
    private var heardSlots: [Int32] {
        (0..<others.placeCount).filter(others.isUsed).map { Int32(clamping: $0) }
    }

    /// Takes in what another server has counted.
    ///
    /// - Returns: whether that is new.
    mutating func hear(
        _ record: ClientRecord, of key: KeyedHash, from server: ServerID, at now: UnixTime,
        isProven: (ClientRecord) -> Bool
    ) -> Bool {
        let slot = others.slot(of: key)
        let part = PerServer(record, of: server)
        let parts = slot.map { others[$0].merged(part) } ?? part
        if let slot {
            guard others[slot] != parts else { return false }
            others[slot] = parts
        } else {
            _ = others.insert(parts, for: key)
        }
        for gone in heard.set(parts.combined, for: key, at: now, isProven: isProven) { forgetHeard(gone) }
        return true
    }

    private mutating func forgetHeard(_ key: KeyedHash) {
        guard let slot = others.slot(of: key) else { return }
        others.remove(slot)
    }

    /// Takes in what this server itself has counted in an earlier run: the later of two states holds.
    ///
    /// - Returns: what is to be kept on disk, and the keys that gave way; `nil` where nothing is new.
    mutating func resume(
        _ record: ClientRecord, of key: KeyedHash, at now: UnixTime, isProven: (ClientRecord) -> Bool
    ) -> (record: ClientRecord, evicted: [KeyedHash])? {
        let merged = own[key]?.merged(record) ?? record
        guard merged != own[key] else { return nil }
        return (merged, own.set(merged, for: key, at: now, isProven: isProven))
    }

    /// Remembers an own record: see ``FairMemory/set(_:for:at:isProven:)``.
    mutating func set(
        _ record: ClientRecord, for key: KeyedHash, at now: UnixTime, isProven: (ClientRecord) -> Bool
    ) -> [KeyedHash] { own.set(record, for: key, at: now, isProven: isProven) }

    /// Forgets a key, unless it was seen after a time. O(servers).
    mutating func remove(_ key: KeyedHash, lastSeenUpTo time: UnixTime) {
        guard let record = self[key], record.lastSeen <= time else { return }
        own.remove(key)
        heard.remove(key)
        forgetHeard(key)
    }

    /// Removes what was last seen before a time, or everything. O(records).
    mutating func forget(before time: UnixTime?, everything: Bool) {
        guard everything || time != nil else { return }
        let isRemoved = { (record: ClientRecord) in everything || time.map { record.lastSeen < $0 } ?? false }
        own.removeAll(where: isRemoved)
        heard.removeAll(where: isRemoved)
        for slot in heardSlots where isRemoved(others[slot].combined) { others.remove(slot) }
    }

    /// Takes over what this server remembered before: see ``FairMemory/restore(_:at:isProven:)``.
    mutating func restore(
        _ saved: [(key: KeyedHash, record: ClientRecord)], at now: UnixTime, isProven: (ClientRecord) -> Bool
    ) { own.restore(saved, at: now, isProven: isProven) }

    mutating func beginNoting() { own.beginNoting() }

    mutating func takeNoted(atMost count: Int) -> [FairMemory.Noted] { own.takeNoted(atMost: count) }

    mutating func adopt(_ changes: [FairMemory.Noted], at now: UnixTime, isProven: (ClientRecord) -> Bool) {
        own.adopt(changes, at: now, isProven: isProven)
    }

    /// Takes in what this server has kept of a key, if it knows nothing of it.
    mutating func recall(
        _ record: ClientRecord, of key: KeyedHash, at now: UnixTime, isProven: (ClientRecord) -> Bool
    ) { own.recall(record, of: key, at: now, isProven: isProven) }

    /// Exchanges what this server has counted.
    mutating func swapOwn(with other: inout SharedRecords) { swap(&own, &other.own) }

    /// For how long a proven record that was not used keeps its room.
    mutating func setProvenPatience(_ patience: Int64) {
        own.setProvenPatience(patience)
        heard.setProvenPatience(patience)
    }

    /// The own records at some places: see ``FairMemory/records(at:count:)``.
    func records(at start: Int, count: Int) -> [FairTier.Record]? { own.records(at: start, count: count) }
}

public import SMTP

/// A memory that is in use before what was kept has been read: it recalls single records when they are asked for, and notes
/// what changes, so that this holds in the memory that is made of all that was kept.
public protocol LateMemory: Sendable {
    /// An empty memory of the same limits.
    var emptied: Self { get }

    /// From now on notes which records change, until ``takeOver(_:)``.
    mutating func beginNoting()

    /// Whether something is known of a key.
    func knows(_ key: KeyedHash, in table: RecordTable) -> Bool

    /// Takes in what was kept of a key, if nothing is known of it.
    mutating func recall(_ record: ClientRecord, of key: KeyedHash, in table: RecordTable, at now: UnixTime)

    /// Hands out records that changed since they were handed out last, at most `count` of each kind. O(count).
    mutating func takeNoted(atMost count: Int) -> NotedRecords

    /// Takes over what another memory has noted. O(records).
    mutating func adopt(_ noted: NotedRecords, at now: UnixTime)

    /// Takes the records of another memory, which has adopted all that was noted, and notes no more; the other has this one's
    /// then. O(1).
    mutating func takeOver(_ other: inout Self)
}

/// Records that changed, by the table that they are in.
public struct NotedRecords: Sendable {
    /// Of attempts or of clients.
    var records: [FairMemory.Noted]
    /// Of networks.
    var networks: [FairMemory.Noted]
    /// Whether there are no more for now.
    public internal(set) var isLast: Bool
}

extension Greylist: LateMemory {
    /// An empty greylist, or history, of the same limits.
    public var emptied: Greylist { Greylist(configuration: configuration) }

    /// Begins to note which records change.
    public mutating func beginNoting() {
        entries.beginNoting()
        networks.beginNoting()
    }

    /// Whether something is known of a key. O(1).
    public func knows(_ key: KeyedHash, in table: RecordTable) -> Bool {
        table == .network ? networks.own[key] != nil : entries[key] != nil
    }

    /// Takes in what was kept of a key, if nothing is known of it. O(1).
    public mutating func recall(_ record: ClientRecord, of key: KeyedHash, in table: RecordTable, at now: UnixTime) {
        let configuration = configuration
        if table == .network {
            networks.recall(record, of: key, at: now) { configuration.allows($0) }
        } else {
            entries.recall(record, of: key, at: now, isProven: Self.hasPassed)
        }
    }

    /// Hands out records that changed, at most `count` of each kind. O(count).
    public mutating func takeNoted(atMost count: Int) -> NotedRecords {
        let taken = (entries.takeNoted(atMost: count), networks.takeNoted(atMost: count))
        return NotedRecords(
            records: taken.0, networks: taken.1, isLast: !entries.hasNoted && !networks.own.hasNoted)
    }

    /// Takes over what another memory has noted. O(records).
    public mutating func adopt(_ noted: NotedRecords, at now: UnixTime) {
        let configuration = configuration
        entries.adopt(noted.records, at: now, isProven: Self.hasPassed)
        networks.adopt(noted.networks, at: now) { configuration.allows($0) }
    }

    /// Takes the records of another memory, and notes no more. O(1).
    public mutating func takeOver(_ other: inout Greylist) {
        swap(&entries, &other.entries)
        networks.swapOwn(with: &other.networks)
        reconfigure(configuration)
    }
}

extension ClientHistory: LateMemory {
    /// An empty greylist, or history, of the same limits.
    public var emptied: ClientHistory { ClientHistory(configuration: configuration) }

    /// Begins to note which records change.
    public mutating func beginNoting() {
        clients.beginNoting()
        networks.beginNoting()
    }

    /// Whether something is known of a key. O(1).
    public func knows(_ key: KeyedHash, in table: RecordTable) -> Bool {
        (table == .clientNetwork ? networks.own[key] : clients.own[key]) != nil
    }

    /// Takes in what was kept of a key, if nothing is known of it. O(1).
    public mutating func recall(_ record: ClientRecord, of key: KeyedHash, in table: RecordTable, at now: UnixTime) {
        let configuration = configuration
        if table == .clientNetwork {
            networks.recall(record, of: key, at: now) { $0.isSettledNetwork(at: now) }
        } else {
            clients.recall(record, of: key, at: now) { configuration.isProven($0, at: now) }
        }
    }

    /// Hands out records that changed, at most `count` of each kind. O(count).
    public mutating func takeNoted(atMost count: Int) -> NotedRecords {
        let taken = (clients.takeNoted(atMost: count), networks.takeNoted(atMost: count))
        return NotedRecords(
            records: taken.0, networks: taken.1, isLast: !clients.own.hasNoted && !networks.own.hasNoted)
    }

    /// Takes over what another memory has noted. O(records).
    public mutating func adopt(_ noted: NotedRecords, at now: UnixTime) {
        let configuration = configuration
        clients.adopt(noted.records, at: now) { configuration.isProven($0, at: now) }
        networks.adopt(noted.networks, at: now) { $0.isSettledNetwork(at: now) }
    }

    /// Takes the records of another memory, and notes no more. O(1).
    public mutating func takeOver(_ other: inout ClientHistory) {
        clients.swapOwn(with: &other.clients)
        networks.swapOwn(with: &other.networks)
        reconfigure(configuration)
    }
}

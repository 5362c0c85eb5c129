public import Memory
public import SMTP
import Synchronization
import Threads

/// Deciding before all that was kept is in memory, since to read ten million records takes longer than a restart may.
///
/// Until then whatever a decision needs is asked of the store, one key at a time, so that nobody is judged by less than is
/// known of him; where that cannot be told in time, the client is taken for one that is known.
extension DecisionMemory {
    /// From now on asks `records` for what is not in memory, until ``finishReading(greylist:networks:clients:clientNetworks:at:)``.
    public func beginReading(from records: any KeptRecords) {
        greylist.withLock { $0.beginNoting() }
        history.withLock { $0.beginNoting() }
        late.records.withLock { $0 = records }
        late.isReading.store(true, ordering: .sequentiallyConsistent)
    }

    /// Takes over all that was kept, beside what has changed since ``beginReading(from:)``. No lock is held for longer than a
    /// few hundred records take. O(records).
    public func finishReading(
        greylist entries: [(key: KeyedHash, entry: GreylistEntry)] = [],
        networks: [(key: KeyedHash, record: ClientRecord)] = [],
        clients: [(key: KeyedHash, record: ClientRecord)] = [],
        clientNetworks: [(key: KeyedHash, record: ClientRecord)] = [], at now: UnixTime
    ) {
        var readHistory = history.withLock { $0.emptied }
        readHistory.restore(clients, networks: clientNetworks, at: now)
        Self.takeOver(&readHistory, into: history, at: now)
        var readGreylist = greylist.withLock { $0.emptied }
        readGreylist.restore(entries, networks: networks, at: now)
        Self.takeOver(&readGreylist, into: greylist, at: now)
        late.isReading.store(false, ordering: .sequentiallyConsistent)
        late.records.withLock { $0 = nil }
        late.isRead.signal()
    }

    /// Whether not all that was kept is in memory.
    public var isReading: Bool { late.isReading.load(ordering: .relaxed) }

    /// Waits until all that was kept is in memory: what is to be forgotten must not come in afterwards.
    func waitUntilRead() {
        guard isReading else { return }
        late.isRead.wait()
        late.isRead.signal()
    }

    /// Sees to it that what is kept of an attempt is known; `false` if that cannot be told.
    func recall(_ attempt: Greylist.Attempt, at now: UnixTime) -> Bool {
        recall(
            [(attempt.triplet, .attempt), (attempt.pool, .attempt), (attempt.network, .network)], into: greylist,
            at: now)
    }

    /// Sees to it that what is kept of a client is known; `false` if that cannot be told.
    func recall(_ client: ClientKeys, at now: UnixTime) -> Bool {
        recall([(client.client, .client), (client.network, .clientNetwork)], into: history, at: now)
    }

    private func recall<Value: LateMemory>(
        _ keys: [(key: KeyedHash, table: RecordTable)], into place: borrowing Mutex<Value>, at now: UnixTime
    ) -> Bool {
        guard let records = late.records.withLock({ $0 }) else { return true }
        for (key, table) in keys where !place.withLock({ $0.knows(key, in: table) }) {
            do throws(RecordsUnreadable) {
                guard let record = try records.record(of: key, in: table) else { continue }
                place.withLock { $0.recall(record, of: key, in: table, at: now) }
            } catch {
                return false
            }
        }
        return true
    }

    /// How many records of a kind are taken over under one lock.
    private static let piece = 128

    private static func takeOver<Value: LateMemory>(
        _ read: inout Value, into place: borrowing Mutex<Value>, at now: UnixTime
    ) {
        while true {
            let noted = place.withLock { current -> NotedRecords? in
                let noted = current.takeNoted(atMost: piece)
                guard noted.isLast else { return noted }
                read.adopt(noted, at: now)
                current.takeOver(&read)
                return nil
            }
            guard let noted else { return }
            read.adopt(noted, at: now)
        }
    }
}

/// Where records are asked for that are not in memory yet.
struct LateReading: ~Copyable, Sendable {
    let isReading = Atomic(false)
    let records = Mutex<(any KeptRecords)?>(nil)
    /// Has one signal once all is read.
    let isRead = Semaphore()
}

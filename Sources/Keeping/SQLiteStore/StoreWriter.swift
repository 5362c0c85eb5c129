public import Keeping
public import Judgements
public import KeyedHashing
public import Memory
import Policy
public import SMTP
internal import Synchronization
internal import Threads

/// Writes changes to the store in batches, off the threads that serve mail.
///
/// ``submit(_:)`` is for every thread and waits for no disk. A full disk, a damaged file, a missing directory: nothing
/// stops or slows the caller; the writer says so once through its event sink, goes on in memory, and recovers by
/// itself where it can. After a crash or kill all that was committed is there, at most the last interval is missing.
///
/// All other methods wait for the writer's own queue, and so possibly for the disk.
public final class StoreWriter: Keeper {
    private let path: String
    private let limits: WriterLimits
    private let now: @Sendable () -> UnixTime
    private let report: @Sendable (StoreEvent) -> Void
    private let queue = SerialWorker("argot-store")

    /// Shared with submitting threads; held for a few instructions only.
    private let changes: Mutex<ChangeQueue>

    /// Used on `queue` only, so nobody ever waits for it.
    private let disk: Mutex<Disk>

    /// What belongs to the writer's queue.
    private struct Disk: ~Copyable {
        let store: PersistentStore
        var failedSince: UnixTime?
        var droppedBefore = 0
        var backOff: Duration
        var isRetryDue = false
        var isReturnDue = false
    }

    /// Opens the store at `path`, which never fails: the next best to the file is a new file, and then memory.
    ///
    /// `now` tells the time; `onEvent` is called on the writer's queue (or here, while opening) and must not call back
    /// what waits for that queue. O(size of the file), since it is checked.
    public init(
        path: String, hashingKey: HashingKey, limits: WriterLimits = WriterLimits(),
        now: @escaping @Sendable () -> UnixTime, onEvent: @escaping @Sendable (StoreEvent) -> Void
    ) {
        self.path = path
        self.limits = limits
        self.now = now
        report = onEvent
        let store = PersistentStore(path: path, hashingKey: hashingKey, limits: limits, now: now, report: onEvent)
        var queue = ChangeQueue(capacity: limits.capacity, batchSize: limits.batchSize)
        let isInMemory = store.memoryReason != nil
        queue.health = store.memoryReason ?? .ok
        changes = Mutex(queue)
        disk = Mutex(Disk(store: store, backOff: limits.firstBackOff))
        if isInMemory { returnLater() }
    }

    /// Hands over a change. Never waits for the disk; O(1). When too many wait, the oldest is dropped and counted.
    public func submit(_ change: StoreChange) {
        switch changes.withLock({ $0.submit(change) }) {
        case .nothing: break
        case .writeLater: run(after: limits.interval) { [weak self] in self?.write() }
        case .writeNow: queue.async { [weak self] in self?.write() }
        }
    }

    /// Whether what is submitted reaches the disk.
    public var health: StoreHealth { changes.withLock { $0.health } }

    /// How many changes wait, were written, and were lost.
    public var counts: KeeperCounts { changes.withLock { $0.counts } }

    /// Writes everything submitted before; returns whether it is on disk. While writing fails, one attempt is made.
    @discardableResult
    public func flush() -> Bool {
        queue.sync { write() && health == .ok }
    }

    /// Writes everything submitted before, and closes the file. What comes later is dropped.
    @discardableResult
    public func close() -> Bool {
        queue.sync {
            let isWritten = write() && health == .ok
            changes.withLock { $0.close() }
            disk.withLock { $0.store.close() }
            return isWritten
        }
    }

    /// Everything remembered, for a start: also from a file that can only be read. Nothing when it is damaged.
    public func loadState() -> StoredState {
        queue.sync {
            defer { noteMemory() }
            let state = (try? disk.withLock { disk throws(StoreError) in try disk.store.loadState() }) ?? StoredState()
            if !state.unreadable.isEmpty { report(.unreadable(state.unreadable)) }
            return state
        }
    }

    /// Everything else, and where attempts and clients are read from, if the file is so large that they may be many.
    public func beginLoading() -> (state: StoredState, records: any LateRecords)? {
        queue.sync {
            let size = disk.withLock { disk in disk.store.memoryReason == nil ? try? disk.store.store?.byteCount() : nil
            }
            guard let size, size >= limits.lateReadingBytes,
                let records = try? StoredRecords(path: path, report: report)
            else { return nil }
            var state = StoredState()
            do throws(StoreError) {
                try disk.withLock { disk throws(StoreError) in try disk.store.store?.loadOthers(into: &state) }
            } catch {
                // What is wrong is dealt with where everything is read.
                return nil
            }
            if !state.unreadable.isEmpty { report(.unreadable(state.unreadable)) }
            return (state, records)
        }
    }

    /// Looks soon, on the writer's queue, and hands over the lies that are not to be told again if another process has
    /// changed the store since the last look, or `always`. Waits for nothing.
    public func lookForUndoneLies(always: Bool, _ take: @escaping @Sendable (Set<LieKey>) -> Void) {
        queue.async { [weak self] in
            guard let self else { return }
            defer { noteMemory() }
            let lies = try? disk.withLock { disk throws(StoreError) in
                try disk.store.perform { store throws(StoreError) in
                    try always ? store.loadUndoneLies() : store.undoneLiesIfChanged()
                }
            }
            if let lies { take(lies) }
        }
    }

    /// A number that changes whenever labels of senders change or mails are imported; `nil` if the store cannot be read.
    public func sendersGeneration() -> Int64? {
        queue.sync {
            try? disk.withLock { disk throws(StoreError) in
                try disk.store.perform { store throws(StoreError) in try store.sendersGeneration() }
            }
        }
    }

    /// The counts of senders in the file, opened for reading.
    public func senderCounts() throws(StoreError) -> any SenderCounts { try Store(readingFrom: path) }

    /// Removes what `retention` no longer allows, soon, on the writer's queue; old verdicts in slices, between which
    /// others have their turn.
    public func prune(_ retention: Retention) {
        queue.async { [weak self] in
            guard let self else { return }
            var isDone = true
            do throws(StoreError) {
                let time = now()
                isDone = try disk.withLock { disk throws(StoreError) in
                    try disk.store.perform { store throws(StoreError) in
                        if let jump = try store.clockJump(at: time) { report(.clockJumped(seconds: jump)) }
                        if try store.pruneJournal(now: time, retention: retention) { return false }
                        try store.prune(now: time, retention: retention)
                        return true
                    }
                }
            } catch {
                report(.pruningFailed(error))
            }
            noteMemory()
            if !isDone { prune(retention) }
        }
    }

    /// Takes new limits of the journal, soon, on the writer's queue.
    public func limitJournal(bytes: Int64) {
        queue.async { [weak self] in self?.disk.withLock { $0.store.limits.journalBytes = bytes } }
    }

    /// Takes a new limit of the sightings, soon, on the writer's queue.
    public func limitSightings(rows: Int) {
        queue.async { [weak self] in self?.disk.withLock { $0.store.limits.sightingRows = rows } }
    }

    /// Adds a judgement to the messages of a name, of everything submitted before too. Waits for the disk.
    public func judge(_ name: MessageName, _ judgement: MailJudgement) throws(StoreError) -> Int {
        try afterWriting { store throws(StoreError) in try store.judge(name, judgement) }
    }

    /// Removes what `scope` names and was last seen up to a time, of everything submitted before too. Waits for the disk.
    public func purge(_ scope: PurgeScope, lastSeenUpTo time: UnixTime) throws(StoreError) -> PurgeReport {
        try afterWriting { store throws(StoreError) in try store.purge(scope, lastSeenUpTo: time) }
    }

    /// Writes everything submitted before, and then does `body`, on the writer's queue.
    private func afterWriting<Outcome: Sendable>(
        _ body: @Sendable (Store) throws(StoreError) -> Outcome
    ) throws(StoreError) -> Outcome {
        let result = queue.sync { () -> Result<Outcome, StoreError> in
            defer { noteMemory() }
            guard write() else {
                var reason = "writing fails at present"
                if case .degraded(let cause, _) = health { reason += ": \(cause)" }
                return .failure(StoreError(.other, path: path, detail: reason))
            }
            do throws(StoreError) {
                return .success(
                    try disk.withLock { disk throws(StoreError) in
                        try disk.store.perform { store throws(StoreError) in try body(store) }
                    })
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Waits until what the writer's queue was asked for is done; asks for nothing itself.
    func settle() { queue.sync {} }

    /// Runs `body` with the store in use, on the writer's queue.
    func withStore(_ body: @Sendable (Store?) -> Void) {
        queue.sync { disk.withLock { body($0.store.store) } }
    }

    private func run(after delay: Duration, _ body: @escaping @Sendable () -> Void) {
        queue.async(after: delay, body)
    }

    /// Writes what waits now, batch by batch, until it is done or fails. On the queue only.
    @discardableResult
    private func write() -> Bool {
        var remaining = changes.withLock { $0.begin() }
        while remaining > 0 {
            let batch = changes.withLock { $0.take(remaining) }
            guard !batch.isEmpty else { break }
            remaining -= batch.count
            do {
                try disk.withLock { disk throws(StoreError) in try disk.store.apply(batch) }
                changes.withLock { $0.finish(batch.count) }
                recover()
            } catch {
                changes.withLock { $0.putBack(batch) }
                degrade(error)
                return false
            }
        }
        return true
    }

    private func degrade(_ error: StoreError) {
        let time = now()
        let dropped = counts.dropped
        let (isNew, delay) = disk.withLock { disk -> (Bool, Duration?) in
            let isNew = disk.failedSince == nil
            if isNew {
                disk.failedSince = time
                disk.droppedBefore = dropped
            }
            guard !disk.isRetryDue else { return (isNew, nil) }
            disk.isRetryDue = true
            let delay = disk.backOff
            disk.backOff = min(delay * 2, limits.longestBackOff)
            return (isNew, delay)
        }
        if isNew {
            changes.withLock { $0.health = .degraded(reason: error.description, since: time) }
            report(.degraded(error))
        }
        guard let delay else { return }
        run(after: delay) { [weak self] in
            self?.disk.withLock { $0.isRetryDue = false }
            self?.write()
        }
    }

    private func recover() {
        let (since, droppedBefore) = disk.withLock { disk in
            defer {
                disk.failedSince = nil
                disk.backOff = limits.firstBackOff
                disk.isRetryDue = false
            }
            return (disk.failedSince, disk.droppedBefore)
        }
        if let since {
            changes.withLock { $0.health = .ok }
            report(.recovered(seconds: now() - since, dropped: counts.dropped - droppedBefore))
        }
        noteMemory()
    }

    /// Passes on that the store has gone into memory.
    private func noteMemory() {
        guard let reason = disk.withLock({ $0.store.memoryReason }) else { return }
        changes.withLock { $0.health = reason }
        returnLater()
    }

    /// Looks now and then whether the file can be used again.
    private func returnLater() {
        let isScheduled = disk.withLock { disk in
            defer { disk.isReturnDue = true }
            return disk.isReturnDue
        }
        guard !isScheduled else { return }
        run(after: limits.longestBackOff) { [weak self] in
            guard let self else { return }
            let (reason, hasReturned) = disk.withLock { disk in
                disk.isReturnDue = false
                return (disk.store.memoryReason, disk.store.returnToFile())
            }
            guard case .degraded(_, let since)? = reason else { return }
            guard hasReturned else { return returnLater() }
            changes.withLock { $0.health = .ok }
            report(.returned(seconds: now() - since))
            write()
        }
    }
}

internal import Keeping
internal import KeyedHashing
internal import SMTP
internal import SQLite

/// A store that always works: on its file, on a new file when that one is damaged, or in memory.
///
/// Used by one thread at a time.
final class PersistentStore {
    let path: String
    private let hashingKey: HashingKey
    /// What may be kept; the writer changes it at a reload.
    var limits: WriterLimits
    private let now: @Sendable () -> UnixTime
    private let report: @Sendable (StoreEvent) -> Void

    /// The store in use; `nil` only between the end of one and the start of the next, or if even memory is refused.
    private(set) var store: Store?

    /// Why it is in memory, and since when; `nil` while it has its file.
    private(set) var memoryReason: StoreHealth?

    /// Opens `path`, or the next best.
    init(
        path: String, hashingKey: HashingKey, limits: WriterLimits, now: @escaping @Sendable () -> UnixTime,
        report: @escaping @Sendable (StoreEvent) -> Void
    ) {
        self.path = path
        self.hashingKey = hashingKey
        self.limits = limits
        self.now = now
        self.report = report
        do throws(StoreError) {
            store = try Store(path: path, hashingKey: hashingKey)
        } catch {
            if error.isReplaceable { replace(after: error) } else { goIntoMemory(after: error) }
        }
    }

    /// Writes `changes`; when the file turns out to be damaged or gone, into a new one.
    func apply(_ changes: [StoreChange]) throws(StoreError) {
        try perform { store throws(StoreError) in
            try store.checkFile()
            try store.checkLog(limit: limits.logBytes)
            try store.apply(changes)
        }
        let sightings = changes.count { if case .sighting = $0 { true } else { false } }
        if sightings > 0 {
            let rows = memoryReason == nil ? limits.sightingRows : limits.memorySightingRows
            try? store?.limitSightings(rows: rows, added: sightings)
        }
        let verdicts = changes.count { if case .verdict = $0 { true } else { false } }
        guard verdicts > 0 else { return }
        let rows = memoryReason == nil ? limits.journalRows : limits.memoryJournalRows
        // What is written is written; a failure here shows at the next batch.
        try? store?.limitJournal(rows: rows, bytes: limits.journalBytes, added: verdicts)
    }

    /// Everything remembered. A store in memory remembers nothing, but its file may still be readable.
    func loadState() throws(StoreError) -> StoredState {
        if memoryReason != nil, let reader = try? Store(readingFrom: path), let state = try? reader.loadState() {
            return state
        }
        return try perform { store throws(StoreError) in try store.loadState() }
    }

    /// Runs `body` on the store; once more on a new one when the file turns out to be damaged or gone.
    func perform<Result>(_ body: (Store) throws(StoreError) -> Result) throws(StoreError) -> Result {
        do throws(StoreError) {
            return try body(try opened())
        } catch {
            guard error.isReplaceable else { throw error }
            replace(after: error)
            return try body(try opened())
        }
    }

    /// Leaves memory for the file, if that can be used again. What is remembered of attempts and clients goes along; verdicts
    /// reached in memory stay behind.
    ///
    /// - Returns: whether it has its file again. O(what is remembered).
    func returnToFile() -> Bool {
        guard memoryReason != nil, let memory = store, let file = try? Store(path: path, hashingKey: hashingKey) else {
            return false
        }
        do throws(StoreError) {
            try file.apply(try memory.loadState().changes)
        } catch {
            return false
        }
        store = file
        memoryReason = nil
        return true
    }

    /// Closes the file; the next use opens nothing.
    func close() { store = nil }

    private func opened() throws(StoreError) -> Store {
        guard let store else { throw StoreError(.cannotOpen, path: path, detail: "the store is closed") }
        return store
    }

    /// Moves the file aside if it is there, and starts a new one.
    private func replace(after cause: StoreError) {
        guard memoryReason == nil else { return goIntoMemory(after: cause) }
        store = nil
        do throws(StoreError) {
            let files = DatabaseFiles(path: path)
            var target: String?
            if files.mainFileSize != nil, cause.code == .corrupt {
                target = freeName()
                do throws(SQLiteError) {
                    try files.move(to: target!)
                } catch {
                    throw StoreError(error, path: path)
                }
            }
            store = try Store(path: path, hashingKey: hashingKey)
            report(.replaced(cause, movedTo: target))
        } catch {
            goIntoMemory(after: error)
        }
    }

    /// Where no database lies yet.
    private func freeName() -> String {
        let time = now().seconds
        var number = 1
        while true {
            let name = DataDirectory.moved(path, at: time, number: number)
            if DatabaseFiles(path: name).mainFileSize == nil { return name }
            number += 1
        }
    }

    private func goIntoMemory(after cause: StoreError) {
        store = try? Store(path: Database.inMemory, hashingKey: hashingKey)
        memoryReason = .degraded(reason: cause.description, since: now())
        report(.inMemory(cause))
    }
}

extension StoreError {
    /// Whether the file is of no more use, so that a new one has to be started.
    var isReplaceable: Bool { code == .corrupt || code == .fileGone }
}

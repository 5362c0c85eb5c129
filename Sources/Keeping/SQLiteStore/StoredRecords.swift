internal import Keeping
internal import Memory
internal import SMTP
internal import Synchronization
internal import Threads

/// The attempts and clients of a database that the daemon has opened and checked, read beside the writer by connections of
/// their own.
final class StoredRecords: LateRecords {
    /// How long a question may wait for those before it. A look-up takes some microseconds where the file is in memory: whoever
    /// waits for so long waits for a disk that hangs.
    private static let patience = Duration.milliseconds(200)

    private let path: String
    private let report: @Sendable (StoreEvent) -> Void
    /// Has one signal, which is taken while a question is answered.
    private let turn = Semaphore()
    private let reader: Mutex<Reader>
    /// Whether a question has waited in vain since one was answered: the next ones do not.
    private let hangs = Atomic(false)

    private struct Reader: ~Copyable {
        let store: Store
    }

    /// - Throws: when the file cannot be opened for reading.
    init(path: String, report: @escaping @Sendable (StoreEvent) -> Void) throws(StoreError) {
        self.path = path
        self.report = report
        reader = Mutex(Reader(store: try Store(readingFrom: path)))
        turn.signal()
    }

    func record(of key: KeyedHash, in table: RecordTable) throws(RecordsUnreadable) -> ClientRecord? {
        let patience = hangs.load(ordering: .relaxed) ? .zero : Self.patience
        guard turn.wait(until: .now.advanced(by: patience)) else {
            hangs.store(true, ordering: .relaxed)
            throw RecordsUnreadable()
        }
        defer { turn.signal() }
        do {
            let record = try reader.withLock { reader throws(StoreError) in try reader.store.record(of: key, in: table)
            }
            hangs.store(false, ordering: .relaxed)
            return record
        } catch {
            throw RecordsUnreadable()
        }
    }

    func all() throws(StoreError) -> StoredState {
        let store = try Store(readingFrom: path)
        var state = StoredState()
        try store.loadRecords(into: &state)
        if !state.unreadable.isEmpty { report(.unreadable(state.unreadable)) }
        return state
    }
}

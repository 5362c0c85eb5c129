/// What the administrator should know about the store. Each is said once, when it happens.
public enum StoreEvent: Hashable, Sendable {
    /// Writing failed; the newest changes are kept in memory, and writing is tried again.
    case degraded(StoreError)

    /// Writing works again after `seconds`; `dropped` changes were lost meanwhile.
    case recovered(seconds: Int64, dropped: Int)

    /// The file was damaged or gone, and a new one was started. `movedTo` is where the old one is; `nil` when there was
    /// none. The new one is empty: submit what is in memory again.
    case replaced(StoreError, movedTo: String?)

    /// No file can be used: all is kept in memory until one can, and the journal is short.
    case inMemory(StoreError)

    /// The file can be used again after `seconds` in memory; the verdicts of that time are lost.
    case returned(seconds: Int64)

    /// Rows of some tables hold keys or numbers that cannot be; they are left out, and removed in time.
    case unreadable([String: Int])

    /// The clock differs by so many seconds from what was expected, so nothing is removed for its age until it has gone on
    /// like that for a day.
    case clockJumped(seconds: Int64)

    /// Old rows could not be removed; the next time may do better.
    case pruningFailed(StoreError)
}

extension StoreEvent: CustomStringConvertible {
    /// The event in words for the log.
    public var description: String {
        switch self {
        case .degraded(let error): "changes are kept in memory until writing works again: \(error)"
        case .recovered(let seconds, let dropped):
            "writing works again after \(seconds) s, \(dropped) changes were lost"
        case .replaced(let error, let path?): "started a new database, the old one is \(path): \(error)"
        case .replaced(let error, nil): "started a new database: \(error)"
        case .inMemory(let error): "going on in memory until the file can be used: \(error)"
        case .returned(let seconds):
            "the database's file is used again after \(seconds) s in memory; the verdicts of that time are lost"
        case .unreadable(let tables):
            "rows that hold impossible values are left out: "
                + tables.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        case .clockJumped(let seconds):
            "the clock has jumped by \(seconds) s: nothing is removed for its age until it has gone on like that for a day"
        case .pruningFailed(let error): "old rows stay for now: \(error)"
        }
    }
}

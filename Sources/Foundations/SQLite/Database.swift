private import CSQLite
private import Glibc

/// A connection to a SQLite database.
///
/// A connection is not safe to use from two threads at once; it is not `Sendable`, and callers serialise. It may move
/// between threads. Statements keep the connection open until the last of them is gone.
@safe
public final class Database {
    /// What a connection may do.
    public enum Access: Sendable {
        /// Only read; the file must exist.
        case readOnly

        /// Read and write; the file must exist.
        case readWrite

        /// Read and write; a missing file is made, with mode 640 at most.
        case create

        fileprivate var flags: Int32 {
            switch self {
            case .readOnly: SQLITE_OPEN_READONLY
            case .readWrite: SQLITE_OPEN_READWRITE
            case .create: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            }
        }
    }

    /// The path of a database that lives in memory and dies with its connection.
    public static let inMemory = ":memory:"

    /// The file, or ``inMemory``.
    public let path: String

    /// Owned: opened in `init`, closed once in `deinit`.
    let handle: OpaquePointer

    /// Owned: compiled at the first transaction, finalised once in `deinit`. Every batch of changes has one.
    private var beginning: OpaquePointer?
    private var commitment: OpaquePointer?

    /// Opens `path`. A call that meets another connection's lock waits up to `busyTimeout` milliseconds for it.
    ///
    /// SQLite reads the file only when it is first used, so a file that is no database is refused later.
    public init(path: String, access: Access, busyTimeout: Int = 5_000) throws(SQLiteError) {
        Self.isPrepared
        if access == .create, path != Self.inMemory {
            // The path is a NUL-terminated copy that lives through the call. Nothing that exists is opened: closing it
            // would release the locks of other connections in this process. SQLite's own mode would be 644.
            let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
            if descriptor >= 0 { Glibc.close(descriptor) }
        }
        var handle: OpaquePointer?
        // The path is a NUL-terminated copy that lives through the call; `handle` outlives it.
        let result = unsafe sqlite3_open_v2(path, &handle, access.flags | SQLITE_OPEN_NOMUTEX, nil)
        guard result == SQLITE_OK, let opened = unsafe handle else {
            // SQLite hands out a connection even on failure: it holds the message, and has to be closed.
            let error = unsafe handle.map { unsafe Self.error(of: $0, result: result, sql: nil, path: path) }
            unsafe sqlite3_close_v2(handle)
            throw error ?? SQLiteError(extendedCode: result, message: "out of memory", path: path)
        }
        self.path = path
        // Both calls take the connection that was just opened.
        unsafe self.handle = opened
        unsafe sqlite3_extended_result_codes(opened, 1)
        unsafe sqlite3_busy_timeout(opened, Int32(clamping: busyTimeout))
    }

    /// Has SQLite keep no counts of memory, once and before its first use; thread-safe by the language's rules for globals.
    private static let isPrepared: Void = argot_sqlite_count_no_memory()

    deinit {
        // The only owner is gone; SQLite waits for remaining statements by itself.
        unsafe sqlite3_finalize(beginning)
        unsafe sqlite3_finalize(commitment)
        unsafe sqlite3_close_v2(handle)
    }

    /// Runs every statement in `sql`, and throws their rows away.
    public func execute(_ sql: String) throws(SQLiteError) {
        // The text is a NUL-terminated copy that lives through the call; no callback is given.
        let result = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
        guard result == SQLITE_OK else { throw error(result, sql: sql) }
    }

    /// Compiles the one statement in `sql`.
    public func prepare(_ sql: String) throws(SQLiteError) -> Statement {
        try Statement(sql, in: self)
    }

    /// The first column of the first row of `sql` as a number; 0 when there is no row.
    public func number(_ sql: String) throws(SQLiteError) -> Int64 {
        let statement = try prepare(sql)
        return try statement.step() ? statement.integer(at: 0) : 0
    }

    /// The first column of the first row of `sql` as text; empty when there is no row.
    public func text(_ sql: String) throws(SQLiteError) -> String {
        let statement = try prepare(sql)
        return try statement.step() ? statement.text(at: 0) : ""
    }

    /// Runs `body` in a transaction that may write: committed when it returns, rolled back when it throws.
    ///
    /// Transactions do not nest.
    public func transaction<Result>(_ body: () throws(SQLiteError) -> Result) throws(SQLiteError) -> Result {
        // The connection is open, and the statements are this object's own.
        unsafe try run(&beginning, "BEGIN IMMEDIATE")
        do throws(SQLiteError) {
            let result = try body()
            unsafe try run(&commitment, "COMMIT")
            return result
        } catch {
            // SQLite has rolled back by itself after some failures; a second failure would only hide the first.
            if isInTransaction { try? execute("ROLLBACK") }
            throw error
        }
    }

    /// Runs a statement without rows and values, which is compiled at its first use.
    @unsafe
    private func run(_ statement: inout OpaquePointer?, _ sql: String) throws(SQLiteError) {
        if unsafe statement == nil {
            // The text is a NUL-terminated copy that lives through the call.
            let result = unsafe sqlite3_prepare_v3(
                handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
            guard result == SQLITE_OK else { throw error(result, sql: sql) }
        }
        let result = unsafe sqlite3_step(statement)
        // What `sqlite3_reset` returns repeats the step's failure, and its message is the connection's until then.
        let failure = result == SQLITE_DONE ? nil : error(result, sql: sql)
        unsafe sqlite3_reset(statement)
        if let failure { throw failure }
    }

    /// Whether a transaction is open.
    public var isInTransaction: Bool {
        // Asks the open connection.
        unsafe sqlite3_get_autocommit(handle) == 0
    }

    /// The number of rows that the last INSERT, UPDATE or DELETE changed.
    public var changes: Int {
        // Asks the open connection.
        Int(unsafe sqlite3_changes64(handle))
    }

    func error(_ result: Int32, sql: String?) -> SQLiteError {
        // The connection is open.
        unsafe Self.error(of: handle, result: result, sql: sql, path: path)
    }

    @unsafe
    private static func error(of handle: OpaquePointer, result: Int32, sql: String?, path: String) -> SQLiteError {
        // The message belongs to the connection until its next call; it is copied here.
        let message = unsafe sqlite3_errmsg(handle).map { unsafe String(cString: $0) }
        let extended = unsafe sqlite3_extended_errcode(handle)
        return SQLiteError(
            extendedCode: extended & 0xff == result & 0xff ? extended : result, message: message ?? "unknown error",
            sql: sql, path: path)
    }
}

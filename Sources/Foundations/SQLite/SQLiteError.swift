private import CSQLite

/// A failure that SQLite reported.
public struct SQLiteError: Error, Hashable, Sendable {
    /// The extended result code (sqlite.org/rescode.html); its low eight bits are the primary code.
    public let extendedCode: Int32

    /// SQLite's words.
    public let message: String

    /// The statement that failed; `nil` when there was none.
    public let sql: String?

    /// The database's file.
    public let path: String

    /// An error from its parts.
    public init(extendedCode: Int32, message: String, sql: String? = nil, path: String) {
        self.extendedCode = extendedCode
        self.message = message
        self.sql = sql
        self.path = path
    }

    /// The primary result code, 1...26 for errors.
    public var primaryCode: Int32 { extendedCode & 0xff }

    /// Whether the file is damaged, or no database at all.
    public var isCorruption: Bool { primaryCode == SQLITE_CORRUPT || primaryCode == SQLITE_NOTADB }

    /// Whether there is no room for more.
    public var isFull: Bool { primaryCode == SQLITE_FULL }

    /// Whether the system failed to read or write.
    public var isInputOutput: Bool { primaryCode == SQLITE_IOERR }

    /// Whether another connection held its lock longer than the busy timeout.
    public var isBusy: Bool { primaryCode == SQLITE_BUSY || primaryCode == SQLITE_LOCKED }

    /// Whether the file was removed or renamed under the open connection, which can write no more.
    public var isFileGone: Bool { extendedCode == SQLITE_READONLY | (4 << 8) }
}

extension SQLiteError: CustomStringConvertible {
    /// What went wrong, where, in which statement.
    public var description: String {
        "\(path): \(message) (SQLite code \(extendedCode))" + (sql.map { ": \($0)" } ?? "")
    }
}

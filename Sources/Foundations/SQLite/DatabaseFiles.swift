private import Glibc

/// The files that make up a database: the main one, the write-ahead log and its index.
///
/// They belong together: a log beside another main file would be replayed into it.
public struct DatabaseFiles: Hashable, Sendable {
    /// The main file.
    public let path: String

    /// What SQLite appends to the main file's name.
    static let suffixes = ["", "-wal", "-shm", "-journal"]

    /// The files of the database at `path`.
    public init(path: String) {
        self.path = path
    }

    /// The size of the main file in bytes; `nil` when it does not exist or cannot be examined.
    public var mainFileSize: Int? {
        var status = stat()
        // The path is a NUL-terminated copy that lives through the call; `status` outlives it.
        return unsafe stat(path, &status) == 0 ? Int(status.st_size) : nil
    }

    /// The size of the write-ahead log in bytes; 0 when there is none.
    public var logFileSize: Int {
        var status = stat()
        // The path is a NUL-terminated copy that lives through the call; `status` outlives it.
        return unsafe stat(path + "-wal", &status) == 0 ? Int(status.st_size) : 0
    }

    /// What distinguishes the main file from another of the same name; `nil` when it does not exist or cannot be
    /// examined.
    public var identity: Identity? {
        var status = stat()
        // The path is a NUL-terminated copy that lives through the call; `status` outlives it.
        guard unsafe stat(path, &status) == 0 else { return nil }
        return Identity(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
    }

    /// What distinguishes a file from others, whatever their names.
    public struct Identity: Hashable, Sendable {
        let device: UInt64
        let number: UInt64
    }

    /// Renames all files to `newPath` and its companions. Files that do not exist are skipped, files of the new name
    /// are replaced; no connection may be open.
    public func move(to newPath: String) throws(SQLiteError) {
        // The log goes first: the main file without it is older but whole, a log without its file is never replayed.
        for suffix in Self.suffixes.reversed() {
            // Both paths are NUL-terminated copies that live through the call.
            let result = unsafe rename(path + suffix, newPath + suffix)
            guard result == 0 || errno == ENOENT else {
                throw SQLiteError(
                    extendedCode: Self.cannotOpen, message: "cannot rename to \(newPath + suffix): errno \(errno)",
                    path: path + suffix)
            }
        }
    }

    /// SQLITE_CANTOPEN, the nearest that SQLite has for a failed rename.
    private static let cannotOpen: Int32 = 14
}

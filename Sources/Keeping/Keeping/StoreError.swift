/// Why the store could not do something.
public struct StoreError: Error, Hashable, Sendable {
    /// What kind of trouble it is.
    public enum Code: Hashable, Sendable {
        /// The file cannot be opened or made.
        case cannotOpen

        /// There is no file yet, though there could be one: nothing was ever kept.
        case absent

        /// The file is damaged, or no database.
        case corrupt

        /// There is no room for more.
        case full

        /// The system failed to read or write.
        case inputOutput

        /// Another process held its lock for too long.
        case busy

        /// The file was removed or renamed under the open store.
        case fileGone

        /// The file may only be read, or the store was opened for that.
        case readOnly

        /// The file was written by a newer release than this one.
        case newerVersion(found: Int, known: Int)

        /// The file was written by an older release, and whoever opened it may not upgrade it.
        case olderVersion(found: Int, known: Int)

        /// The library reported something else.
        case other
    }

    /// What kind of trouble it is.
    public let code: Code

    /// The database's file, or where else it is.
    public let path: String

    /// What exactly happened, in the words of the store's library where it spoke.
    public let detail: String

    /// An error about what is at `path`.
    public init(_ code: Code, path: String, detail: String = "") {
        self.code = code
        self.path = path
        self.detail = detail
    }

    /// Two errors are equal when they are of the same kind, about the same file.
    public static func == (lhs: StoreError, rhs: StoreError) -> Bool { lhs.code == rhs.code && lhs.path == rhs.path }

    /// Feeds what equality looks at.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(code)
        hasher.combine(path)
    }
}

extension StoreError: CustomStringConvertible {
    /// What is wrong, where, and what to do.
    public var description: String {
        let reason = detail.isEmpty ? "" : " [\(detail)]"
        return "\(path): \(problem)\(reason)"
    }

    private var problem: String {
        switch code {
        case .cannotOpen: "cannot open the database: check that the directory exists and is writable"
        case .absent: "nothing was kept yet: argotd has not run with this data_directory"
        case .corrupt: "the database is damaged: the daemon moves it aside and starts a new one"
        case .full: "no space for the database: free disk space"
        case .inputOutput: "reading or writing the database failed: check the disk and its quota"
        case .busy: "another process keeps the database locked: end that process"
        case .fileGone: "the database file was removed or renamed: the daemon starts a new one"
        case .readOnly: "the database is read-only: check the file's owner and mode"
        case .newerVersion(let found, let known):
            "the database has version \(found), this release knows up to \(known): install the newer release again, "
                + "or move the file away"
        case .olderVersion(let found, let known):
            "the database has version \(found), this release needs \(known): start argotd once, which upgrades it"
        case .other: "the database failed"
        }
    }
}

public import Keeping
public import KeyedHashing
internal import SQLite

/// The database: what has to outlive a restart, the journal of verdicts and the ledger of lies.
///
/// A store is used by one thread at a time. Every failure is a ``StoreError``; nothing is repaired here.
public final class Store: DataStore {
    /// The file.
    public let path: String

    /// The database's version.
    public let schemaVersion: Int

    let database: Database

    /// Hashes the journal's addresses; `nil` in a store that was not opened for the daemon.
    let hashingKey: HashingKey?

    /// The file as it was when it was opened; `nil` for a store in memory.
    private let identity: DatabaseFiles.Identity?

    private var statements: [String: Statement] = [:]
    private var frequent = [Statement?](repeating: nil, count: FrequentStatement.allCases.count)
    private var seenDataVersion: Int64 = 0

    /// From so many bytes on two threads read it.
    var largeBytes: Int64 = 1 << 26

    /// How many sightings came since they were last counted.
    var uncountedSightings = 0

    /// What is known of today's sightings; `nil` before the first one.
    var sightingLedger: SightingLedger?

    /// Opens `path` for the daemon: makes it if there is none, checks it, and upgrades it.
    ///
    /// O(size of the file). A database of a newer version is left as it is.
    public convenience init(path: String, hashingKey: HashingKey) throws(StoreError) {
        try self.init(path: path, hashingKey: hashingKey, schema: .current)
    }

    init(path: String, hashingKey: HashingKey, schema: Schema) throws(StoreError) {
        try Self.refuseNewer(path: path, than: schema)
        do throws(SQLiteError) {
            let database = try Database(path: path, access: .create)
            // Checked before the first write, so that a damaged file is moved aside as it was found.
            let problem = try database.text("PRAGMA quick_check(1)")
            guard problem == "ok" else { throw SQLiteError(extendedCode: 11, message: problem, path: path) }
            if try database.number("PRAGMA page_count") == 0 {
                try database.execute("PRAGMA auto_vacuum = INCREMENTAL")
            }
            _ = try database.text("PRAGMA journal_mode = WAL")
            try database.execute("PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 16777216")
            // Keys are as good as random, so each batch changes pages everywhere: the more of them are folded into the file at
            // a time, and found in memory, the fewer are written and read again. 16 MiB and 8 MiB.
            _ = try database.text("PRAGMA wal_autocheckpoint = 4096")
            try database.execute("PRAGMA cache_size = -8192")
            try schema.migrate(database)
            self.database = database
            self.path = path
            identity = DatabaseFiles(path: path).identity
            self.hashingKey = hashingKey
            schemaVersion = schema.version
            seenDataVersion = try database.number("PRAGMA data_version")
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// An empty store in memory, which is gone with this object.
    public convenience init(inMemoryUnder key: HashingKey) throws(StoreError) {
        try self.init(path: Database.inMemory, hashingKey: key)
    }

    /// Opens an existing store for looking things up, while the daemon runs or not.
    public convenience init(readingFrom path: String) throws(StoreError) {
        try self.init(path: path, access: .readOnly)
    }

    /// Opens an existing store for ``undoLie(_:at:)`` and ``prune(now:retention:)``, while the daemon
    /// runs or not.
    public convenience init(updating path: String) throws(StoreError) {
        try self.init(path: path, access: .readWrite)
    }

    private init(path: String, access: Database.Access) throws(StoreError) {
        do throws(SQLiteError) {
            database = try Database(path: path, access: access)
            schemaVersion = Int(try database.number("PRAGMA user_version"))
        } catch {
            throw StoreError(error, path: path)
        }
        self.path = path
        identity = DatabaseFiles(path: path).identity
        hashingKey = nil
        let known = Schema.current.version
        guard schemaVersion <= known else {
            throw StoreError(.newerVersion(found: schemaVersion, known: known), path: path)
        }
        guard schemaVersion == known else {
            throw StoreError(.olderVersion(found: schemaVersion, known: known), path: path)
        }
    }

    /// Looks at the version through a connection that cannot write, so that a newer file stays byte for byte.
    private static func refuseNewer(path: String, than schema: Schema) throws(StoreError) {
        guard path != Database.inMemory, let size = DatabaseFiles(path: path).mainFileSize, size > 0 else { return }
        let found: Int
        do throws(SQLiteError) {
            found = Int(try Database(path: path, access: .readOnly).number("PRAGMA user_version"))
        } catch {
            // A log whose index cannot be written for lack of rights or room; opening for writing tells which.
            guard error.isCorruption else { return }
            throw StoreError(error, path: path)
        }
        guard found <= schema.version else {
            throw StoreError(.newerVersion(found: found, known: schema.version), path: path)
        }
    }

    /// How many rows there are. O(rows).
    public func counts() throws(StoreError) -> StoreCounts {
        try attempt { () throws(SQLiteError) in
            var counts = StoreCounts()
            counts.greylist = Int(try database.number("SELECT count(*) FROM greylist"))
            counts.networks = Int(try database.number("SELECT count(*) FROM network"))
            counts.clients = Int(try database.number("SELECT count(*) FROM client"))
            counts.clientNetworks = Int(try database.number("SELECT count(*) FROM client_network"))
            counts.verdicts = Int(try database.number("SELECT count(*) FROM verdict"))
            counts.lies = Int(try database.number("SELECT count(*) FROM lie WHERE spared = 0"))
            counts.sparedLies = Int(try database.number("SELECT count(*) FROM lie WHERE spared <> 0"))
            counts.campaignMails = Int(try database.number("SELECT count(*) FROM campaign_mail"))
            counts.undoneLies = Int(try database.number("SELECT count(*) FROM lie WHERE undone_at IS NOT NULL"))
            counts.senderCells = Int(try database.number("SELECT count(*) FROM sender_cell"))
            counts.senderLabels = Int(try database.number("SELECT count(*) FROM sender_label"))
            counts.sightings = Int(try database.number("SELECT count(*) FROM sighting"))
            return counts
        }
    }

    /// The size of the database in bytes, its log not included.
    public func byteCount() throws(StoreError) -> Int64 {
        try attempt { () throws(SQLiteError) in
            try database.number("PRAGMA page_count") * database.number("PRAGMA page_size")
        }
    }

    /// What is damaged, in SQLite's words; `nil` when nothing is. O(size of the file).
    public func damage() throws(StoreError) -> String? {
        try attempt { () throws(SQLiteError) in
            let problem = try database.text("PRAGMA quick_check(1)")
            return problem == "ok" ? nil : problem
        }
    }

    /// The value that was kept under `name`; `nil` when there is none.
    public func value(named name: String) throws(StoreError) -> String? {
        try attempt { () throws(SQLiteError) in
            let row = try statement("SELECT value FROM meta WHERE key = ?1")
            defer { row.reset() }
            try row.bind(name, at: 1)
            return try row.step() ? row.text(at: 0) : nil
        }
    }

    /// Keeps `value` under `name`.
    public func setValue(_ value: String, named name: String) throws(StoreError) {
        try attempt { () throws(SQLiteError) in
            try statement(
                "INSERT INTO meta VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
            ).run(.text(name), .text(value))
        }
    }

    /// Whether another process has written since the last call, or since the store was opened.
    func hasChangedElsewhere() throws(StoreError) -> Bool {
        let version = try attempt { () throws(SQLiteError) in try database.number("PRAGMA data_version") }
        defer { seenDataVersion = version }
        return version != seenDataVersion
    }

    /// Throws when the file was removed or renamed, which SQLite does not notice while it has a write-ahead log.
    func checkFile() throws(StoreError) {
        guard DatabaseFiles(path: path).identity == identity else { throw StoreError(.fileGone, path: path) }
    }

    /// The compiled form of `sql`, kept for the next use.
    func statement(_ sql: String) throws(SQLiteError) -> Statement {
        if let known = statements[sql] { return known }
        let compiled = try database.prepare(sql)
        statements[sql] = compiled
        return compiled
    }

    /// The compiled form of a statement that every message needs.
    func statement(_ number: FrequentStatement) throws(SQLiteError) -> Statement {
        if let known = frequent[number.rawValue] { return known }
        let compiled = try database.prepare(number.sql)
        frequent[number.rawValue] = compiled
        return compiled
    }

    /// Runs `body` and says what file its failure is about.
    func attempt<Result>(_ body: () throws(SQLiteError) -> Result) throws(StoreError) -> Result {
        do throws(SQLiteError) {
            return try body()
        } catch {
            throw StoreError(error, path: path)
        }
    }
}

internal import FoundationEssentials
public import Keeping
public import KeyedHashing
public import SMTP
internal import SQLiteStore

/// The only place that knows which store keeps the data.
extension Configuration {
    /// What keeps the data for the daemon, which never fails: the next best to the database is a new one, and then memory.
    ///
    /// - Parameters:
    ///   - key: the key that addresses are hashed with.
    ///   - now: tells the time.
    ///   - onEvent: is told what the administrator should know; it must not wait for the keeper.
    public func keeper(
        key: HashingKey, now: @escaping @Sendable () -> UnixTime, onEvent: @escaping @Sendable (StoreEvent) -> Void
    ) -> any Keeper {
        var limits = WriterLimits()
        limits.journalBytes = Int64(journalLimit)
        limits.sightingRows = learningSightings
        return StoreWriter(path: files.database, hashingKey: key, limits: limits, now: now, onEvent: onEvent)
    }
}

extension DataDirectory {
    /// What is kept, for looking things up while the daemon runs or not.
    ///
    /// - Throws: `absent` where nothing was ever kept; what else is wrong with the database.
    public func openStore() throws(StoreError) -> any DataStore {
        try checkPresence()
        return try Store(readingFrom: database)
    }

    /// What is kept, for changing it while the daemon runs or not.
    ///
    /// - Throws: `absent` where nothing was ever kept; what else is wrong with the database.
    public func updateStore() throws(StoreError) -> any DataStore {
        try checkPresence()
        return try Store(updating: database)
    }

    /// A store of nothing, for showing what there is where nothing was ever kept.
    public static func emptyStore() throws(StoreError) -> any DataStore { try Store(inMemoryUnder: .random()) }

    private func checkPresence() throws(StoreError) {
        guard !isEmpty else { throw StoreError(.absent, path: database) }
    }

    /// What is kept at `path`, for adding to it; made under `key` if there is nothing yet.
    public static func makeStore(at path: String, key: HashingKey) throws(StoreError) -> any DataStore {
        try FileManager.default.fileExists(atPath: path)
            ? Store(updating: path) : Store(path: path, hashingKey: key)
    }
}

import FoundationEssentials
import Keeping
import KeyedHashing
import SQLiteStore

/// The only place where commands know which store keeps the data.
extension DataDirectory {
    /// The database, for looking things up while the daemon runs or not.
    func openStore() throws -> any DataStore { try Store(readingFrom: database) }

    /// The database, for changing what is there while the daemon runs or not.
    func updateStore() throws(StoreError) -> any DataStore { try Store(updating: database) }
}

/// The database at `path`, for adding to it; made under `key` if there is none.
func makeStore(at path: String, key: HashingKey) throws -> any DataStore {
    FileManager.default.fileExists(atPath: path)
        ? try Store(updating: path) : try Store(path: path, hashingKey: key)
}

public import Memory

/// What is remembered of attempts and clients where there is so much that decisions begin before it is read: single records for
/// whoever asks, and all of it for whoever makes a memory of it.
public protocol LateRecords: KeptRecords {
    /// All attempts and clients, and nothing else of the state. O(records). Waits for the disk, which others do not do with it.
    ///
    /// - Throws: when it cannot be read.
    func all() throws(StoreError) -> StoredState
}

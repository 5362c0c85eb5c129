public import Memory
public import SMTP

/// All of what is kept, at one place, as the command line opens it. Used by one thread at a time.
public protocol DataStore: Journal, SharedState, SenderCounts, Sightings {
    /// How many bytes it takes.
    func byteCount() throws(StoreError) -> Int64

    /// What is damaged, in the store's own words; `nil` when nothing is. Looks at everything.
    func damage() throws(StoreError) -> String?

    /// Removes what `scope` names and was last seen up to a time, all or nothing, and overwrites the room it took.
    @discardableResult
    func purge(_ scope: PurgeScope, lastSeenUpTo time: UnixTime) throws(StoreError) -> PurgeReport

    /// Removes every hash and pseudonym that was made under the present key, all or nothing; what makes sense without them
    /// stays.
    ///
    /// - Throws: `StoreError` with code `busy` while another process, such as a running argotd, uses it.
    func forgetHashes() throws(StoreError) -> KeyRotationReport
}

extension DataStore {
    /// Removes what `scope` names, whenever it was last seen.
    @discardableResult
    public func purge(_ scope: PurgeScope) throws(StoreError) -> PurgeReport {
        try purge(scope, lastSeenUpTo: UnixTime(seconds: .max))
    }
}

public import SMTP

/// What is kept of single keys: asked while the rest of it is still being read.
public protocol KeptRecords: Sendable {
    /// What is kept of a key; `nil` where nothing is. Of an attempt the record counts its passes. Waits for the disk, within
    /// bounds.
    ///
    /// - Throws: when it cannot be told in time.
    func record(of key: KeyedHash, in table: RecordTable) throws(RecordsUnreadable) -> ClientRecord?
}

/// What a record is of.
public enum RecordTable: Sendable, CaseIterable {
    /// A greylisted attempt.
    case attempt
    /// The passed attempts of a network.
    case network
    /// The history of a client.
    case client
    /// What the clients of a network have sent.
    case clientNetwork
}

/// What is kept cannot be read, or not in time.
public struct RecordsUnreadable: Error {
    /// Nothing more is known.
    public init() {}
}

import Policy
public import SMTP

/// What is to be known of a lie after a restart.
public struct ToldLie: Sendable, Hashable {
    /// Who was lied to about whom.
    public var key: LieKey

    /// When it was told first, and last.
    public var first, last: UnixTime

    /// The recipient's domain, folded.
    public var domain: String

    /// A lie by its parts.
    public init(_ key: LieKey, first: UnixTime, last: UnixTime, domain: String) {
        self.key = key
        (self.first, self.last, self.domain) = (first, last, domain)
    }

    /// What is to be known of a lie of the ledger.
    public init(_ record: LieRecord, last: UnixTime? = nil) {
        self.init(record.key, first: record.time, last: last ?? record.lastTold, domain: record.domain)
    }
}

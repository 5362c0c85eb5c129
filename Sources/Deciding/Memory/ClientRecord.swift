import Policy
public import SMTP

/// What is remembered of a client: an address, or a network for the automatic allow list.
public struct ClientRecord: Sendable, Hashable {
    /// When its first clean message came.
    public var firstSeen: UnixTime

    /// When its last one came.
    public var lastSeen: UnixTime

    /// How many clean messages, or passed greylist attempts, there were.
    public var count: Int

    /// When the client lost its standing; `nil` when it never did, or long ago.
    public var revokedAt: UnixTime?

    /// The networks that the record is counted against; `nil` where they are not known.
    public var place: NetworkPlace?

    /// A record of its parts.
    public init(
        firstSeen: UnixTime, lastSeen: UnixTime, count: Int, revokedAt: UnixTime? = nil, place: NetworkPlace? = nil
    ) {
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
        self.count = count
        self.revokedAt = revokedAt
        self.place = place
    }

    /// The same record with nothing in it that lies in the future.
    func asOf(_ now: UnixTime) -> ClientRecord {
        var record = self
        record.firstSeen = min(firstSeen, now)
        record.lastSeen = min(lastSeen, now)
        record.revokedAt = revokedAt.map { min($0, now) }
        return record
    }
}

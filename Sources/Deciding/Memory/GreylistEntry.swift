import Policy
public import SMTP

/// What is remembered of a greylisted attempt.
public struct GreylistEntry: Sendable, Hashable {
    /// When the attempt was first made.
    public var firstSeen: UnixTime

    /// When it was last made.
    public var lastSeen: UnixTime

    /// Whether a retry came after the delay.
    public var hasPassed: Bool

    /// The networks that the attempt is counted against; `nil` where they are not known.
    public var place: NetworkPlace?

    /// An entry of its parts.
    public init(firstSeen: UnixTime, lastSeen: UnixTime, hasPassed: Bool, place: NetworkPlace? = nil) {
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
        self.hasPassed = hasPassed
        self.place = place
    }

    /// The entry of a record that counts passes.
    public init(_ record: ClientRecord) {
        self.init(
            firstSeen: record.firstSeen, lastSeen: record.lastSeen, hasPassed: record.count > 0, place: record.place)
    }

    /// The entry as a record that counts passes.
    public var record: ClientRecord {
        ClientRecord(firstSeen: firstSeen, lastSeen: lastSeen, count: hasPassed ? 1 : 0, place: place)
    }
}

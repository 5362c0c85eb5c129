public import SMTP

/// What is remembered of a greylisted attempt.
public struct GreylistEntry: Sendable, Hashable {
    /// When the attempt was first made.
    public var firstSeen: UnixTime

    /// When it was last made.
    public var lastSeen: UnixTime

    /// Whether a retry came after the delay.
    public var hasPassed: Bool

    /// An entry of its parts.
    public init(firstSeen: UnixTime, lastSeen: UnixTime, hasPassed: Bool) {
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
        self.hasPassed = hasPassed
    }
}

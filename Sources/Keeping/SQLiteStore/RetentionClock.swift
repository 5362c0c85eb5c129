internal import SMTP

/// Whether the clock may decide what is old. One that jumps, forward or back, is believed only when it has gone on like
/// that for a day: till then nothing is removed for its age, as it would be all at once. A value; kept in the database.
struct RetentionClock: Hashable, Sendable {
    /// What the clock showed when it was last believed; `nil` at first.
    var believed: UnixTime?

    /// What it showed when it had jumped, if it has.
    var suspected: UnixTime?

    /// How far the clock may go between two looks, and how long a jump is not believed, in seconds.
    static let tolerance: Int64 = 86_400

    /// Looks at the clock.
    ///
    /// - Returns: whether it is believed, and by how much it has jumped if that is seen for the first time.
    mutating func look(at now: UnixTime) -> (isBelieved: Bool, jump: Int64?) {
        guard let believed, !(-Self.tolerance...Self.tolerance ~= now - believed) else {
            self = RetentionClock(believed: now)
            return (true, nil)
        }
        guard let suspected, suspected <= now else {
            self.suspected = now
            return (false, now - believed)
        }
        guard now - suspected >= Self.tolerance else { return (false, nil) }
        self = RetentionClock(believed: now)
        return (true, nil)
    }
}

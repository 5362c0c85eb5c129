/// A wall-clock time in whole seconds since 1970-01-01 00:00:00 UTC.
public struct UnixTime: Hashable, Comparable, Sendable {
    /// Seconds since 1970-01-01 00:00:00 UTC.
    public var seconds: Int64

    /// The time that many seconds after 1970-01-01 00:00:00 UTC.
    public init(seconds: Int64) {
        self.seconds = seconds
    }

    /// The earlier time comes first.
    public static func < (lhs: UnixTime, rhs: UnixTime) -> Bool { lhs.seconds < rhs.seconds }

    /// The time `seconds` later.
    public static func + (time: UnixTime, seconds: Int64) -> UnixTime { UnixTime(seconds: time.seconds + seconds) }

    /// The number of seconds from `rhs` to `lhs`.
    public static func - (lhs: UnixTime, rhs: UnixTime) -> Int64 { lhs.seconds - rhs.seconds }
}

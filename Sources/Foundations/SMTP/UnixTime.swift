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

    /// The time `seconds` later; the last there is, or the first, where that cannot be said: times come from files too.
    public static func + (time: UnixTime, seconds: Int64) -> UnixTime {
        let (sum, isBeyond) = time.seconds.addingReportingOverflow(seconds)
        return UnixTime(seconds: isBeyond ? (seconds > 0 ? .max : .min) : sum)
    }

    /// The number of seconds from `rhs` to `lhs`; the largest there is, or the smallest, where that cannot be said.
    public static func - (lhs: UnixTime, rhs: UnixTime) -> Int64 {
        let (difference, isBeyond) = lhs.seconds.subtractingReportingOverflow(rhs.seconds)
        return isBeyond ? (lhs > rhs ? .max : .min) : difference
    }

    /// How many seconds ago this time is, as a clock says now. A clock may have been set back since: what lies in the
    /// future is as of now.
    public func age(at now: UnixTime) -> Int64 { max(0, now - self) }

    /// Whether `interval` seconds have gone by since this time, or the clock was set back before it: nothing waits for a
    /// clock to catch up.
    public func isOver(_ interval: Int64, at now: UnixTime) -> Bool { now < self || now - self >= interval }

    /// Midnight at which a day of the Gregorian calendar begins in UTC; `month` is 1...12, `day` 1...31. O(1).
    public init(year: Int64, month: Int64, day: Int64) {
        // Years begin in March here, so that the leap day is the last one.
        let shifted = month > 2 ? year : year - 1
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
        self.init(seconds: days * 86_400)
    }
}

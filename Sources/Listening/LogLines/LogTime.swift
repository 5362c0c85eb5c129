public import SMTP

/// A time of a log line, to the microsecond.
public struct LogTime: Hashable, Sendable {
    /// Whole seconds since 1970, from 1970 to 9999.
    public var seconds: Int64

    /// The microseconds beyond, below a million.
    public var microseconds: Int64

    /// Whether the line says its zone, so that nothing about it is assumed.
    public var isZoned: Bool

    /// The last second of the year 9999.
    static let latest: Int64 = 253_402_300_799

    /// A time; `nil` outside of the years 1970 to 9999, which no log is from.
    init?(seconds: Int64, microseconds: Int64 = 0, isZoned: Bool) {
        guard 0...Self.latest ~= seconds, 0..<1_000_000 ~= microseconds else { return nil }
        self.seconds = seconds
        self.microseconds = microseconds
        self.isZoned = isZoned
    }

    /// In whole seconds.
    public var unixTime: UnixTime { UnixTime(seconds: seconds) }

    /// Microseconds since 1970.
    public var sinceEpoch: UInt64 { UInt64(seconds) * 1_000_000 + UInt64(microseconds) }
}

/// How dates without a year are read.
public enum YearRule: Hashable, Sendable {
    /// A date belongs to the last year in which it is no more than a day after this time: that of the file's last
    /// change. Across a New Year the dates of December belong to the old year.
    case notAfter(UnixTime)

    /// The first date is in this year; a date that lies half a year or more before the one before it begins the next.
    case startingIn(Int)
}

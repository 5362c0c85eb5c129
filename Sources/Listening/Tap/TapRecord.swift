/// One finding about one connection.
public struct TapRecord: Sendable, Hashable {
    /// The connection.
    public var connection: TapConnection

    /// Which finding about the connection it is, counted from 0. A number that is left out shows that one was not handed
    /// over.
    public var serial: UInt32

    /// When it was captured, in microseconds since 1970.
    public var time: UInt64

    /// The finding.
    public var finding: TapFinding

    /// A record of its parts.
    public init(connection: TapConnection, serial: UInt32, time: UInt64, finding: TapFinding) {
        self.connection = connection
        self.serial = serial
        self.time = time
        self.finding = finding
    }
}

/// What argot-tap has counted since it began.
public struct TapCounts: Sendable, Hashable {
    /// Packets that the filter let through.
    public var packets: UInt64 = 0

    /// Packets that the kernel had no room for.
    public var dropped: UInt64 = 0

    /// Connections that were followed.
    public var connections: UInt64 = 0

    /// Connections that could not be followed to their end.
    public var lost: UInt64 = 0

    /// Findings that argotd did not take in time.
    public var unsent: UInt64 = 0

    /// Nothing yet.
    public init() {}
}

/// What argot-tap says to argotd.
public enum TapMessage: Sendable, Hashable {
    /// A finding.
    case record(TapRecord)

    /// The counts, now and then.
    case counts(TapCounts)
}

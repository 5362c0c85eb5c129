/// The bounds of an import, all in one place.
public struct CaptureLimits: Sendable, Hashable {
    /// Connections in progress at once; beyond it the one that was silent longest is handed over as it is.
    public var connections = 65_536

    /// Bytes held for all connections together; beyond it closed ones are handed over without waiting for stragglers,
    /// then open ones as they are, those that were silent longest first. The process needs about twice
    /// as much.
    public var bytes = 128 << 20

    /// Events of one transcript; further ones are counted as gaps.
    public var events = 16_384

    /// Bytes of one transcript; further ones are counted as gaps.
    public var transcriptBytes = 1 << 20

    /// Bytes of a message's content kept in a transcript; the rest is replaced by `[CUT]`.
    public var contentBytes = 8_192

    /// Segments of one connection that wait for an earlier one before that counts as lost.
    public var waitingSegments = 1_024

    /// Bytes of one connection that wait for an earlier segment before that counts as lost.
    public var waitingBytes = 1 << 20

    /// How long segments wait for an earlier one before that counts as lost, in microseconds of the capture's time.
    public var patience: UInt64 = 30_000_000

    /// A connection silent for so long is handed over, in microseconds of the capture's time. SMTP's own longest
    /// time-out is ten minutes (RFC 5321, 4.5.3.2).
    public var silence: UInt64 = 3_600_000_000

    /// How long a closed connection is kept for stragglers, in microseconds of the capture's time.
    public var afterClose: UInt64 = 60_000_000

    /// The bounds that `argot dialects import` works with.
    public init() {}
}

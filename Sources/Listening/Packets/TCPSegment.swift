public import SMTP

/// One end of a TCP connection.
public struct Endpoint: Sendable, Hashable {
    /// The address.
    public var address: ClientAddress
    /// The port.
    public var port: UInt16

    /// An end from its parts.
    public init(address: ClientAddress, port: UInt16) {
        self.address = address
        self.port = port
    }
}

/// A TCP segment, as seen in a capture.
public struct TCPSegment: Sendable, Hashable {
    /// The control bits that matter here.
    public struct Flags: OptionSet, Sendable, Hashable {
        /// The bits of the TCP header's flags.
        public let rawValue: UInt8
        /// The sender has no more to send.
        public static let fin = Flags(rawValue: 0x01)
        /// The sender opens the connection.
        public static let syn = Flags(rawValue: 0x02)
        /// The sender breaks the connection off.
        public static let rst = Flags(rawValue: 0x04)
        /// The acknowledgement number counts.
        public static let ack = Flags(rawValue: 0x10)

        /// The flags of a header's bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }
    }

    /// When it was captured, in microseconds since 1970.
    public var time: UInt64
    /// Who sent it.
    public var source: Endpoint
    /// Whom it was sent to.
    public var destination: Endpoint
    /// The number of its first byte; the number of the SYN if it has one.
    public var sequence: UInt32
    /// The number of the next byte that the sender expects; counts with `.ack` only.
    public var acknowledgement: UInt32
    /// The control bits.
    public var flags: Flags
    /// The captured bytes.
    public var payload: [UInt8]
    /// Bytes that followed on the wire but were not captured.
    public var missing: Int
    /// How the sender asks for a connection; of a SYN without ACK only.
    public var opening: SYNShape?

    /// A segment from its parts.
    public init(
        time: UInt64, source: Endpoint, destination: Endpoint, sequence: UInt32, acknowledgement: UInt32 = 0,
        flags: Flags = .ack, payload: [UInt8] = [], missing: Int = 0, opening: SYNShape? = nil
    ) {
        self.time = time
        self.source = source
        self.destination = destination
        self.sequence = sequence
        self.acknowledgement = acknowledgement
        self.flags = flags
        self.payload = payload
        self.missing = missing
        self.opening = opening
    }

    /// Decodes the segment at `range` of a frame; `nil` if its header is damaged or not all there.
    init?(
        _ frame: Span<UInt8>, in range: Range<Int>, missing: Int, from source: ClientAddress,
        to destination: ClientAddress, hopLimit: UInt8, at time: UInt64
    ) {
        let start = range.lowerBound
        guard range.count >= 20 else { return nil }
        let header = Int(frame[start + 12] >> 4) * 4
        guard header >= 20, header <= range.count else { return nil }
        let payload = frame.bytes(in: start + header..<range.upperBound)
        self.init(
            time: time, source: Endpoint(address: source, port: frame.number16(at: start)),
            destination: Endpoint(address: destination, port: frame.number16(at: start + 2)),
            sequence: frame.number32(at: start + 4), acknowledgement: frame.number32(at: start + 8),
            flags: Flags(rawValue: frame[start + 13]), payload: payload, missing: missing)
        if flags.isSuperset(of: .syn), flags.isDisjoint(with: .ack) {
            opening = SYNShape(
                window: frame.number16(at: start + 14), hopLimit: hopLimit,
                options: frame.extracting(start + 20..<start + header))
        }
    }
}

/// Frames of a capture to TCP segments. A value: frames in, segments and counts out; no file, no library.
public struct PacketDecoder: Sendable {
    /// What happened to the frames.
    public struct Counts: Sendable, Hashable {
        /// Frames in all.
        public var frames = 0
        /// Frames that held a TCP segment, or the last part of one.
        public var segments = 0
        /// Frames without IP or TCP.
        public var foreign = 0
        /// Frames whose headers are damaged or cut off.
        public var damaged = 0
        /// Fragments that were kept for their packet.
        public var fragments = 0
        /// Packets of which fragments never came.
        public var incomplete = 0
        /// Frames in which the packet was read out of a tunnel.
        public var tunnelled = 0
        /// Frames with a tunnel whose content is not understood.
        public var unreadTunnels = 0
        /// Segments of which bytes are missing from the capture.
        public var truncated = 0
    }

    /// Tunnels in tunnels that are followed.
    private static let mostNested = 4

    /// What is around the IP packets of the next frames; `nil` for what is not read, so that they are foreign.
    public var linkType: LinkType?
    private var assembler = FragmentAssembler()

    /// What happened to the frames so far.
    public private(set) var counts = Counts()

    /// A decoder for frames of a link type.
    public init(linkType: LinkType?) {
        self.linkType = linkType
    }

    /// Decodes a frame. O(length of the frame).
    ///
    /// - Parameters:
    ///   - frame: the captured bytes.
    ///   - wireLength: how long the frame was on the wire, in bytes.
    ///   - time: when it was captured, in microseconds since 1970.
    /// - Returns: a segment; `nil` if the frame held none, which is counted.
    public mutating func decode(_ frame: Span<UInt8>, wireLength: Int, at time: UInt64) -> TCPSegment? {
        counts.frames += 1
        guard let offset = linkType?.internetOffset(in: frame) else {
            counts.foreign += 1
            return nil
        }
        return packet(in: frame, at: offset, wireLength: wireLength, nesting: 0, at: time)
    }

    private mutating func packet(
        in frame: Span<UInt8>, at offset: Int, wireLength: Int, nesting: Int, at time: UInt64
    ) -> TCPSegment? {
        guard let packet = InternetPacket(frame, at: offset, wireLength: wireLength) else {
            counts.damaged += 1
            return nil
        }
        guard let fragment = packet.fragment else {
            return content(of: packet, frame, wireLength: wireLength, nesting: nesting, at: time)
        }
        guard packet.transport == 6 || nesting < Self.mostNested else {
            counts.foreign += 1
            return nil
        }
        counts.fragments += 1
        let whole = assembler.assemble(packet, fragment, of: frame, at: time)
        counts.incomplete = assembler.incomplete
        guard let whole else { return nil }
        var assembled = packet
        assembled.payload = whole.indices
        assembled.missing = 0
        assembled.fragment = nil
        return content(of: assembled, whole.span, wireLength: whole.count, nesting: nesting, at: time)
    }

    /// The segment that a whole packet carries, itself or in a tunnel.
    private mutating func content(
        of packet: InternetPacket, _ frame: Span<UInt8>, wireLength: Int, nesting: Int, at time: UInt64
    ) -> TCPSegment? {
        if packet.transport == 6 {
            return segment(frame, packet.payload, missing: packet.missing, of: packet, at: time)
        }
        switch Tunnel.look(into: packet, of: frame) {
        case .none: counts.foreign += 1
        case .packet(let offset) where nesting < Self.mostNested:
            if nesting == 0 { counts.tunnelled += 1 }
            return self.packet(in: frame, at: offset, wireLength: wireLength, nesting: nesting + 1, at: time)
        case .packet, .unread: counts.unreadTunnels += 1
        }
        return nil
    }

    /// Counts what is still incomplete at the end of a capture.
    public mutating func finish() {
        assembler.finish()
        counts.incomplete = assembler.incomplete
    }

    private mutating func segment(
        _ bytes: Span<UInt8>, _ range: Range<Int>, missing: Int, of packet: InternetPacket, at time: UInt64
    ) -> TCPSegment? {
        guard
            let segment = TCPSegment(
                bytes, in: range, missing: missing, from: packet.source, to: packet.destination,
                hopLimit: packet.hopLimit, at: time)
        else {
            counts.damaged += 1
            return nil
        }
        counts.segments += 1
        if missing > 0 { counts.truncated += 1 }
        return segment
    }
}

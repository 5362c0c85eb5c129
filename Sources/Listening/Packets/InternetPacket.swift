import SMTP

/// The header of an IPv4 or IPv6 packet, extension headers walked through.
struct InternetPacket {
    /// A part of a larger packet.
    struct Fragment: Hashable {
        /// The number that the parts of one packet share.
        var identification: UInt32
        /// Where the part lies in the packet's payload, in bytes.
        var offset: Int
        /// Whether parts follow.
        var hasMore: Bool
    }

    var source: ClientAddress
    var destination: ClientAddress
    /// How many hops the packet may still take: TTL, or IPv6's hop limit.
    var hopLimit: UInt8
    /// The number of the protocol inside: 6 is TCP.
    var transport: UInt8
    /// The captured bytes of the payload, as indices of the frame.
    var payload: Range<Int>
    /// Bytes of the payload that were on the wire but are not in the capture.
    var missing: Int
    var fragment: Fragment?

    /// Decodes the packet that begins at `start`; `nil` if it is damaged.
    ///
    /// - Parameter wireLength: the frame's length on the wire, of which the capture may hold less.
    init?(_ frame: Span<UInt8>, at start: Int, wireLength: Int) {
        guard start < frame.count else { return nil }
        let version = frame[start] >> 4
        switch version {
        case 4: self.init(version4: frame, at: start, wireLength: wireLength)
        case 6: self.init(version6: frame, at: start, wireLength: wireLength)
        default: return nil
        }
    }

    private init?(version4 frame: Span<UInt8>, at start: Int, wireLength: Int) {
        guard frame.count - start >= 20 else { return nil }
        let header = Int(frame[start] & 0x0f) * 4
        guard header >= 20, frame.count - start >= header else { return nil }
        // Network cards that cut up packets themselves leave the length 0 for the recorder.
        let stated = Int(frame.number16(at: start + 2))
        let length = stated == 0 ? wireLength - start : stated
        guard length >= header else { return nil }
        source = ClientAddress(ipv4: frame.number32(at: start + 12))
        destination = ClientAddress(ipv4: frame.number32(at: start + 16))
        hopLimit = frame[start + 8]
        transport = frame[start + 9]
        payload = start + header..<max(start + header, min(start + length, frame.count))
        missing = max(0, start + length - frame.count)
        let bits = frame.number16(at: start + 6)
        if bits & 0x3fff != 0 {
            fragment = Fragment(
                identification: UInt32(frame.number16(at: start + 4)), offset: Int(bits & 0x1fff) * 8,
                hasMore: bits & 0x2000 != 0)
        }
    }

    private init?(version6 frame: Span<UInt8>, at start: Int, wireLength: Int) {
        guard frame.count - start >= 40 else { return nil }
        source = ClientAddress(ipv6: frame.number128(at: start + 8))
        destination = ClientAddress(ipv6: frame.number128(at: start + 24))
        hopLimit = frame[start + 7]
        let stated = Int(frame.number16(at: start + 4))
        let end = stated == 0 ? max(wireLength, frame.count) : start + 40 + stated
        let captured = min(end, frame.count)
        missing = max(0, end - frame.count)
        var next = frame[start + 6]
        var offset = start + 40
        // Each extension header is at least 8 bytes, so this ends.
        while true {
            switch next {
            case 0, 43, 60, 135, 139, 140:
                guard captured - offset >= 8 else { return nil }
                next = frame[offset]
                offset += 8 + Int(frame[offset + 1]) * 8
            case 51:
                guard captured - offset >= 8 else { return nil }
                next = frame[offset]
                offset += 8 + Int(frame[offset + 1]) * 4
            case 44:
                guard captured - offset >= 8, fragment == nil else { return nil }
                next = frame[offset]
                let bits = frame.number16(at: offset + 2)
                let part = Fragment(
                    identification: frame.number32(at: offset + 4), offset: Int(bits & 0xfff8), hasMore: bits & 1 != 0)
                offset += 8
                // A "fragment" that is a whole packet is none (RFC 6946).
                guard part.offset > 0 || part.hasMore else { continue }
                fragment = part
                guard offset <= captured else { return nil }
                transport = next
                payload = offset..<captured
                return
            default:
                guard offset <= captured else { return nil }
                transport = next
                payload = offset..<captured
                return
            }
        }
    }
}

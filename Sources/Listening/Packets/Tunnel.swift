import SMTP

/// What an IP packet carries: a segment, or another packet in a tunnel.
enum Tunnel {
    /// What was found.
    enum Finding: Equatable {
        /// No tunnel.
        case none
        /// An IP packet at this offset of the frame.
        case packet(at: Int)
        /// A tunnel whose content is not understood, or is no IP.
        case unread
    }

    /// UDP ports of tunnels: VXLAN (RFC 7348, and Linux's older one), Geneve (RFC 8926).
    private static let vxlanPorts: Set<UInt16> = [4_789, 8_472]
    private static let genevePort: UInt16 = 6_081

    /// Looks into a packet. O(1).
    static func look(into packet: InternetPacket, of frame: Span<UInt8>) -> Finding {
        let start = packet.payload.lowerBound
        switch packet.transport {
        // IP in IP (RFC 2003), IPv6 in IP (RFC 4213).
        case 4, 41: return found(start < frame.count ? start : nil)
        case 47: return genericRouting(packet.payload, frame)
        case 17:
            guard packet.payload.count >= 16 else { return .none }
            let port = frame.number16(at: start + 2)
            if vxlanPorts.contains(port) {
                return found(LinkType.internetOffset(ofEthernetAt: start + 16, in: frame))
            }
            guard port == genevePort, frame[start + 8] >> 6 == 0 else { return .none }
            let options = Int(frame[start + 8] & 0x3f) * 4
            return inner(type: frame.number16(at: start + 10), at: start + 16 + options, frame)
        default: return .none
        }
    }

    /// GRE (RFC 2784, RFC 2890), and ERSPAN in it.
    private static func genericRouting(_ payload: Range<Int>, _ frame: Span<UInt8>) -> Finding {
        guard payload.count >= 4 else { return .unread }
        let flags = frame.number16(at: payload.lowerBound)
        let type = frame.number16(at: payload.lowerBound + 2)
        // Version 0 without source routes.
        guard flags & 0x4007 == 0 else { return .unread }
        let words = [0x8000, 0x2000, 0x1000].count { flags & $0 != 0 }
        let next = payload.lowerBound + 4 + words * 4
        switch type {
        // ERSPAN: type I has no header and no sequence number, type II has 8 bytes.
        case 0x88be:
            return found(LinkType.internetOffset(ofEthernetAt: next + (flags & 0x1000 != 0 ? 8 : 0), in: frame))
        // Type III has 12 bytes, and 8 more if its last bit says so.
        case 0x22eb:
            guard payload.upperBound - next >= 12 else { return .unread }
            let more = frame[next + 11] & 1 == 1 ? 8 : 0
            return found(LinkType.internetOffset(ofEthernetAt: next + 12 + more, in: frame))
        default: return inner(type: type, at: next, frame)
        }
    }

    /// What an Ethernet type says is at an offset.
    private static func inner(type: UInt16, at offset: Int, _ frame: Span<UInt8>) -> Finding {
        switch type {
        case 0x0800, 0x86dd: found(offset < frame.count ? offset : nil)
        case 0x6558: found(LinkType.internetOffset(ofEthernetAt: offset, in: frame))
        case 0x8847, 0x8848: found(LinkType.internetOffset(ofLabelsAt: offset, in: frame))
        default: .unread
        }
    }

    private static func found(_ offset: Int?) -> Finding { offset.map { .packet(at: $0) } ?? .unread }
}

/// What is around the IP packets of a capture. The numbers are libpcap's `DLT_` values.
public enum LinkType: Sendable, Hashable, CaseIterable {
    /// Ethernet, with any number of VLAN tags, MPLS labels, PPPoE or SNAP in between.
    case ethernet
    /// BSD loopback: the address family in the byte order of the recording machine.
    case null
    /// OpenBSD loopback: the address family in network byte order.
    case loop
    /// IP packets without anything around them; version 4 or 6 by their first four bits.
    case rawIP
    /// Point-to-point protocol, with or without HDLC framing.
    case ppp
    /// Linux "cooked", as recorded on the interface `any` until 2018.
    case linuxCooked
    /// Linux "cooked" version 2.
    case linuxCooked2

    /// The link type of a `DLT_` number; `nil` for those that are not read.
    public init?(dataLinkType number: Int32) {
        switch number {
        case 1: self = .ethernet
        case 0: self = .null
        case 108: self = .loop
        // DLT_RAW differs between systems; LINKTYPE_IPV4 and _IPV6 say what the first four bits say too.
        case 12, 14, 101, 228, 229: self = .rawIP
        case 9, 50: self = .ppp
        case 113: self = .linuxCooked
        case 276: self = .linuxCooked2
        default: return nil
        }
    }

    /// Where the IP packet begins in a frame; `nil` if it holds no IP.
    func internetOffset(in frame: Span<UInt8>) -> Int? {
        switch self {
        case .ethernet:
            guard frame.count >= 14 else { return nil }
            return Self.offset(ofType: 12, in: frame)
        case .null:
            guard frame.count >= 4 else { return nil }
            // 2 is IPv4 everywhere; IPv6 is 10, 24, 28 or 30, by system. Either byte order.
            let number = frame.number32(at: 0)
            return [2, 10, 24, 28, 30].contains(number) || [2, 10, 24, 28, 30].contains(number.byteSwapped) ? 4 : nil
        case .loop:
            guard frame.count >= 4 else { return nil }
            return [2, 10, 24, 28, 30].contains(frame.number32(at: 0)) ? 4 : nil
        case .rawIP: return 0
        case .ppp: return Self.pointToPoint(at: 0, in: frame)
        case .linuxCooked:
            guard frame.count >= 16 else { return nil }
            return Self.offset(ofType: 14, in: frame)
        case .linuxCooked2:
            guard frame.count >= 20 else { return nil }
            return Self.offset(ofType: 0, in: frame, payload: 20)
        }
    }

    /// Where the IP packet begins in an Ethernet frame that begins at `start`, inside another packet.
    static func internetOffset(ofEthernetAt start: Int, in frame: Span<UInt8>) -> Int? {
        guard start >= 0, frame.count - start >= 14 else { return nil }
        return offset(ofType: start + 12, in: frame)
    }

    /// Where the IP packet begins behind MPLS labels; `nil` if something else is there. O(number of labels), at most 8.
    static func internetOffset(ofLabelsAt start: Int, in frame: Span<UInt8>) -> Int? {
        var next = start
        for _ in 0..<8 {
            guard next >= 0, frame.count - next >= 5 else { return nil }
            let isLast = frame[next + 2] & 1 == 1
            next += 4
            // Four bits say what follows the last label: 4 and 6 are IP, the rest are pseudo-wires.
            if isLast { return frame[next] >> 4 == 4 || frame[next] >> 4 == 6 ? next : nil }
        }
        return nil
    }

    /// Follows the Ethernet type at `offset` through tags to an IP packet.
    private static func offset(ofType offset: Int, in frame: Span<UInt8>, payload: Int? = nil) -> Int? {
        var type = frame.number16(at: offset)
        var next = payload ?? offset + 2
        while true {
            switch type {
            case 0x0800, 0x86dd: return next
            case 0x8100, 0x88a8, 0x9100, 0x9200, 0x9300:
                guard frame.count >= next + 4 else { return nil }
                type = frame.number16(at: next + 2)
                next += 4
            case 0x8847, 0x8848: return internetOffset(ofLabelsAt: next, in: frame)
            case 0x8864: return pointToPoint(at: next + 6, in: frame)
            case ...1500:
                // 802.3: an LLC header; SNAP carries an Ethernet type again.
                guard frame.count >= next + 8, frame[next] == 0xaa, frame[next + 1] == 0xaa else { return nil }
                type = frame.number16(at: next + 6)
                next += 8
                guard type > 1500 else { return nil }
            default: return nil
            }
        }
    }

    private static func pointToPoint(at start: Int, in frame: Span<UInt8>) -> Int? {
        var offset = start
        if frame.count >= offset + 2, frame[offset] == 0xff, frame[offset + 1] == 0x03 { offset += 2 }
        guard frame.count > offset else { return nil }
        // A protocol number of one byte is odd.
        if frame[offset] & 1 == 1 { return frame[offset] == 0x21 || frame[offset] == 0x57 ? offset + 1 : nil }
        guard frame.count >= offset + 2 else { return nil }
        let number = frame.number16(at: offset)
        return number == 0x0021 || number == 0x0057 ? offset + 2 : nil
    }
}

public import Packets
public import SMTP

/// Builds frames and capture files byte by byte.
public enum Frames {
    /// Addresses for documentation (RFC 5737), one for each end.
    public static let client = ClientAddress(ipv4: 0xc000_0205)
    /// The other end.
    public static let server = ClientAddress(ipv4: 0xc633_6419)

    /// A number in two bytes, network byte order.
    public static func big16(_ number: Int) -> [UInt8] { [UInt8(number >> 8 & 0xff), UInt8(number & 0xff)] }
    /// A number in four bytes, network byte order.
    public static func big32(_ number: UInt32) -> [UInt8] { big16(Int(number >> 16)) + big16(Int(number & 0xffff)) }

    /// An address's bytes.
    public static func address(_ address: ClientAddress) -> [UInt8] {
        let width = address.family.width
        return stride(from: width - 8, through: 0, by: -8).map {
            UInt8(truncatingIfNeeded: address.bits >> UInt128($0))
        }
    }

    /// A segment with its header; `options` counts words of four bytes.
    public static func tcp(_ segment: TCPSegment, options: Int = 0) -> [UInt8] {
        big16(Int(segment.source.port)) + big16(Int(segment.destination.port)) + big32(segment.sequence)
            + big32(segment.acknowledgement) + [UInt8((5 + options) << 4), segment.flags.rawValue]
            + [0xff, 0xff, 0, 0, 0, 0] + Array(repeating: 1, count: options * 4) + segment.payload
    }

    /// An IPv4 packet.
    public static func ipv4(
        _ payload: [UInt8], from source: ClientAddress, to destination: ClientAddress, options: Int = 0,
        length: Int? = nil,
        identification: Int = 7, fragment: Int = 0, transport: UInt8 = 6
    ) -> [UInt8] {
        [UInt8(0x45 + options), 0] + big16(length ?? 20 + options * 4 + payload.count) + big16(identification)
            + big16(fragment) + [64, transport, 0, 0] + address(source) + address(destination)
            + Array(repeating: 1, count: options * 4) + payload
    }

    /// An IPv6 packet.
    public static func ipv6(
        _ payload: [UInt8], from source: ClientAddress, to destination: ClientAddress, next: UInt8 = 6
    ) -> [UInt8] {
        [0x60, 0, 0, 0] + big16(payload.count) + [next, 64] + address(source) + address(destination) + payload
    }

    /// An Ethernet frame.
    public static func ethernet(_ packet: [UInt8], type: Int = 0x0800) -> [UInt8] {
        Array(repeating: 2, count: 12) + big16(type) + packet
    }

    /// An Ethernet frame with a segment, IPv4 or IPv6 by its addresses.
    public static func frame(_ segment: TCPSegment) -> [UInt8] {
        let (source, destination) = (segment.source.address, segment.destination.address)
        guard source.family == .ipv6 else { return ethernet(ipv4(tcp(segment), from: source, to: destination)) }
        return ethernet(ipv6(tcp(segment), from: source, to: destination), type: 0x86dd)
    }

    /// A pcap file of frames.
    public static func pcap(
        _ frames: [(time: UInt64, bytes: [UInt8])], linkType: UInt32 = 1, isBigEndian: Bool = false,
        hasNanoseconds: Bool = false
    ) -> [UInt8] {
        func number(_ value: UInt32) -> [UInt8] { isBigEndian ? big32(value) : big32(value).reversed() }
        var file = number(hasNanoseconds ? 0xa1b2_3c4d : 0xa1b2_c3d4)
        file += isBigEndian ? [0, 2, 0, 4] : [2, 0, 4, 0]
        file += number(0) + number(0) + number(262_144) + number(linkType)
        for frame in frames {
            let fraction = UInt32(frame.time % 1_000_000)
            file += number(UInt32(frame.time / 1_000_000)) + number(hasNanoseconds ? fraction * 1_000 : fraction)
            file += number(UInt32(frame.bytes.count)) + number(UInt32(frame.bytes.count)) + frame.bytes
        }
        return file
    }

    /// A pcapng file of frames: a section, an interface, enhanced packets.
    public static func pcapng(_ frames: [(time: UInt64, bytes: [UInt8])], linkType: UInt16 = 1) -> [UInt8] {
        pcapng([Interface(linkType: linkType)], frames.map { (0, $0.time, $0.bytes) })
    }

    /// An interface of a pcapng file.
    public struct Interface {
        /// What is around its packets.
        public var linkType: UInt16
        /// The longest packet that it kept.
        public var longest: UInt32
        /// Units of a second of its times, as a power of ten; microseconds without one.
        public var resolution: UInt8?
        /// Seconds that are taken from its times.
        public var offset: Int64

        /// An interface; its times are of microseconds unless told otherwise.
        public init(linkType: UInt16, longest: UInt32 = 262_144, resolution: UInt8? = nil, offset: Int64 = 0) {
            self.linkType = linkType
            self.longest = longest
            self.resolution = resolution
            self.offset = offset
        }
    }

    /// A pcapng file of frames of several interfaces, in either byte order; `form` is the type of the packets' blocks:
    /// 6 enhanced, 2 old, 3 simple.
    public static func pcapng(
        _ interfaces: [Interface], _ frames: [(interface: Int, time: UInt64, bytes: [UInt8])],
        isBigEndian: Bool = false, form: UInt32 = 6
    ) -> [UInt8] {
        func ordered(_ bytes: [UInt8]) -> [UInt8] { isBigEndian ? bytes : bytes.reversed() }
        func number(_ value: UInt32) -> [UInt8] { ordered(big32(value)) }
        func short(_ value: UInt16) -> [UInt8] { ordered([UInt8(value >> 8), UInt8(value & 0xff)]) }
        func padded(_ bytes: [UInt8]) -> [UInt8] { bytes + Array(repeating: 0, count: (4 - bytes.count % 4) % 4) }
        func block(_ type: UInt32, _ body: [UInt8]) -> [UInt8] {
            let length = number(UInt32(padded(body).count + 12))
            return number(type) + length + padded(body) + length
        }
        var file = block(
            0x0a0d_0d0a, number(0x1a2b_3c4d) + short(1) + short(0) + Array(repeating: 0xff, count: 8))
        // A block that nobody knows.
        file += block(0x0bad, Array("something".utf8))
        for interface in interfaces {
            var options: [UInt8] = short(2) + short(3) + padded(Array("lan".utf8))
            if let resolution = interface.resolution { options += short(9) + short(1) + padded([resolution]) }
            if interface.offset != 0 {
                let bits = UInt64(bitPattern: interface.offset)
                let whole = big32(UInt32(bits >> 32)) + big32(UInt32(truncatingIfNeeded: bits))
                options += short(14) + short(8) + ordered(whole)
            }
            file += block(1, short(interface.linkType) + short(0) + number(interface.longest) + options + number(0))
        }
        for frame in frames {
            let interface = interfaces[frame.interface]
            let perMicro = (6..<UInt64(interface.resolution ?? 6)).reduce(1 as UInt64) { power, _ in power * 10 }
            let time = (frame.time &- UInt64(bitPattern: interface.offset &* 1_000_000)) * perMicro
            let stamp = number(UInt32(time >> 32)) + number(UInt32(truncatingIfNeeded: time))
            let size = number(UInt32(frame.bytes.count))
            switch form {
            case 2: file += block(2, short(UInt16(frame.interface)) + short(0) + stamp + size + size + frame.bytes)
            case 3: file += block(3, size + frame.bytes)
            default: file += block(6, number(UInt32(frame.interface)) + stamp + size + size + frame.bytes)
            }
        }
        return file
    }
}

import PacketLab
import Packets
import SMTP
import Testing

/// Packets in tunnels are read where the tunnel is simple; the rest is counted.
@Suite("Tunnels")
struct TunnelTests {
    private static let segment = TCPSegment(
        time: 1_700_000_000_000_000, source: Endpoint(address: Frames.client, port: 40_000),
        destination: Endpoint(address: Frames.server, port: 25), sequence: 7, acknowledgement: 9, flags: [.ack],
        payload: Array("EHLO client.example\r\n".utf8))
    private static let packet = Frames.ipv4(
        Frames.tcp(segment), from: Frames.client, to: Frames.server)
    private static let outer = (ClientAddress(ipv4: 0x0a00_0001), ClientAddress(ipv4: 0x0a00_0002))

    private static func carried(_ payload: [UInt8], by transport: UInt8) -> [UInt8] {
        Frames.ethernet(Frames.ipv4(payload, from: outer.0, to: outer.1, transport: transport))
    }

    private static func udp(_ payload: [UInt8], to port: Int) -> [UInt8] {
        Frames.big16(50_000) + Frames.big16(port) + Frames.big16(payload.count + 8) + [0, 0] + payload
    }

    private func decode(_ frame: [UInt8]) -> (TCPSegment?, PacketDecoder.Counts) {
        var decoder = PacketDecoder(linkType: .ethernet)
        return (decoder.decode(frame.span, wireLength: frame.count, at: 1_700_000_000_000_000), decoder.counts)
    }

    static let frames: [(String, [UInt8])] = [
        ("IP in IP", carried(packet, by: 4)),
        ("GRE", carried([0, 0, 8, 0] + packet, by: 47)),
        ("GRE with key and number", carried([0x30, 0, 8, 0, 0, 0, 0, 1, 0, 0, 0, 2] + packet, by: 47)),
        ("Ethernet in GRE", carried([0, 0, 0x65, 0x58] + Frames.ethernet(packet), by: 47)),
        (
            "ERSPAN II",
            carried([0x10, 0, 0x88, 0xbe, 0, 0, 0, 1] + [0x10, 1, 0, 1, 0, 0, 0, 0] + Frames.ethernet(packet), by: 47)
        ),
        (
            "ERSPAN III",
            carried(
                [0x10, 0, 0x22, 0xeb, 0, 0, 0, 1] + [UInt8](repeating: 0, count: 12) + Frames.ethernet(packet), by: 47)
        ),
        ("VXLAN", carried(udp([8, 0, 0, 0, 0, 0, 1, 0] + Frames.ethernet(packet), to: 4_789), by: 17)),
        (
            "Geneve",
            carried(udp([1, 0, 0x65, 0x58, 0, 0, 1, 0] + [0, 0, 0, 0] + Frames.ethernet(packet), to: 6_081), by: 17)
        ),
        ("MPLS", Frames.ethernet([0, 1, 0, 64, 0, 2, 1, 64] + packet, type: 0x8847)),
        (
            "GRE in VXLAN",
            carried(
                udp([8, 0, 0, 0, 0, 0, 1, 0] + carried([0, 0, 8, 0] + packet, by: 47), to: 4_789), by: 17)
        ),
    ]

    @Test("A segment in a tunnel is read", arguments: Self.frames)
    func read(name: String, frame: [UInt8]) {
        let (found, counts) = decode(frame)
        #expect(found == Self.segment, "\(name)")
        #expect(counts.segments == 1 && counts.unreadTunnels == 0)
    }

    @Test("A tunnel that is not understood is counted, and tunnels in tunnels end")
    func unread() {
        for frame in [
            Self.carried([0, 1, 0x88, 0x0b] + Self.packet, by: 47),
            Self.carried([0, 0, 0x12, 0x34] + Self.packet, by: 47),
            Self.carried([0], by: 47),
        ] {
            let (found, counts) = decode(frame)
            #expect(found == nil && counts.unreadTunnels == 1)
        }
        var deep = Self.packet
        for _ in 0..<40 { deep = Frames.ipv4(deep, from: Self.outer.0, to: Self.outer.1, transport: 4) }
        let (found, counts) = decode(Frames.ethernet(deep))
        #expect(found == nil && counts.unreadTunnels == 1)
    }

    @Test("A frame that is cut anywhere never traps", arguments: Self.frames)
    func cut(name: String, frame: [UInt8]) {
        for count in 0..<frame.count {
            var decoder = PacketDecoder(linkType: .ethernet)
            let part = Array(frame[..<count])
            _ = decoder.decode(part.span, wireLength: frame.count, at: 1)
            #expect(decoder.counts.frames == 1)
        }
    }
}

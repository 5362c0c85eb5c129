import PacketLab
import Packets
import SMTP
import Testing

/// The shape of a SYN, as its packet has it.
struct SYNShapeTests {
    /// A SYN with these bytes of options, as a frame.
    private func opening(_ options: [UInt8], flags: UInt8 = 2, isIPv6: Bool = false) -> SYNShape? {
        let padded = options + Array(repeating: 0, count: (4 - options.count % 4) % 4)
        let header: [UInt8] =
            Frames.big16(40_000) + Frames.big16(25) + Frames.big32(1) + Frames.big32(0)
            + [UInt8((20 + padded.count) / 4) << 4, flags] + Frames.big16(64_240) + [0, 0, 0, 0] + padded
        let (client, server) =
            isIPv6 ? (ClientAddress("2001:db8::1")!, ClientAddress("2001:db8::2")!) : (Frames.client, Frames.server)
        let packet =
            isIPv6 ? Frames.ipv6(header, from: client, to: server) : Frames.ipv4(header, from: client, to: server)
        var decoder = PacketDecoder(linkType: .rawIP)
        return decoder.decode(packet.span, wireLength: packet.count, at: 0)?.opening
    }

    private static let linux: [UInt8] = [2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7]

    @Test("Window, hops, options in order, and the values of two of them", arguments: [false, true])
    func whole(isIPv6: Bool) throws {
        let shape = try #require(opening(Self.linux, isIPv6: isIPv6))
        #expect(
            shape
                == SYNShape(
                    window: 64_240, hopLimit: 64, options: [2, 4, 8, 1, 3], maximumSegment: 1_460, windowScale: 7))
        #expect(shape.description == "64240/64/mss1460,sok,ts,nop,ws7")
    }

    @Test(
        "Odd options are shown as far as they go",
        arguments: [
            ([], ""), ([0, 0, 0, 0], "eol"), ([1, 1, 1, 1], "nop,nop,nop,nop"), ([2, 4, 5, 0xb4], "mss1460"),
            ([2, 1, 0, 0], "mss"), ([3, 4, 1, 1, 200, 40, 0, 0], "ws,?200"), ([254, 4, 0, 0], "?254"),
        ] as [([UInt8], String)])
    func odd(options: [UInt8], expected: String) throws {
        #expect(try #require(opening(options)).description == "64240/64/" + expected)
    }

    @Test("Only a SYN that asks has one")
    func others() {
        for flags in [0x10, 0x12, 0x04, 0x11] as [UInt8] { #expect(opening(Self.linux, flags: flags) == nil) }
    }
}

import PacketLab
import Packets
import SMTP
import Seeded
import Testing

/// Frames of every link type to the segment in them; damaged ones are counted.
struct PacketDecoderTests {
    private static let ipv6Client = ClientAddress("2001:db8::1")!
    private static let ipv6Server = ClientAddress("2001:db8:1::25")!

    private static func segment(isIPv6: Bool = false, _ text: String = "EHLO client.example\r\n") -> TCPSegment {
        TCPSegment(
            time: 1_700_000_000_000_000,
            source: Endpoint(address: isIPv6 ? ipv6Client : Frames.client, port: 40_000),
            destination: Endpoint(address: isIPv6 ? ipv6Server : Frames.server, port: 25),
            sequence: 0xdead_beef, acknowledgement: 0x1234_5678, flags: [.ack], payload: Array(text.utf8))
    }

    private static func packet(isIPv6: Bool) -> [UInt8] {
        let segment = segment(isIPv6: isIPv6)
        return isIPv6
            ? Frames.ipv6(Frames.tcp(segment), from: ipv6Client, to: ipv6Server)
            : Frames.ipv4(Frames.tcp(segment), from: Frames.client, to: Frames.server)
    }

    private func decode(_ frame: [UInt8], _ type: LinkType = .ethernet, wireLength: Int? = nil) -> (
        TCPSegment?, PacketDecoder.Counts
    ) {
        var decoder = PacketDecoder(linkType: type)
        let segment = decoder.decode(frame.span, wireLength: wireLength ?? frame.count, at: 1_700_000_000_000_000)
        return (segment, decoder.counts)
    }

    @Test("Every link type, IPv4 and IPv6", arguments: [false, true])
    func linkTypes(isIPv6: Bool) {
        let packet = Self.packet(isIPv6: isIPv6)
        let type = isIPv6 ? 0x86dd : 0x0800
        let ppp = Frames.big16(isIPv6 ? 0x57 : 0x21)
        let frames: [(LinkType, [UInt8])] = [
            (.ethernet, Frames.ethernet(packet, type: type)),
            (.ethernet, Frames.ethernet(packet, type: type) + [0, 0, 0, 0, 0, 0]),
            (.ethernet, Frames.ethernet([0x20, 5] + Frames.big16(type) + packet, type: 0x8100)),
            (.ethernet, Frames.ethernet([0, 5, 0x81, 0, 0, 6] + Frames.big16(type) + packet, type: 0x88a8)),
            (.ethernet, Frames.ethernet([0x11, 0, 0, 1, 0, 90] + ppp + packet, type: 0x8864)),
            (
                .ethernet,
                Frames.ethernet([0xaa, 0xaa, 3, 0, 0, 0] + Frames.big16(type) + packet, type: 8 + packet.count)
            ),
            (.rawIP, packet), (.loop, [0, 0, 0, isIPv6 ? 24 : 2] + packet),
            (.null, [isIPv6 ? 30 : 2, 0, 0, 0] + packet),
            (.null, [0, 0, 0, isIPv6 ? 10 : 2] + packet), (.ppp, ppp + packet), (.ppp, [0xff, 3] + ppp + packet),
            (.ppp, [ppp[1]] + packet), (.linuxCooked, Array(repeating: 0, count: 14) + Frames.big16(type) + packet),
            (.linuxCooked2, Frames.big16(type) + Array(repeating: 0, count: 18) + packet),
        ]
        for (link, frame) in frames {
            let (found, counts) = decode(frame, link)
            #expect(found == Self.segment(isIPv6: isIPv6), "\(link) \(frame.prefix(24))")
            #expect(counts.segments == 1)
        }
        #expect(LinkType.allCases.allSatisfy { type in frames.contains { $0.0 == type } })
    }

    @Test("Options and extension headers are walked through")
    func headers() {
        let segment = Self.segment()
        let options = Frames.ipv4(
            Frames.tcp(segment, options: 5), from: Frames.client, to: Frames.server, options: 4)
        #expect(decode(options, .rawIP).0 == segment)
        // Hop-by-hop, routing, destination options, authentication, and a "fragment" that is whole.
        let six = Self.segment(isIPv6: true)
        let chain: [UInt8] =
            [43, 0, 0, 0, 0, 0, 0, 0] + [60, 1] + Array(repeating: 0, count: 14) + [51, 0, 0, 0, 0, 0, 0, 0]
            + [44, 2] + Array(repeating: 0, count: 14) + [6, 0, 0, 0, 0, 0, 0, 9]
        let frame = Frames.ipv6(chain + Frames.tcp(six), from: Self.ipv6Client, to: Self.ipv6Server, next: 0)
        #expect(decode(frame, .rawIP).0 == six)
    }

    @Test("A length of 0 is taken from the frame, a short capture leaves the rest missing")
    func lengths() throws {
        let segment = Self.segment()
        let packet = Frames.ipv4(Frames.tcp(segment), from: Frames.client, to: Frames.server, length: 0)
        #expect(decode(packet, .rawIP).0 == segment)
        let whole = Frames.frame(segment)
        let (cut, counts) = decode(Array(whole.dropLast(9)), wireLength: whole.count)
        #expect(try #require(cut).payload == Array(segment.payload.dropLast(9)))
        #expect(cut?.missing == 9 && counts.truncated == 1)
    }

    @Test("Fragments come together in any order; what never comes is counted", arguments: 0..<60)
    func fragments(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let isIPv6 = seed % 2 == 0
        let segment = Self.segment(isIPv6: isIPv6, String(repeating: "0123456789", count: 20))
        let payload = Frames.tcp(segment)
        var frames: [[UInt8]] = []
        var start = 0
        while start < payload.count {
            let length = 8 * Int.random(in: 1...6, using: &generator)
            let end = min(payload.count, start + length)
            let more = end < payload.count
            if isIPv6 {
                let header: [UInt8] = [6, 0] + Frames.big16(start | (more ? 1 : 0)) + [0, 0, 0, 9]
                frames.append(
                    Frames.ipv6(header + payload[start..<end], from: Self.ipv6Client, to: Self.ipv6Server, next: 44))
            } else {
                frames.append(
                    Frames.ipv4(
                        Array(payload[start..<end]), from: Frames.client, to: Frames.server,
                        fragment: start / 8 | (more ? 0x2000 : 0)))
            }
            // Now and then the next part overlaps this one.
            start = more && Int.random(in: 0..<4, using: &generator) == 0 && end - 8 > start ? end - 8 : end
        }
        frames.shuffle(using: &generator)
        let lost = seed % 5 == 4 ? frames.removeLast() : nil
        var decoder = PacketDecoder(linkType: .rawIP)
        let found = frames.compactMap { decoder.decode($0.span, wireLength: $0.count, at: segment.time) }
        decoder.finish()
        if lost == nil {
            #expect(found == [segment])
            // A part that was not needed begins a packet that never comes.
            #expect(decoder.counts.incomplete <= 1 && decoder.counts.fragments == frames.count)
        } else if found.isEmpty {
            #expect(decoder.counts.incomplete == 1)
        }
    }

    @Test("A flood of fragments is held within bounds")
    func fragmentFlood() {
        var decoder = PacketDecoder(linkType: .rawIP)
        for number in 0..<10_000 {
            let frame = Frames.ipv4(
                Array(repeating: 7, count: 64), from: Frames.client, to: Frames.server,
                identification: number, fragment: 0x2000)
            #expect(decoder.decode(frame.span, wireLength: frame.count, at: UInt64(number)) == nil)
        }
        #expect(decoder.counts.incomplete == 10_000 - 64)
    }

    @Test("A frame cut at any byte gives a segment with bytes missing, or is counted; never a wrong one")
    func truncated() throws {
        for isIPv6 in [false, true] {
            let whole = Frames.frame(Self.segment(isIPv6: isIPv6))
            let payload = Self.segment(isIPv6: isIPv6).payload
            for length in 0..<whole.count {
                let (segment, counts) = decode(Array(whole.prefix(length)), wireLength: whole.count)
                #expect(counts.frames == 1)
                #expect(counts.segments + counts.foreign + counts.damaged == 1)
                guard let segment else { continue }
                #expect(payload.starts(with: segment.payload))
                #expect(segment.payload.count + segment.missing == payload.count)
            }
        }
    }

    @Test("Other protocols are passed over and counted")
    func foreign() {
        let udp = Frames.ethernet(
            Frames.ipv4([1, 2, 3], from: Frames.client, to: Frames.server, transport: 17))
        #expect(decode(udp).1.foreign == 1)
        #expect(decode(Frames.ethernet([0, 1], type: 0x0806)).1.foreign == 1)
        #expect(LinkType(dataLinkType: 105) == nil)
    }

    @Test("Random bytes, and real frames with bytes changed, crash nothing", arguments: LinkType.allCases)
    func random(type: LinkType) {
        var generator = SeededGenerator(seed: 5)
        var decoder = PacketDecoder(linkType: type)
        let frames = [Self.packet(isIPv6: false), Self.packet(isIPv6: true), Frames.frame(Self.segment())]
        for round in 0..<20_000 {
            var frame: [UInt8]
            if round % 2 == 0 {
                frame = (0..<Int.random(in: 0...90, using: &generator)).map { _ in
                    .random(in: 0...255, using: &generator)
                }
            } else {
                frame = frames[round % 3]
                for _ in 0..<Int.random(in: 1...6, using: &generator) {
                    frame[Int.random(in: 0..<frame.count, using: &generator)] = .random(in: 0...255, using: &generator)
                }
            }
            _ = decoder.decode(frame.span, wireLength: .random(in: 0...70_000, using: &generator), at: UInt64(round))
        }
        let counts = decoder.counts
        #expect(counts.frames == 20_000)
        #expect(counts.segments + counts.foreign + counts.damaged + counts.fragments + counts.unreadTunnels >= 20_000)
    }
}

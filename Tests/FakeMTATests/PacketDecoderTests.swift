import FakeMTA
import Testing

@Suite("Packets in a stream of bytes")
struct PacketDecoderTests {
    static let packets = [
        MilterPacket(.negotiate, payload: NegotiationOffer.postfix.payload),
        MilterPacket(.connect, payload: ClientPeer(ip: "192.0.2.1", port: 4242).payload),
        MilterPacket(.data),
        MilterPacket(.body, payload: (0...255).map { UInt8($0) }),
        MilterPacket(letter: 0, payload: [0, 0, 0, 1]),
    ]

    static let fragmentations: [Fragmentation] =
        [.whole, .bytewise] + (1...20).map { .random(seed: $0) }

    @Test(arguments: fragmentations)
    func comeOutAsTheyWentIn(fragmentation: Fragmentation) throws {
        var decoder = MilterPacketDecoder()
        var decoded: [MilterPacket] = []
        for piece in fragmentation.pieces(of: Self.packets.flatMap { $0.encoded() }) {
            decoder.append(piece)
            while let packet = try decoder.next() { decoded.append(packet) }
        }
        #expect(decoded == Self.packets)
        #expect(decoder.pendingCount == 0)
    }

    @Test(arguments: fragmentations)
    func fragmentsLoseNothing(fragmentation: Fragmentation) {
        let bytes = Self.packets.flatMap { $0.encoded() }
        #expect(fragmentation.pieces(of: bytes).flatMap { $0 } == bytes)
        #expect(fragmentation.pieces(of: bytes).allSatisfy { !$0.isEmpty })
    }

    @Test func arrivesNoSooner() throws {
        let bytes = MilterPacket(.helo, strings: ["host"]).encoded()
        var decoder = MilterPacketDecoder()
        for (index, byte) in bytes.enumerated() {
            #expect(try decoder.next() == nil, "after \(index) bytes")
            decoder.append([byte])
        }
        #expect(try decoder.next() == MilterPacket(.helo, strings: ["host"]))
    }

    @Test func lengthIsMostSignificantByteFirst() {
        #expect(MilterPacket(.mail, strings: ["<>"]).encoded() == [0, 0, 0, 4, 0x4D, 0x3C, 0x3E, 0])
        #expect(MilterPacket.bigEndian(0x0102_03FF) == [1, 2, 3, 0xFF])
    }

    @Test func rejectsAnEmptyPacket() {
        var decoder = MilterPacketDecoder()
        decoder.append([0, 0, 0, 0])
        #expect(throws: MilterPacketDecoder.Failure.emptyPacket) { try decoder.next() }
    }

    @Test func rejectsAnOversizePacketByItsLength() throws {
        var decoder = MilterPacketDecoder(limit: 16)
        decoder.append([0, 0, 0, 16] + [UInt8](repeating: 0x42, count: 16))
        #expect(try decoder.next()?.payload.count == 15)
        decoder.append([0, 0, 0, 17])
        #expect(throws: MilterPacketDecoder.Failure.tooLarge(announced: 17, limit: 16)) { try decoder.next() }
    }

    @Test func rejectsWhatLooksLikeAnotherProtocol() {
        var decoder = MilterPacketDecoder()
        decoder.append(Array("220 mail.example ESMTP\r\n".utf8))
        #expect(throws: MilterPacketDecoder.Failure.self) { try decoder.next() }
    }

    @Test func macrosNameTheirCommand() {
        let macros: MacroSet = ["j": "host", "{client_addr}": "192.0.2.1"]
        #expect(
            macros.packet(for: .connect).payload == Array("Cj\0host\0{client_addr}\u{0}192.0.2.1\u{0}".utf8))
    }

    @Test(arguments: [[0x61, 0xE9, 0x62], [0xC3, 0xA9], [0x80, 0xFF, 0x00], []] as [[UInt8]])
    func bytesSurviveAsText(bytes: [UInt8]) {
        #expect(ByteText.bytes(ByteText.text(bytes)) == bytes)
    }
}

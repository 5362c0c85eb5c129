import SMTP
import Seeded
import Testing

@testable import Tap

/// What argot-tap writes is what argotd reads, in pieces of any size; anything else is refused.
struct TapReaderTests {
    private static let connections = [
        TapConnection(
            client: ClientAddress("192.0.2.5")!, clientPort: 40_000, server: ClientAddress("198.51.100.25")!,
            serverPort: 25),
        TapConnection(
            client: ClientAddress("2001:db8::5")!, clientPort: 1, server: ClientAddress("2001:db8:1::25")!,
            serverPort: 65_535),
        // A client of IPv4 at a server's IPv6 socket.
        TapConnection(
            client: ClientAddress("192.0.2.5")!, clientPort: 40_000, server: ClientAddress("2001:db8:1::25")!,
            serverPort: 587),
    ]

    private static let findings: [TapFinding] =
        [
            .opened(syn: ""), .opened(syn: "64240/57/mss1460,sok,ts,nop,ws7"), .reply(220, toLine: false),
            .reply(0, toLine: true), .reply(999, toLine: true),
            .tls(ja4: ""), .tls(ja4: "t13d1516h2_8daaf6152771_e5627efa2ab1"),
        ] + TapLoss.allCases.map { .lost($0) }
        + [false, true].flatMap { one in
            [false, true].flatMap { two in
                [false, true].map { .ended(TapEnding(isByClient: one, isReset: two, hasQuit: $0)) }
            }
        }
        + LineEnd.allCases.flatMap { end in
            (0..<16).map {
                .line(
                    TapLine(
                        bytes: Array("MAIL FROM:".utf8), end: end, marks: LineMarks(rawValue: $0 << 1), isText: $0 > 8,
                        check: UInt16($0) << 12))
            }
        } + [.line(TapLine(bytes: [])), .line(TapLine(bytes: Array(repeating: 0xff, count: TapLine.maximumBytes)))]

    private static var messages: [TapMessage] {
        var counts = TapCounts()
        counts.packets = .max
        counts.dropped = 1
        counts.connections = 2
        counts.lost = 3
        counts.unsent = 4
        var serial: UInt32 = .max - 3
        return [.counts(counts), .counts(TapCounts())]
            + findings.flatMap { finding in
                connections.map { connection in
                    serial &+= 1
                    return .record(
                        TapRecord(
                            connection: connection, serial: serial, time: 1_700_000_000_000_000 + UInt64(serial),
                            finding: finding))
                }
            }
    }

    private static var bytes: [UInt8] {
        var bytes = TapWriter.preamble
        for message in messages { TapWriter.append(message, to: &bytes) }
        return bytes
    }

    @Test("Everything comes back, in pieces of any size", arguments: 0..<20)
    func roundTrip(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var reader = TapReader()
        var found: [TapMessage] = []
        var rest = Self.bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(seed == 0 ? .max : Int.random(in: 1...(seed == 1 ? 1 : 200), using: &generator))
            found += try reader.read(piece)
            rest = rest.dropFirst(piece.count)
        }
        #expect(found == Self.messages)
    }

    @Test("Bytes that argot-tap does not say end it")
    func garbage() throws {
        let record = TapRecord(connection: Self.connections[0], serial: 0, time: 0, finding: .lost(.bounds))
        var good = TapWriter.preamble
        TapWriter.append(.record(record), to: &good)
        var kind = good
        kind[10] = 99
        var loss = good
        loss[11] = 0
        var width = good
        width[28] = 5
        var short = good
        short[9] = 1
        var long = good
        (long[8], long[9]) = (0xff, 0xff)
        for bytes in [Array("GET / HTTP/1.1\r\n".utf8), Array("ARGOTAP2".utf8), kind, loss, width, short, long] {
            var reader = TapReader()
            #expect(throws: TapReader.Garbage.self) { try reader.read(bytes) }
        }
        var reader = TapReader()
        #expect(try reader.read(good) == [.record(record)])
    }

    @Test("Any bytes behind the preamble are read or refused, and little is held", arguments: 0..<200)
    func anything(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var bytes = Self.bytes
        for _ in 0..<Int.random(in: 1...40, using: &generator) {
            bytes[Int.random(in: 8..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
        }
        var reader = TapReader()
        _ = try? reader.read(bytes)
    }
}

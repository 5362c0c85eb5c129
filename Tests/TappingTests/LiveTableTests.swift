import PacketLab
import Packets
import SMTP
import Seeded
import Tap
import Testing

@testable import Tapping

/// Connections are followed while they last.
struct LiveTableTests {
    private func words(_ talk: Talk) -> [String] {
        var table = LiveTable(ports: [25])
        return table.words(of: talk.segments)
    }

    @Test("A conversation, with its content captured or not", arguments: [0, 10, 5_000_000])
    func whole(size: Int) {
        var table = LiveTable(ports: [25])
        #expect(table.words(of: Talk.whole(size: size).segments) == Talk.wholeText)
        #expect(table.count == 0 && table.connections == 1 && table.lost == 0)
    }

    @Test("Content of which some segments are captured")
    func someContent() {
        var talk = Talk()
        talk.s("220 mx\r\n")
        talk.c("DATA\r\n")
        talk.s("354 go on\r\n")
        talk.lost(1_460)
        talk.c("QUIT in the middle of a text\r\nMAIL FROM:<not@a.command>\r\n")
        talk.lost(1_460)
        talk.c("the end\r\n.\r\n")
        talk.s("250 ok\r\n")
        talk.c("RSET\r\n")
        let found = words(talk)
        #expect(found.filter { $0.hasPrefix("line") } == ["line \"DATA\" crlf", "line \"RSET\" crlf"], "\(found)")
    }

    @Test("Chunks are counted, whatever is captured of them", arguments: [0, 3_000, 5_000])
    func chunks(captured: Int) {
        var talk = Talk()
        talk.s("220 mx\r\n")
        talk.add(
            .client, Array("BDAT 5000 LAST\r\n".utf8) + Array(repeating: UInt8(ascii: "\n"), count: captured),
            missing: 5_000 - captured)
        talk.s("250 ok\r\n")
        talk.c("QUIT\r\n")
        #expect(words(talk).suffix(3) == ["line \"BDAT 5000 LAST\" crlf", "reply 250", "line \"QUIT\" crlf"])
    }

    @Test("Segments that come twice, or out of order, change nothing that is said of lines", arguments: 0..<60)
    func order(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var segments = Talk.whole(size: seed % 2 == 0 ? 0 : 9_000).segments
        for _ in 0..<6 {
            let index = Int.random(in: 3..<segments.count - 2, using: &generator)
            if seed % 3 == 0 {
                segments.insert(segments[index], at: min(index + 2, segments.count - 1))
            } else {
                // The one who is answered is captured behind the answer.
                segments.swapAt(index, index + 1)
            }
        }
        var table = LiveTable(ports: [25])
        let found = table.words(of: segments)
        #expect(
            found.filter { $0.hasPrefix("line") } == Talk.wholeText.filter { $0.hasPrefix("line") },
            "\(segments.map { String(decoding: $0.payload, as: UTF8.self) })")
    }

    @Test("Early talk, and how connections end")
    func endings() {
        var early = Talk()
        early.c("HELO x\r\n")
        early.s("220 mx\r\n")
        early.s("250 ok\r\n")
        early.add(.client, flags: .rst)
        #expect(
            words(early).dropFirst() == [
                "line \"HELO x\" crlf before-greeting", "reply 220", "reply 250", "ended by-client rst",
            ])
        var left = Talk()
        left.s("220 mx\r\n")
        left.add(.server, Array("421 too slow\r\n".utf8), flags: .fin)
        #expect(words(left).dropFirst() == ["reply 220", "reply 421", "ended by-server fin"])
    }

    @Test("Nothing of a login is handed over, and it is followed on")
    func login() {
        var talk = Talk()
        talk.s("220 mx\r\n")
        talk.c("AUTH LOGIN aHVudGVyMg==\r\n")
        talk.s("334 UGFzc3dvcmQ6\r\n")
        talk.c("QUIT\r\n")
        talk.s("535 no\r\n")
        talk.c("aHVudGVyMg==\r\n")
        talk.s("500 what\r\n")
        talk.c("RSET\r\n")
        #expect(
            words(talk).filter { $0.hasPrefix("line") } == [
                "line \"AUTH LOGIN xxxxxxxx\" crlf", "line \"xxxxxxxx\" crlf", "line \"RSET\" crlf",
            ])
    }

    @Test("TLS: the hello's fingerprint, in one segment or several, then nothing but the end", arguments: [1, 2, 7])
    func tls(pieces: Int) {
        var talk = Talk()
        talk.s("220 mx\r\n")
        talk.c("STARTTLS\r\n")
        talk.s("220 go on\r\n")
        let hello = ClientHelloTests.browser
        let step = (hello.count + pieces - 1) / pieces
        for start in stride(from: 0, to: hello.count, by: step) {
            talk.add(.client, Array(hello[start..<min(start + step, hello.count)]))
        }
        talk.add(.server, [0x16, 3, 3, 0, 0])
        talk.c("QUIT\r\n")
        talk.close()
        #expect(
            words(talk).dropFirst(2) == [
                "line \"STARTTLS\" crlf", "reply 220", "tls t13d1516h2_8daaf6152771_e5627efa2ab1",
                "ended by-client fin",
            ])
    }

    @Test("A command that was not captured ends it, after a while")
    func gap() {
        var talk = Talk()
        talk.s("220 mx\r\n")
        talk.lost(900)
        talk.c("QUIT\r\n")
        talk.s("221 bye\r\n")
        var table = LiveTable(ports: [25])
        #expect(table.words(of: talk.segments).count == 2)
        #expect(table.hasWaiting)
        #expect(table.tick(at: talk.time + LiveSession.patience / 2).isEmpty)
        #expect(table.tick(at: talk.time + LiveSession.patience + 2_000).map(\.finding) == [.lost(.clientGap)])
        #expect(table.lost == 1 && !table.hasWaiting)
        #expect(table.tick(at: talk.time + 10 * LiveSession.patience).isEmpty)
    }

    @Test("Findings are numbered; a new connection between the same ends begins anew")
    func serials() {
        var table = LiveTable(ports: [25])
        let first = Talk.whole().segments.dropLast(2).flatMap { table.consume($0) }
        #expect(first.map(\.serial) == (0..<UInt32(first.count)).map { $0 })
        var again = Talk(from: 900_000)
        again.s("220 mx\r\n")
        let second = again.segments.flatMap { table.consume($0) }
        #expect(second.map(\.serial) == [0, 1])
        #expect(table.count == 1 && table.connections == 2)
    }

    @Test("Only connections to the ports, from their beginning")
    func others() {
        var table = LiveTable(ports: [25])
        var other = Talk()
        other.server.port = 80
        #expect(table.words(of: Array(Talk.whole().segments.dropFirst())).isEmpty)
        #expect(table.count == 0)
        var elsewhere = Talk.whole()
        elsewhere.server.port = 80
        #expect(
            table.words(
                of: elsewhere.segments.map {
                    var segment = $0
                    if segment.destination.port == 25 {
                        segment.destination.port = 80
                    } else {
                        segment.source.port = 80
                    }
                    return segment
                }
            ).isEmpty)
        // A mail server's client may have port 25 itself.
        var both = Talk(port: 25)
        both.s("220 mx\r\n")
        both.c("QUIT\r\n")
        #expect(table.words(of: both.segments).dropFirst() == ["reply 220", "line \"QUIT\" crlf"])
    }

    @Test("Too many connections: the one silent longest is given up, and what is held stays bounded")
    func bounds() {
        var limits = LiveTable.Limits()
        limits.connections = 10
        limits.silence = 1_000_000
        var table = LiveTable(ports: [25], limits: limits)
        var given: [UInt16] = []
        for port in 1...100 as ClosedRange<UInt16> {
            for record in Talk(port: port).segments.flatMap({ table.consume($0) }) {
                if record.finding == .lost(.bounds) { given.append(record.connection.clientPort) }
            }
        }
        #expect(given == Array(1...90) && table.count == 10 && table.lost == 90)
        #expect(table.tick(at: Talk().time + 2_000_000).count == 10)
        #expect(table.count == 0)
        // One that sends without end, and waits for nothing.
        var flood = Talk()
        flood.s("220 mx\r\n")
        flood.c("DATA\r\n")
        for _ in 0..<100 { flood.c(String(repeating: "a", count: 700) + "\r\n") }
        #expect(table.words(of: flood.segments).contains("lost bounds"))
    }

    @Test("Any segments, in any order: no crash, no growth", arguments: 0..<40)
    func anything(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var limits = LiveTable.Limits()
        limits.connections = 4
        limits.bytes = 20_000
        var table = LiveTable(ports: [25], limits: limits)
        let texts = [
            "", "DATA\r\n", "354 \r\n", "250 \r\n", "BDAT 99999999 LAST\r\n", "334 x\r\n", "AUTH X\r\n", ".\r\n",
            "220 \r\n", "STARTTLS\r\n", "\u{16}\u{3}\u{1}", "MAIL FROM:<", "\r\n",
        ]
        var talk = Talk()
        var time = talk.time
        for step in 0..<1_500 {
            talk = step % 50 == 0 ? Talk(port: UInt16.random(in: 1...6, using: &generator)) : talk
            if step % 50 == 0 { _ = table.words(of: talk.segments) }
            let count = talk.segments.count
            talk.add(
                Bool.random(using: &generator) ? .client : .server, Array(texts.randomElement(using: &generator)!.utf8),
                flags: Int.random(in: 0..<40, using: &generator) == 0 ? [.fin, .ack] : .ack,
                missing: Int.random(in: 0..<10, using: &generator) == 0 ? 700 : 0)
            var segment = talk.segments[count]
            if Int.random(in: 0..<8, using: &generator) == 0 {
                segment.sequence &+=
                    UInt32.random(in: 0...(.max), using: &generator) >> UInt32.random(in: 0...31, using: &generator)
            }
            if Int.random(in: 0..<8, using: &generator) == 0 {
                segment.acknowledgement = UInt32.random(in: 0...(.max), using: &generator)
            }
            time += UInt64.random(in: 0...100_000, using: &generator)
            segment.time = time
            _ = table.consume(segment)
            _ = table.tick(at: time)
            #expect(table.count <= 4)
        }
    }
}

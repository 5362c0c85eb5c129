import Captures
import Conversations
import Packets
import SMTP
import Seeded
import Testing

/// Many connections: each gives its own transcript, and memory has its bounds.
struct ConversationTableTests {
    private func script(_ number: Int, port: UInt16 = 25) -> Script {
        var script = Script.whole(port: port, client: UInt32(number) &* 77_777, server: UInt32(number) &* 99_991)
        script.rename(client: Endpoint(address: ClientAddress(ipv4: 0x0a00_0000 + UInt32(number)), port: 1_025))
        return script
    }

    @Test("Interleaved connections are told apart", arguments: 0..<20)
    func interleaved(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var queues = (1...12).map { script($0).segments[...] }
        var segments: [TCPSegment] = []
        while let index = queues.indices.filter({ !queues[$0].isEmpty }).randomElement(using: &generator) {
            segments.append(queues[index].removeFirst())
        }
        let (found, counts) = transcripts(of: segments)
        #expect(found.count == 12 && counts.conversations == 12)
        #expect(found.allSatisfy { text(of: $0) == Script.wholeText })
        #expect(Set(found.map(\.id)).count == 12)
        #expect(Set(found.compactMap(\.peers.client)).count == 12)
    }

    @Test("The same ends can have one connection after the other")
    func reused() {
        var again = Script.whole(client: 900_000, server: 700_000, from: 1_700_000_001_000_000)
        again.segments = again.segments.map { $0 }
        let (found, _) = transcripts(of: Script.whole().segments + again.segments)
        #expect(found.map(text) == [Script.wholeText, Script.wholeText])
        #expect(Set(found.map(\.id)).count == 2)
    }

    @Test("SMTP at another port is known by its words; FTP, HTTP and silence are not SMTP")
    func otherPorts() {
        let (found, counts) = transcripts(of: Script.whole(port: 1_125).segments)
        #expect(found.map(text) == [Script.wholeText] && counts.foreign == 0)
        var ftp = Script(port: 21)
        ftp.open()
        ftp.s("220 FTP server ready\r\n")
        ftp.c("USER anonymous\r\n")
        ftp.s("331 password?\r\n")
        var http = Script(port: 80)
        http.open()
        http.c("GET / HTTP/1.0\r\n\r\n")
        http.s("HTTP/1.0 200 OK\r\n\r\n")
        var silent = Script(port: 8_080)
        silent.open()
        let other = transcripts(of: ftp.segments + http.segments + silent.segments)
        #expect(other.transcripts.isEmpty && other.counts.foreign == 3)
        let named = transcripts(of: Script.whole(port: 1_125).segments, ports: [1_125])
        #expect(named.transcripts.map(text) == [Script.wholeText])
    }

    @Test("Connections without a word, and those that are encrypted from the start, are counted")
    func nothing() {
        var silent = Script()
        silent.open()
        silent.close()
        var refused = Script(client: 9)
        refused.client.port = 41_000
        refused.add(.client, flags: .syn, acknowledges: false)
        refused.add(.server, flags: .rst)
        var tls = Script(port: 465)
        tls.open()
        tls.add(.client, "\u{16}\u{3}\u{1}hello")
        tls.add(.server, "\u{16}\u{3}\u{3}hello")
        let (found, counts) = transcripts(of: silent.segments + refused.segments + tls.segments)
        #expect(found.isEmpty)
        #expect(counts.empty == 2 && counts.encrypted == 1 && counts.conversations == 0)
    }

    @Test("Who opens is the client, even from port 25")
    func fromPort25() {
        var script = Script.whole()
        script.rename(client: Endpoint(address: Script.clientAddress, port: 25))
        let (found, _) = transcripts(of: script.segments)
        #expect(found.map(text) == [Script.wholeText])
        #expect(found.first?.peers.client == Script.clientAddress)
    }

    @Test("Beyond the limit of connections the one silent longest is handed over")
    func tooManyConnections() {
        var limits = CaptureLimits()
        limits.connections = 10
        let scripts = (1...100).map { script($0) }
        let longest = scripts.map(\.segments.count).max() ?? 0
        var segments: [TCPSegment] = []
        for turn in 0..<longest { segments += scripts.compactMap { $0.segments.dropFirst(turn).first } }
        var table = ConversationTable(source: "test", limits: limits)
        var pieces = 0
        for (index, segment) in segments.enumerated() { pieces += table.consume(segment, packet: index + 1).count }
        pieces += table.finish().count
        #expect(table.counts.flushed > 0)
        #expect(pieces == table.counts.conversations)
    }

    @Test("Beyond the limit of bytes connections are handed over, and nothing is lost")
    func tooManyBytes() {
        var limits = CaptureLimits()
        limits.bytes = 20_000
        let (found, counts) = transcripts(of: (1...200).flatMap { script($0).segments.dropLast(3) }, limits: limits)
        #expect(found.count == 200 && counts.flushed > 100)
        #expect(found.allSatisfy { text(of: $0) == Script.wholeText })
    }

    @Test("Segments that wait for a lost one do not wait for ever", arguments: [5, 50])
    func impatient(waiting: Int) {
        var limits = CaptureLimits()
        limits.waitingSegments = waiting
        var script = Script()
        script.open()
        script.s("220 mx\r\n")
        script.c("lost\r\n")
        script.segments.removeLast()
        for _ in 0..<200 { script.c("NOOP\r\n") }
        var table = ConversationTable(source: "test", limits: limits)
        for (index, segment) in script.segments.enumerated() { _ = table.consume(segment, packet: index + 1) }
        let transcript = table.finish().first
        #expect(transcript?.gaps == 1)
        #expect(transcript?.events.count == 202)
        #expect(transcript.map(text)?[1] == "C [GAP 6]")
    }

    @Test("Random segments crash nothing, and every transcript keeps its bounds", arguments: 0..<200)
    func random(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var limits = CaptureLimits()
        limits.connections = 6
        limits.bytes = 30_000
        limits.waitingSegments = 8
        limits.events = 20
        var table = ConversationTable(source: "test", limits: limits)
        var found: [SessionTranscript] = []
        let words = [
            "220 x\r\n", "EHLO x\r\n", "DATA\r\n", "354 x\r\n", ".\r\n", "BDAT 9\r\n", "AUTH X y\r\n", "334 \r\n",
            "\u{16}\u{3}\u{1}",
        ]
        var time: UInt64 = 1_700_000_000_000_000
        for packet in 1...400 {
            time = time &+ UInt64.random(in: 0...40_000_000, using: &generator)
            func end() -> Endpoint {
                Endpoint(
                    address: ClientAddress(ipv4: .random(in: 1...3, using: &generator)),
                    port: [25, 25, 587, 4_000, 4_001].randomElement(using: &generator)!)
            }
            let segment = TCPSegment(
                time: Bool.random(using: &generator) ? time : .random(in: 0...(1 << 60), using: &generator),
                source: end(),
                destination: end(), sequence: .random(in: 0...(packet % 3 == 0 ? .max : 300), using: &generator),
                acknowledgement: .random(in: 0...(packet % 5 == 0 ? .max : 300), using: &generator),
                flags: TCPSegment.Flags(rawValue: .random(in: 0...31, using: &generator)),
                payload: Array((words.randomElement(using: &generator) ?? "").utf8),
                missing: packet % 7 == 0 ? .random(in: 0...2_000, using: &generator) : 0)
            found += table.consume(segment, packet: packet)
        }
        found += table.finish()
        #expect(found.count == table.counts.conversations)
        #expect(found.allSatisfy { $0.events.count <= 20 })
        for transcript in found {
            let times = transcript.events.map(\.time)
            #expect(times == times.sorted())
        }
    }
}

extension Script {
    /// The same connection from another end.
    mutating func rename(client end: Endpoint) {
        let before = client
        client = end
        segments = segments.map { segment in
            var segment = segment
            if segment.source == before { segment.source = end } else { segment.destination = end }
            return segment
        }
    }
}

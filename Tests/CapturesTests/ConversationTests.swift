import Captures
import Conversations
import Packets
import SMTP
import Seeded
import Testing

/// One connection, however its segments were captured, gives the conversation that its ends had.
struct ConversationTests {
    private func only(
        _ segments: [TCPSegment], limits: CaptureLimits = CaptureLimits(),
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> SessionTranscript {
        let found = transcripts(of: segments, limits: limits).transcripts
        #expect(found.count == 1, sourceLocation: sourceLocation)
        return try #require(found.first, sourceLocation: sourceLocation)
    }

    @Test("A conversation in order: every segment is an event, with its time and its ends")
    func inOrder() throws {
        let script = Script.whole()
        let transcript = try only(script.segments)
        #expect(text(of: transcript) == Script.wholeText)
        #expect(transcript.began == Double(script.segments[0].time) / 1e6)
        let times = script.segments.filter { !$0.payload.isEmpty }.map { $0.time - script.segments[0].time }
        #expect(transcript.events.map(\.time) == times)
        #expect(transcript.peers.client == Script.clientAddress && transcript.peers.clientPort == 40_000)
        #expect(transcript.peers.server == Script.serverAddress && transcript.peers.serverPort == 25)
        #expect(transcript.closings.map(\.isByClient) == [true, false])
        #expect(transcript.closings.allSatisfy { $0.manner == .fin })
        #expect(transcript.gaps == 0 && transcript.origin == "pcap" && transcript.vantage == .wire)
        #expect(transcript.id == "test#1" && transcript.source == "test")
    }

    @Test("Shuffled segments give the conversation in order", arguments: 0..<300)
    func shuffled(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        // Numbers that wrap in the middle of the conversation too.
        let script = Script.whole(
            client: seed % 3 == 0 ? UInt32.max - 40 : 1_000, server: seed % 3 == 1 ? UInt32.max - 30 : 9)
        var segments = script.segments
        // What is sent again must not matter either.
        for segment in script.segments where Int.random(in: 0..<3, using: &generator) == 0 { segments.append(segment) }
        segments.shuffle(using: &generator)
        let transcript = try only(segments)
        #expect(text(of: transcript) == Script.wholeText)
        #expect(transcript.gaps == 0)
        #expect(transcript.peers.clientPort == 40_000)
        #expect(Set(transcript.closings.map(\.isByClient)) == [true, false] && transcript.closings.count == 2)
    }

    @Test("Segments cut anew and sent again give the same bytes", arguments: 0..<200)
    func resegmented(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let script = Script.whole(client: UInt32.max - UInt32(seed))
        let expected = try only(script.segments)
        var segments: [TCPSegment] = []
        for segment in script.segments {
            var rest = segment
            while rest.payload.count > 1, Bool.random(using: &generator) {
                let cut = Int.random(in: 1..<rest.payload.count, using: &generator)
                var head = rest
                head.payload = Array(rest.payload[..<cut])
                head.flags.remove(.fin)
                segments.append(head)
                // The rest may begin before the cut: an overlap.
                let back = Int.random(in: 0...min(cut, 3), using: &generator)
                rest.payload = Array(rest.payload[(cut - back)...])
                rest.sequence &+= UInt32(cut - back)
                if back == cut { break }
            }
            segments.append(rest)
        }
        // Neighbours change places, as on a path with two ways.
        for index in segments.indices.dropLast() where Bool.random(using: &generator) {
            segments.swapAt(index, index + 1)
        }
        let transcript = try only(segments)
        #expect(stream(.client, of: transcript) == stream(.client, of: expected))
        #expect(stream(.server, of: transcript) == stream(.server, of: expected))
        #expect(transcript.gaps == 0)
    }

    @Test("A lost segment is one gap of its length, and the rest is where it was", arguments: 0..<11)
    func lost(number: Int) throws {
        var segments = Script.whole().segments
        let spoken = segments.indices.filter { !segments[$0].payload.isEmpty }
        let length = segments[spoken[number]].payload.count
        segments.remove(at: spoken[number])
        let transcript = try only(segments)
        var expected = Script.wholeText
        expected[number] = "\(expected[number].prefix(1)) [GAP \(length)]"
        // After a gap nobody can be certain that what comes is content.
        if number == 6 { expected[7] = "C xxxxxxxx\r\n.\r\n" }
        #expect(text(of: transcript) == expected)
        #expect(transcript.gaps == 1)
    }

    @Test("A segment captured in part shows its beginning and a gap")
    func truncated() throws {
        var script = Script()
        script.open()
        script.s("220 mx\r\n")
        script.add(.client, "EHLO cli", missing: 9)
        script.s("250 ok\r\n")
        script.c("QUIT\r\n")
        let transcript = try only(script.segments)
        #expect(text(of: transcript) == ["S 220 mx\r\n", "C EHLO cli", "C [GAP 9]", "S 250 ok\r\n", "C QUIT\r\n"])
        #expect(transcript.gaps == 1)
    }

    @Test("A capture that begins in the middle, or shows one side only")
    func partial() throws {
        let script = Script.whole()
        let later = Array(script.segments.dropFirst(5))
        #expect(text(of: try only(later)) == Array(Script.wholeText.dropFirst(2)))
        let client = script.segments.filter { $0.source == script.client }
        let transcript = try only(client)
        #expect(text(of: transcript) == Script.wholeText.filter { $0.hasPrefix("C") })
        #expect(transcript.peers.serverPort == 25)
        let server = try only(script.segments.filter { $0.source == script.server })
        #expect(text(of: server) == Script.wholeText.filter { $0.hasPrefix("S") })
        #expect(server.peers.clientPort == 40_000)
    }

    @Test("Keep-alives and window probes say nothing")
    func keepAlive() throws {
        var segments = Script.whole().segments
        var probe = segments[4]
        probe.sequence &-= 1
        probe.payload = [0]
        segments.insert(probe, at: 5)
        probe.payload = []
        segments.insert(probe, at: 9)
        #expect(text(of: try only(segments)) == Script.wholeText)
    }

    @Test("RST by either side is a closing; what follows it is no conversation")
    func reset() throws {
        for side in [Script.Side.client, .server] {
            var script = Script()
            script.open()
            script.s("220 mx\r\n")
            script.c("EHLO x\r\n")
            script.add(side, flags: .rst)
            script.add(.client)
            let transcript = try only(script.segments)
            #expect(transcript.closings.map(\.manner) == [.rst])
            #expect(transcript.closings.map(\.isByClient) == [side == .client])
            #expect(text(of: transcript) == ["S 220 mx\r\n", "C EHLO x\r\n"])
        }
    }

    @Test("FIN, then RST: both are kept, in the order of their times")
    func finThenReset() throws {
        var script = Script()
        script.open()
        script.s("220 mx\r\n")
        script.add(.server, flags: .fin)
        script.serverNext += 1
        script.add(.client, flags: .rst)
        let transcript = try only(script.segments)
        #expect(transcript.closings.map(\.manner) == [.fin, .rst])
        #expect(transcript.closings.map(\.isByClient) == [false, true])
    }

    @Test("Silence ends a conversation; the side that had to speak timed out")
    func silence() throws {
        var script = Script()
        script.open()
        script.s("220 mx\r\n")
        script.c("EHLO x\r\n")
        script.s("250 ok\r\n")
        var later = Script(client: 77, from: script.time + 7_200_000_000)
        later.client.port = 41_000
        later.open()
        var table = ConversationTable(source: "test")
        var found: [SessionTranscript] = []
        for (index, segment) in (script.segments + later.segments).enumerated() {
            found += table.consume(segment, packet: index + 1)
        }
        let transcript = try #require(found.first)
        #expect(transcript.closings == [.init(time: transcript.events[2].time, isByClient: true, manner: .timeout)])
    }

    @Test("A segment far from every window is dropped and counted")
    func stray() throws {
        var script = Script.whole()
        var stray = script.segments[4]
        stray.sequence &+= 1 << 31
        script.segments.insert(stray, at: 6)
        let (found, counts) = transcripts(of: script.segments)
        #expect(found.map(text) == [Script.wholeText])
        #expect(counts.strays == 1)
    }
}

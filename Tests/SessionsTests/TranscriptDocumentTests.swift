import Seeded
import SMTP
import Sessions
import Testing

/// Transcripts as lines of JSON, both ways.
struct TranscriptDocumentTests {
    private func read(_ line: String) throws -> SessionTranscript {
        try TranscriptDocument.transcript(from: line, file: "f", line: 1)
    }

    @Test func goldenLine() throws {
        var recorder = SessionRecorder(
            id: "s1", began: 1_700_000_000.5,
            peers: SessionPeers(
                client: ClientAddress("192.0.2.10"), clientPort: 4_242, clientName: "host.example.net", resolution: .ok,
                server: ClientAddress("198.51.100.25"), serverPort: 25, serverName: "mx.example.org", mta: .postfix,
                connections: 2))
        recorder.helo("host.example.net", at: 1_000)
        recorder.mail("<a@example.net>", "SIZE=7", at: 250_000)
        recorder.refused(code: "5.1.1", text: "User \"unknown\"", at: 300_000)
        recorder.recipient("<é@example.org>", at: 300_000)
        recorder.take(.abort, at: 2_000_000)
        let line = TranscriptDocument.line(for: recorder.finish())
        #expect(
            line == #"{"client_connections":2,"client_ip":"192.0.2.10","client_name":"host.example.net","#
                + #""client_port":4242,"client_resolve":"ok","#
                + #""close":[{"by":"C","t":1700000002.5,"what":"after-reset"}],"conv_id":"s1","events":["#
                + #"{"args":["host.example.net"],"dir":"C","event":"helo","len":23,"raw":"EHLO host.example.net\r\n","#
                + #""t":1700000000.501},"#
                + #"{"args":["<a@example.net>","SIZE=7"],"dir":"C","event":"mail","len":34,"#
                + #""raw":"MAIL FROM:<a@example.net> SIZE=7\r\n","t":1700000000.75},"#
                + #"{"args":["5.1.1","User \"unknown\""],"dir":"S","event":"refused","len":22,"#
                + #""raw":"5.1.1 User \"unknown\"\r\n","t":1700000000.8},"#
                + #"{"args":["<Ã©@example.org>"],"dir":"C","event":"rcpt","len":26,"#
                + #""raw":"RCPT TO:<Ã©@example.org>\r\n","t":1700000000.8},"#
                + #"{"args":[],"dir":"C","event":"abort","len":6,"raw":"RSET\r\n","t":1700000002.5}],"format":2,"gaps":0,"#
                + #""mta":"postfix","origin":"milter","server_ip":"198.51.100.25","server_name":"mx.example.org","#
                + #""server_port":25,"source":"argotd","t0":1700000000.5,"vantage":"milter-postfix"}"#)
        #expect(!line.contains("\n"))
    }

    @Test func everyTranscriptIsReadBack() throws {
        var generator = SeededGenerator(seed: 6)
        for _ in 0..<400 {
            let transcript = TranscriptDocumentTests.random(&generator)
            let line = TranscriptDocument.line(for: transcript)
            #expect(!line.utf8.contains { $0 < 0x20 })
            #expect(try read(line) == transcript)
        }
    }

    @Test func everyByteSurvivesOnTheWireAndInArguments() throws {
        let bytes = Array(UInt8.min...UInt8.max)
        for kind in [SessionEvent.Kind.client, .server, .unknown, .helo] {
            var log = EventLog()
            log.append(kind, bytes, at: 0)
            let isWire = kind == .client || kind == .server
            let transcript = SessionTranscript(
                id: "x", source: "f", began: nil, vantage: isWire ? .wire : .milterPostfix, peers: SessionPeers(),
                events: log, ending: .unknown)
            #expect(Array(try read(TranscriptDocument.line(for: transcript)).events[0].bytes) == bytes)
        }
    }

    @Test func capturesOfTheOlderFormAreRead() throws {
        let line =
            #"{"source":"a.pcap","conv_id":"c1","client_ip":"192.0.2.1","client_port":49601,"server_ip":"192.0.2.2","#
            + #""server_port":25,"t0":100.5,"label_guess":"bot","kind":"spam","note":"n","gaps":3,"#
            + #""close":[{"t":101,"by":"C","what":"FIN"}],"origin":"pcap","events":["#
            + #"{"t":100.75,"dir":"S","len":7,"raw":"220 x\r\n"},{"t":101.0,"dir":"C","len":8,"raw":"EHLO x\r\n"}]}"#
        let transcript = try read(line)
        #expect(transcript.vantage == .wire)
        #expect(transcript.events.map(\.kind) == [.server, .client])
        #expect(transcript.events.map(\.time) == [250_000, 500_000])
        #expect(transcript.lines == ["server | 220 x\r\n", "client | EHLO x\r\n"])
        #expect(transcript.peers.client == ClientAddress("192.0.2.1"))
        #expect(transcript.peers.serverPort == 25)
        #expect(transcript.labelGuess == "bot")
        #expect(transcript.ending == .unknown)
        #expect(transcript.gaps == 3)
        #expect(transcript.origin == "pcap")
    }

    @Test func captureWithTheLeastOfFields() throws {
        let transcript = try read(#"{"conv_id":"c","events":[{"dir":"C","raw":"EHLO x\r\n"}]}"#)
        #expect(transcript.source == "f")
        #expect(transcript.began == nil)
        #expect(transcript.lines == ["client | EHLO x\r\n"])
        #expect(transcript.peers == SessionPeers())
    }

    @Test func unknownFieldsAreIgnored() throws {
        let line =
            #"{"conv_id":"c","future":{"a":[1]},"events":[{"dir":"C","raw":"x","event":"data","args":[],"more":null}]}"#
        #expect(try read(line).lines == ["data"])
    }

    private static func random(_ generator: inout SeededGenerator) -> SessionTranscript {
        func pick<T>(_ values: [T]) -> T { values.randomElement(using: &generator)! }
        func bytes(_ range: ClosedRange<UInt8>) -> [UInt8] {
            (0..<Int.random(in: 0...20, using: &generator)).map { _ in UInt8.random(in: range, using: &generator) }
        }
        let vantage = pick(Vantage.allCases)
        var log = EventLog()
        var time: UInt64 = 0
        for _ in 0..<Int.random(in: 0...20, using: &generator) {
            time += UInt64.random(in: 0...90_000_000, using: &generator)
            if vantage == .wire {
                log.append(pick([.client, .server]), bytes(0...255), at: time)
            } else {
                let kind = pick(SessionEvent.Kind.allCases.filter { $0 != .client && $0 != .server })
                let isBare = [.data, .eoh, .eom, .abort].contains(kind)
                let count = isBare ? 0 : Int.random(in: 1...4, using: &generator)
                log.append(kind, parts: (0..<count).map { _ in bytes(1...255) }, at: time)
            }
        }
        let began = 1_600_000_000 + Double(UInt64.random(in: 0...100_000_000_000_000, using: &generator)) / 1e6
        return SessionTranscript(
            id: pick(["1", "a\"b\\c/", "ünï"]), source: pick(["argotd", "a b"]), began: began, vantage: vantage,
            peers: SessionPeers(
                client: pick([nil, ClientAddress("192.0.2.1"), ClientAddress("2001:db8::1")]),
                clientPort: pick([nil, 0, 65_535]), clientName: pick([nil, "h.example"]),
                resolution: pick(HostResolution.allCases), server: pick([nil, ClientAddress("::1")]),
                serverPort: pick([nil, 25]), serverName: pick([nil, "mx.example"]), mta: pick(MTA.allCases),
                connections: pick([nil, 0, 9])),
            events: log, ending: pick(SessionTranscript.Ending.allCases),
            gaps: pick([0, 7]), labelGuess: pick([nil, "bot"]), kind: pick([nil, "k"]),
            origin: pick(["milter", "lab"]),
            note: pick([nil, "", "n\n"]))
    }
}

import SMTP
import Seeded
import Sessions
import Testing

@testable import Tapping

/// What a recording writes is what transcripts are read from.
struct TranscriptWriterTests {
    private func transcript(_ events: EventLog, began: Double = 1_700_000_000.123_456) -> SessionTranscript {
        SessionTranscript(
            id: "argot-tap#7", source: "argot-tap", began: began, vantage: .wire,
            peers: SessionPeers(
                client: ClientAddress("2001:db8::5"), clientPort: 40_000, server: ClientAddress("198.51.100.25"),
                serverPort: 25),
            events: events, ending: .unknown,
            closings: [
                .init(time: 1_000_001, isByClient: true, manner: .fin), .init(time: 2, isByClient: false, manner: .rst),
            ], gaps: 3, origin: "pcap")
    }

    @Test("A transcript comes back as it was, whatever bytes it has", arguments: 0..<50)
    func roundTrip(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var events = EventLog()
        var time: UInt64 = 0
        for _ in 0..<Int.random(in: 0...12, using: &generator) {
            time += UInt64.random(in: 0...2_000_000, using: &generator)
            let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            switch Int.random(in: 0...4, using: &generator) {
            case 0: events.append(.encrypted, at: time)
            case 1: events.append(.clientGap, Array("17".utf8), at: time)
            case 2: events.append(.server, bytes, at: time)
            default: events.append(.client, bytes, at: time)
            }
        }
        let transcript = transcript(events)
        let line = TranscriptWriter.line(for: transcript)
        #expect(!line.contains("\n") && line.utf8.allSatisfy { 0x20...0x7e ~= $0 })
        let read = try TranscriptDocument.transcript(from: line, file: "f", line: 1)
        #expect(TranscriptDocument.line(for: read) == TranscriptDocument.line(for: transcript))
        #expect(read.events.map(\.kind) == events.map(\.kind))
        #expect(read.events.map { Array($0.bytes) } == events.map { Array($0.bytes) })
        #expect(read.peers.client == transcript.peers.client && read.gaps == 3)
    }
}

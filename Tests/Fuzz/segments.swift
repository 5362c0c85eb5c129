import Captures
import Conversations
import Packets
import SMTP
import Sessions

/// Segments between a few ends, in any order, through reassembly; transcripts must survive writing and reading.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSegments(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    var limits = CaptureLimits()
    limits.connections = 3
    limits.waitingSegments = 6
    limits.waitingBytes = 200
    limits.contentBytes = 20
    limits.events = 30
    limits.transcriptBytes = 400
    var table = ConversationTable(source: "fuzz", limits: limits)
    var found: [SessionTranscript] = []
    var time: UInt64 = 1_000_000
    var packet = 0
    while !input.isEmpty {
        packet += 1
        let ends = input.byte()
        let jump = input.byte()
        time = jump > 240 ? time &+ 4_000_000_000 : jump == 240 ? time / 2 : time + UInt64(jump) * 1_000
        let ports: [UInt16] = [25, 4_000, 587, 4_001]
        let one = Endpoint(address: ClientAddress(ipv4: UInt32(ends & 1)), port: ports[Int(ends >> 1 & 3)])
        let other = Endpoint(address: ClientAddress(ipv4: UInt32(ends >> 3 & 1) + 2), port: ports[Int(ends >> 4 & 3)])
        let isForward = ends & 0x80 == 0
        let control = input.byte()
        // Mostly numbers that are near each other, so that segments meet.
        let isFar = control & 0xc0 == 0xc0
        let sequence = isFar ? input.number32() : UInt32(input.byte()) &- 40
        let acknowledgement = isFar ? input.number32() : UInt32(input.byte()) &- 40
        let payload = input.bytes(Int(input.byte() & 0x3f))
        found += table.consume(
            TCPSegment(
                time: time, source: isForward ? one : other, destination: isForward ? other : one, sequence: sequence,
                acknowledgement: acknowledgement, flags: TCPSegment.Flags(rawValue: control & 0x1f), payload: payload,
                missing: control & 0x20 != 0 ? Int(control) : 0), packet: packet)
    }
    found += table.finish()
    require(found.count == table.counts.conversations, "a conversation was lost")
    for transcript in found {
        require(
            transcript.events.count <= 30 && transcript.events.byteCount <= 400, "a transcript is beyond its limits")
        require(
            zip(transcript.events, transcript.events.dropFirst()).allSatisfy { $0.time <= $1.time }, "time goes back")
        let line = TranscriptDocument.line(for: transcript)
        let again = try? TranscriptDocument.transcript(from: line, file: "fuzz", line: 1)
        require(again?.events.map(\.bytes) == transcript.events.map(\.bytes), "a transcript changes when it is written")
        _ = DialogueReader.dialogue(from: transcript)
    }
    return 0
}

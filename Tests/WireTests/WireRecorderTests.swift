import SMTP
import Testing
import Wire

/// What is written down of a conversation.
struct WireRecorderTests {
    private func record(_ events: [(SessionEvent.Kind, String)], _ recorder: inout WireRecorder) -> [String] {
        for (index, (kind, text)) in events.enumerated() {
            recorder.take(kind, Array(text.utf8)[...], at: UInt64(index))
        }
        return recorder.events.map { "\($0.kind.rawValue) \($0.time) \(String(decoding: $0.bytes, as: UTF8.self))" }
    }

    private let message: [(SessionEvent.Kind, String)] = [
        (.server, "220 mx\r\n"), (.client, "DATA\r\n"), (.server, "354 go\r\n"), (.client, "0123456789"),
        (.client, "in the middle"), (.client, "the end\r\n.\r\nQUIT\r\n"), (.server, "250 ok\r\n"),
    ]

    @Test("Content is cut to its limit, and a piece of which nothing is left is no event")
    func content() {
        var recorder = WireRecorder(limits: WireRecorder.Limits(contentBytes: 5))
        #expect(
            record(message, &recorder).dropFirst(3) == [
                "client 3 01234[CUT]", "client 5 [CUT]\r\n.\r\nQUIT\r\n", "server 6 250 ok\r\n",
            ])
        #expect(recorder.gaps == 0)
    }

    @Test("Events beyond the limits are counted")
    func limits() {
        var few = WireRecorder(limits: WireRecorder.Limits(events: 2))
        #expect(record(message, &few).count == 2 && few.gaps == 5)
        var small = WireRecorder(limits: WireRecorder.Limits(bytes: 23))
        #expect(record(message, &small).count == 3 && small.gaps == 4)
    }

    @Test(
        "What is missing is told, and a login may be in it; masked lines that may have been commands count as missing")
    func gaps() {
        var recorder = WireRecorder()
        let said = record(
            [
                (.server, "220 mx\r\n"), (.clientGap, "12"), (.client, "c2VjcmV0\r\nc2VjcmV0\r\n"), (.serverGap, "x"),
                (.encrypted, ""),
            ], &recorder)
        #expect(
            said == [
                "server 0 220 mx\r\n", "client-gap 1 12", "client 2 xxxxxxxx\r\nxxxxxxxx\r\n", "server-gap 3 x",
                "encrypted 4 ",
            ])
        #expect(recorder.gaps == 2)
        recorder.finish()
        #expect(recorder.gaps == 3)
    }

    @Test(
        "No number of missing bytes, however odd, does harm",
        arguments: ["9223372036854775807", "-9223372036854775808"])
    func oddGaps(count: String) {
        var recorder = WireRecorder()
        let chunk: [(SessionEvent.Kind, String)] = [
            (.client, "BDAT 9223372036854775807\r\n"), (.clientGap, count), (.clientGap, count), (.client, "x"),
        ]
        #expect(record(chunk, &recorder).count == 4)
    }

    @Test("A transcript of another recorder loses its secrets and nothing else")
    func redacted() {
        var log = EventLog()
        let events: [(SessionEvent.Kind, String)] = [
            (.server, "220 mx\r\n"), (.client, ""), (.client, "AUTH PLAIN c2VjcmV0\r\n"), (.unknown, "hunter2"),
            (.tls, "TLSv1.3\0x"), (.server, "235 hello c2VjcmV0\r\n"), (.helo, "AUTH PLAIN c2VjcmV0"),
        ]
        for (kind, text) in events { log.append(kind, Array(text.utf8), at: 7) }
        let transcript = SessionTranscript(
            id: "1", source: "test", began: 0, vantage: .wire, peers: SessionPeers(), events: log, ending: .unknown,
            gaps: 2)
        let redacted = transcript.redacted()
        let texts = redacted.events.map { String(decoding: $0.bytes, as: UTF8.self) }
        #expect(
            texts == [
                "220 mx\r\n", "", "AUTH PLAIN xxxxxxxx\r\n", "xxxxxxxx", "TLSv1.3\0x", "235 xxxxxxxx\r\n",
                "AUTH PLAIN c2VjcmV0",
            ])
        #expect(redacted.gaps == 2 && redacted.events.map(\.kind) == log.map(\.kind))
        #expect(redacted.redacted() == redacted)
    }
}

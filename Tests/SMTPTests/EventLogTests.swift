import SMTP
import Testing

/// Events in one block of memory.
struct EventLogTests {
    @Test func eventsComeBackInOrderWithTheirBytes() {
        var log = EventLog()
        log.append(.helo, Array("a.example".utf8), at: 10)
        log.append(.mail, parts: ["<a@b>", "SIZE=1"].map { Array($0.utf8) }, at: 20)
        log.append(.data, at: 30)
        #expect(log.map(\.kind) == [.helo, .mail, .data])
        #expect(log.map(\.time) == [10, 20, 30])
        #expect(log[1].parts.map { String(decoding: $0, as: UTF8.self) } == ["<a@b>", "SIZE=1"])
        #expect(log[2].parts.isEmpty)
        #expect(log.byteCount == 9 + 12)
        #expect(log.count == 3)
    }

    @Test func limitCutsTheBytes() {
        var log = EventLog()
        let bytes = Array("abcdef".utf8)
        log.append(.unknown, bytes.span, limit: 4, at: 0)
        log.append(.unknown, bytes.span, limit: 6, at: 0)
        log.append(.unknown, bytes.span, limit: 0, at: 0)
        #expect(log.map { String(decoding: $0.bytes, as: UTF8.self) } == ["abcd", "abcdef", ""])
    }

    @Test func anEmptyArgumentIsOnePartAndEmptyPartsCount() {
        var log = EventLog()
        log.append(.helo, at: 0)
        log.append(.mail, parts: [[], Array("X".utf8), []], at: 0)
        #expect(log[0].parts.map(Array.init) == [[]])
        #expect(log[1].parts.map(Array.init) == [[], Array("X".utf8), []])
    }

    @Test func bytesOnTheWireAreOnePartWhateverTheyHold() {
        var log = EventLog()
        let bytes = Array(UInt8.min...UInt8.max)
        log.append(.client, bytes, at: 0)
        #expect(log[0].parts == [bytes[...]])
    }

    @Test func twoLogsOfTheSameEventsAreEqual() {
        var one = EventLog()
        var other = EventLog(reservingBytes: 1_000, events: 10)
        for time in 0..<5 {
            one.append(.rcpt, Array("<a@b>".utf8), at: UInt64(time))
            other.append(.rcpt, parts: [Array("<a@b>".utf8)], at: UInt64(time))
        }
        #expect(one == other)
        other.append(.eom, at: 9)
        #expect(one != other)
    }

    @Test func whoSpeaksIsKnownOfEveryEvent() {
        let fromServer = SessionEvent.Kind.allCases.filter { !$0.isFromClient }
        #expect(fromServer == [.refused, .replied, .linesLost, .answer, .server, .serverGap])
    }
}

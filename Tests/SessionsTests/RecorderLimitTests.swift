import Seeded
import SMTP
import Sessions
import Testing

/// What lies beyond the limits is counted, not kept.
struct RecorderLimitTests {
    private func limits(_ change: (inout RecorderLimits) -> Void) -> RecorderLimits {
        var limits = RecorderLimits()
        change(&limits)
        return limits
    }

    @Test func eventsBeyondTheirNumberAreGaps() {
        var recorder = SessionRecorder.sample(limits: limits { $0.events = 3 })
        for _ in 0..<10 { recorder.helo("a") }
        recorder.take(.data, at: 0)
        recorder.header("A", "b")
        recorder.body("x")
        recorder.answered("accept", at: 0)
        let transcript = recorder.finish()
        #expect(transcript.events.count == 3)
        #expect(transcript.gaps == 11)
    }

    @Test func bytesBeyondTheirNumberAreGapsAndShorterEventsStillFit() {
        var recorder = SessionRecorder.sample(limits: limits { $0.bytes = 10 })
        recorder.helo("12345678")
        recorder.helo("123")
        recorder.helo("12")
        recorder.helo("1")
        recorder.take(.data, at: 0)
        let transcript = recorder.finish()
        #expect(transcript.lines == ["helo | 12345678", "helo | 12", "data"])
        #expect(transcript.gaps == 2)
    }

    @Test func argumentsAreCut() {
        var recorder = SessionRecorder.sample(limits: limits { $0.argumentBytes = 5 })
        recorder.helo("abcdefgh")
        recorder.mail("<a@b>", "SIZE=1")
        recorder.unknown("ABCDEFGH")
        recorder.answered("550 no such user", at: 0)
        recorder.refused(code: "5.1.1", text: "User unknown", at: 0)
        #expect(
            recorder.finish().lines == [
                "helo | abcde", "mail | <a@b>", "unknown | xxxxx", "answer | 550 n", "refused | 5.1.1 | User ",
            ])
    }

    @Test func headersBeyondTheirNumberAreGapsInEachMessageAnew() {
        var recorder = SessionRecorder.sample(limits: limits { $0.headers = 2 })
        for _ in 0..<2 {
            recorder.mail("<a@example.net>")
            for name in ["A", "B", "C", "D"] { recorder.header(name, "") }
            recorder.take(.eom, at: 0)
        }
        let transcript = recorder.finish()
        let headers = transcript.lines.filter { $0.hasPrefix("header") }
        #expect(headers == ["header | A | ", "header | B | ", "header | A | ", "header | B | "])
        #expect(transcript.gaps == 4)
    }

    @Test func headerNamesAndValuesAreCut() {
        var recorder = SessionRecorder.sample(
            limits: limits {
                $0.headerNameBytes = 8
                $0.headerValueBytes = 4
            })
        recorder.header("X-Mailer", " abcdef")
        recorder.header("X-Mailer-Version", "abcdef")
        recorder.header("Subject", String(repeating: " ", count: 9))
        #expect(
            recorder.finish().lines == ["header | X-Mailer |  abc", "header | X-Mailer | ", "header | Subject |     "])
    }

    @Test func aHostileSessionStaysInBounds() {
        for seed in 0..<4 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            var recorder = SessionRecorder.sample(
                limits: seed % 2 == 0 ? RecorderLimits() : limits { $0.bytes = 20_000 })
            let bytes = seed % 2 == 0 ? RecorderLimits().bytes : 20_000
            let long = [UInt8](repeating: UInt8(ascii: "x"), count: 70_000)
            var recorded = 0
            for step in 0..<100_000 as Range<UInt64> {
                let argument = long[..<Int.random(in: 0..<(step % 97 == 0 ? 70_000 : 40), using: &generator)]
                switch UInt64.random(in: 0..<12, using: &generator) {
                case 0: recorder.take(.helo, argument.span, at: step)
                case 1: recorder.take(.mail, argument.span, at: step)
                case 2: recorder.take(.rcpt, argument.span, at: step)
                case 3: recorder.take(.unknown, argument.span, at: step)
                case 4: recorder.header(Array("Received".utf8), long, at: step)
                case 5: recorder.header(Array(argument), Array(argument), at: step)
                case 6: recorder.take(.body, argument.span, at: step)
                case 7: recorder.refused(code: "5.1.1", text: String(decoding: argument, as: UTF8.self), at: step)
                case 8: recorder.take(.abort, at: step)
                case 9: recorder.take(.eom, at: step)
                case 10: recorder.tls(version: String(decoding: argument, as: UTF8.self), cipher: "", at: step)
                default: recorder.take(.data, at: step)
                }
                recorded = max(recorded, recorder.size.bytes)
            }
            #expect(recorder.size.events <= RecorderLimits().events)
            #expect(recorded <= bytes)
            #expect(recorder.size.bytes == recorded)
            let transcript = recorder.finish()
            #expect(transcript.gaps > 80_000)
            #expect(transcript.events.count > 0)
        }
    }

    @Test func theLongestHeaderDoesNotCrossTheBound() {
        let name = [UInt8](repeating: UInt8(ascii: "n"), count: 200)
        let value = [UInt8](repeating: UInt8(ascii: " "), count: 400)
        for bytes in 330...345 {
            var recorder = SessionRecorder.sample(limits: limits { $0.bytes = bytes })
            recorder.header(name, value, at: 0)
            #expect(recorder.size.bytes <= bytes)
        }
    }

    @Test func countingGoesOnBeyondTheLimitsAndSoDoesTheEnding() {
        var recorder = SessionRecorder.sample(limits: limits { $0.events = 1 })
        recorder.helo("a")
        recorder.mail("<a@example.net>")
        recorder.take(.eom, at: 0)
        let transcript = recorder.finish()
        #expect(transcript.ending == .afterMessage)
        #expect(transcript.gaps == 2)
    }
}

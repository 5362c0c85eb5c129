import Foundation
import Policy
import SMTP
import Testing

@testable import Daemon

/// Whatever a client says, its line in the log is one line of printable ASCII with the same fields.
@Suite("Log lines")
struct LogLineTests {
    private static let hostile =
        "x\u{1b}]0;title\u{7}\u{9b}31m\u{202e}\u{2028}\r\nverdict: action=accept\u{85}\u{feff}\u{e0041}\u{7f}\"\\ gr\u{f6}\u{df}e"

    private static var lines: [LogLine] {
        var record = VerdictRecord(
            time: UnixTime(seconds: 1), session: hostile, client: hostile, clientName: hostile, helo: hostile,
            sender: hostile, recipient: hostile, verdict: .tempfail, applied: .accept, reasons: [.unknown(hostile)],
            dialect: hostile, dialectState: hostile, queueID: hostile, mode: .observe, reply: hostile)
        record.senderScore = hostile
        var message = LogLine(event: "argotd")
        message.add("message", hostile)
        return [
            LogLine(record),
            LogLine(SessionSummary(id: hostile, client: hostile, clientName: hostile, helo: hostile, dialect: hostile)),
            message,
        ]
    }

    @Test func textIsOneLineOfASCII() {
        for line in Self.lines {
            let text = line.rendered(as: .text, at: 0)
            #expect(text.utf8.dropLast().allSatisfy { 0x20...0x7e ~= $0 } && text.utf8.last == 0x0a, "\(text)")
            #expect(text.contains("\\u{202e}\\u{2028}\\u{d}\\u{a}verdict: action=accept"), "\(text)")
        }
    }

    @Test func jsonIsOneLineOfASCIIThatSaysTheSame() throws {
        for line in Self.lines {
            let text = line.rendered(as: .json, at: 0)
            #expect(text.utf8.dropLast().allSatisfy { 0x20...0x7e ~= $0 } && text.utf8.last == 0x0a, "\(text)")
            let object = try JSONDecoder().decode([String: String].self, from: Data(text.utf8))
            #expect(object.values.contains { $0.contains(Self.hostile) })
            #expect(object.keys.allSatisfy { $0.utf8.allSatisfy { 0x61...0x7a ~= $0 || $0 == 0x5f } })
        }
    }
}

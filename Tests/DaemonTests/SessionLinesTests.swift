import SMTP
import Testing
import WireHook

@testable import Daemon

/// Command lines find their session, and a session knows when it has lost one.
struct SessionLinesTests {
    private let desk = LineDesk()

    private func tell(_ process: String, _ line: String, _ extent: HookLine.Extent = .whole) throws {
        let key = try #require(
            HookKey(process: process, item: .line(HookLine(bytes: Array(line.utf8), extent: extent))))
        desk.take(.success(key))
    }

    private func words(_ finding: ToldLines) -> [String]? {
        guard case .fits(let told) = finding else { return nil }
        return told.map { "\($0.kind) " + String(decoding: $0.bytes.prefix { $0 != 0 }, as: UTF8.self) }
    }

    private func session(_ process: String = "mx.lab.example/7") throws -> SessionLines {
        try #require(SessionLines(desk: desk, process: process))
    }

    @Test func linesComeBeforeTheirEvents() throws {
        var lines = try session("MX.Lab.Example/7+replies")
        #expect(lines.tellsReplies)
        try tell("mx.lab.example/7", "EHLO linden.example")
        #expect(words(lines.before(.helo)) == ["line EHLO linden.example"])
        try tell("mx.lab.example/7", "NOOP")
        try tell("mx.lab.example/7", "MAIL FROM:", .path)
        #expect(words(lines.before(.proto)) == ["line NOOP", "line MAIL FROM:"])
        #expect(words(lines.before(.mail)) == [])
        let reply = try #require(HookReply(code: 550))
        desk.take(.success(try #require(HookKey(process: "mx.lab.example/7", item: .reply(reply)))))
        try tell("mx.lab.example/7", "QUIT")
        #expect(lines.end().map(\.kind) == [.replied, .line])
        #expect(desk.openCount == 0)
        #expect(desk.counts == LineDesk.Counts(sessions: 1, lines: 4))
    }

    @Test(
        arguments: [
            ([], .helo), (["EHLO a"], .mail), (["MAIL FROM:"], .rcpt), (["EHLO a", "QUIT"], .helo), (["RSET"], .data),
            (["MAIL FROM:<a@b>"], .unknown), ([], .unknown),
        ] as [([String], SessionEvent.Kind)])
    func anEventWithoutItsLineIsALoss(told: [String], event: SessionEvent.Kind) throws {
        var lines = try session()
        for line in told { try tell("mx.lab.example/7", line) }
        #expect(words(lines.before(event)) == nil)
        #expect(desk.counts.lost == 1)
        #expect(desk.openCount == 0)
    }

    /// No line causes two events.
    @Test func aLineIsUsedOnce() throws {
        var lines = try session()
        try tell("mx.lab.example/7", "RCPT TO:", .path)
        #expect(words(lines.before(.rcpt)) != nil)
        #expect(words(lines.before(.rcpt)) == nil)
    }

    /// The end of a session may be told after its process has begun the next one.
    @Test func aProcessServesOneClientAfterAnother() throws {
        var first = try session()
        try tell("mx.lab.example/7", "QUIT")
        var second = try session()
        try tell("mx.lab.example/7", "EHLO next.example")
        #expect(first.end().count == 1)
        #expect(words(second.before(.helo)) == ["line EHLO next.example"])
        #expect(desk.openCount == 1)
        #expect(second.end().isEmpty)
        #expect(desk.openCount == 0)
    }

    @Test func linesOfNobodyAreCountedAndForgotten() throws {
        try tell("mx.lab.example/8", "EHLO a")
        var lines = try session()
        try tell("other.lab.example/7", "EHLO b")
        desk.take(.failure(.foreignProcess))
        #expect(words(lines.before(.abort)) == [])
        #expect(desk.counts.strays == 2)
        #expect(desk.counts.refused == 1)
        #expect(desk.counts.lines == 0)
    }

    /// Who says more than has room loses the lines, not the session.
    @Test func tooManyLinesAreALoss() throws {
        var lines = try session()
        for _ in 0..<300 { try tell("mx.lab.example/7", "NOOP") }
        #expect(words(lines.before(.abort)) == nil)
        #expect(desk.counts.lost == 1)
        let few = LineDesk(capacity: 1)
        #expect(SessionLines(desk: few, process: "a/1") != nil)
        #expect(SessionLines(desk: few, process: "a/2") == nil)
        #expect(SessionLines(desk: few, process: "a/1") != nil)
    }
}

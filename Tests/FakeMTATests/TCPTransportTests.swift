import FakeMTA
import Testing

@Suite("Scenarios over TCP")
struct TCPTransportTests {
    static func run(_ text: String, against pieces: [String]) throws -> [String] {
        let server = try CannedServer(saying: pieces)
        let transport = TCPTransport(port: server.port, timeout: .seconds(5))
        defer { try? transport.close() }
        try ScenarioRunner.run(try Scenario(parsing: text, file: "tcp.session"), over: transport)
        return server.lines
    }

    @Test func linesAndRepliesGoAsWritten() throws {
        let lines = try Self.run(
            """
            expect 220 mx.example ESMTP
            send EHLO x\\x20\\xff
            expect 250 mx.example | SIZE | DSN
            expect@postfix 250 mx.example | ...
            message
            Subject: x

            .dot
            ..
            .
            expect 250 2.0.0 Ok
            expect closed
            """,
            against: ["220 mx.example ESMTP\r\n", "250-mx.example\r\n250-SIZE\r\n250 DSN\r\n", "250 2.0.0 Ok\r\n"])
        #expect(
            lines == [
                "EHLO x " + ByteText.text([0xFF]) + "\r", "Subject: x\r", "\r", "..dot\r", "...\r", ".\r",
            ])
    }

    @Test(arguments: [
        (
            "client 192.0.2.1 name=h.example port=7\nsend NOOP\nexpect 250",
            "XCLIENT ADDR=192.0.2.1 NAME=h.example REVERSE_NAME=h.example PORT=7\r"
        ),
        (
            "client 2001:db8::1 port=8\nsend NOOP\nexpect 250",
            "XCLIENT ADDR=IPV6:2001:db8::1 NAME=[UNAVAILABLE] REVERSE_NAME=[UNAVAILABLE] PORT=8\r"
        ),
    ])
    func aNamedClientIsIntroducedByXCLIENT(text: String, command: String) throws {
        let lines = try Self.run(text, against: ["220 first\r\n", "220 second\r\n", "250 ok\r\n"])
        #expect(lines == [command, "NOOP\r"])
    }

    @Test(arguments: [
        (["554 no\r\n"], 1, "expected 220 from postfix, got: 554 no"),
        (["220 hi\r\n", "250 no\r\n"], 2, "expected 251 from postfix, got: 250 no"),
        (["220 hi\r\n"], 2, "expected 251 from postfix, got: closed"),
        (["220 hi\r\n", "251-half\r\n"], 2, "closed by the peer while awaiting the rest of a reply"),
    ])
    func anythingElseIsReported(pieces: [String], line: Int, problem: String) throws {
        #expect(throws: ScenarioError(file: "tcp.session", line: line, problem: problem)) {
            try Self.run("send NOOP\nexpect 251", against: pieces)
        }
    }

    @Test func repliesAreTakenOneByOne() throws {
        let lines = try Self.run(
            "send A\nsend B\nexpect 250 one\nexpect 251 two\ndrop", against: ["220\r\n", "250 one\r\n251 two\r\n", ""])
        #expect(lines == ["A\r", "B\r"])
    }
}

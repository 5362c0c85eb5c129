import SMTP
import Tap
import Testing

/// What of a command line is handed over.
struct TapLineTests {
    private func kept(_ line: String, kind: ClientMessage.Kind? = nil) -> String? {
        let bytes = Array(line.utf8)
        let kind = kind ?? SMTPVerb(line: bytes).map { .command($0) } ?? .unknownCommand
        return TapLine(ClientMessage(kind: kind, bytes: bytes), early: .early).map {
            String(decoding: $0.bytes, as: UTF8.self)
        }
    }

    @Test(
        "Spelling stays, addresses and parameters go",
        arguments: [
            ("EHLO Client.example", "EHLO Client.example"), ("helo  [192.0.2.5] ", "helo  [192.0.2.5] "),
            ("MAIL FROM:<a@b.example>", "MAIL FROM:"), ("mail From: <a@b.example>  SIZE=10 ", "mail From: "),
            ("RCPT\tTO : \tx@y.example", "RCPT\tTO : \t"), ("RCPT x@y.example", "RCPT "),
            ("MAIL <\"a:b\"@c.example>", "MAIL "), ("DATA", "DATA"), ("RSET ", "RSET "), (" QUIT", " QUIT"),
            ("NOOP what a client says", "NOOP "), ("VRFY someone@y.example", "VRFY "), ("vrfy", "vrfy"),
            ("BDAT 5000 LAST", "BDAT 5000 LAST"), ("BDAT <secret>", "BDAT "), ("STARTTLS", "STARTTLS"),
        ])
    func spelling(line: String, expected: String) {
        #expect(kept(line) == expected)
    }

    @Test(
        "Secrets are masked, and what may be one",
        arguments: [
            ("AUTH PLAIN AHVzZXIAcGFzcw==", "AUTH PLAIN xxxxxxxx"), ("auth login dXNlcg==", "auth login xxxxxxxx"),
            ("AUTH SecretMechanism", "AUTH xxxxxxxx"), ("AUTH PLAIN", "AUTH PLAIN"), ("dXNlcg==", "xxxxxxxx"),
            ("PASS hunter2", "PASS "), ("hunter2", "xxxxxxxx"), ("Subject: what", "Subject: "),
            ("EHLO x\rAUTH PLAIN AHVzZXIAcGFzcw==", "EHLO x\rAUTH PLAIN xxxxxxxx"),
        ])
    func secrets(line: String, expected: String) {
        #expect(kept(line) == expected)
    }

    @Test(
        "A line's check is that of its address as a filter is handed it",
        arguments: [
            ("MAIL FROM:<a@b.example> SIZE=1", "<a@b.example>"), ("rcpt to: \t a@b.example ", "a@b.example"),
            ("RCPT TO:<\"a b>\"@c.example>  X=1", "<\"a b>\"@c.example>"), ("MAIL FROM:<>", "<>"), ("EHLO x", ""),
            ("MAIL FROM:", ""),
        ])
    func checks(line: String, address: String) throws {
        let bytes = Array(line.utf8)
        let message = ClientMessage(kind: .command(try #require(SMTPVerb(line: bytes))), bytes: bytes)
        #expect(TapLine(message, early: [])?.check == TapLine.check(of: address.utf8))
    }

    @Test("A login's lines, content and TLS are not command lines")
    func others() {
        #expect(kept("dXNlcg==", kind: .authentication) == nil)
        #expect(kept("Subject: x", kind: .content) == nil)
        #expect(kept("", kind: .tls) == nil)
    }

    @Test("Long lines are cut, marks go along")
    func marks() throws {
        let message = ClientMessage(
            kind: .command(.ehlo), bytes: Array(("EHLO " + String(repeating: "a", count: 2_000)).utf8), lineEnd: .lf,
            isEarly: true, opensSegment: false)
        let line = try #require(TapLine(message, early: .earlyOffered))
        #expect(line.bytes.count == TapLine.maximumBytes)
        #expect(line.end == .lf && line.marks == [.wrongEnd, .earlyOffered, .joined])
    }
}

extension TapLineTests {
    @Test(
        "As an event a line says how much of it is there",
        arguments: [
            ("  EHLO x", "EHLO x|whole"), ("MAIL FROM: <a@b.example> SIZE=1", "MAIL FROM: |path"),
            ("MAIL", "MAIL|whole"),
            ("MAIL FROM:Joe <a@b.example>", "MAIL FROM:|cut"), ("RCPT TO:a@b.example and more", "RCPT TO:|cut"),
            ("RCPT TO:<a@b.example> ", "RCPT TO:|path"), ("NOOP x", "NOOP |cut"), ("hunter2", "xxxxxxxx|cut"),
        ])
    func events(line: String, expected: String) throws {
        let bytes = Array(line.utf8)
        let kind = SMTPVerb(line: bytes).map { ClientMessage.Kind.command($0) } ?? .unknownCommand
        let told = try #require(TapLine(ClientMessage(kind: kind, bytes: bytes), early: .early))
        #expect(String(decoding: told.event.map { $0 == 0 ? UInt8(ascii: "|") : $0 }, as: UTF8.self) == expected)
    }
}

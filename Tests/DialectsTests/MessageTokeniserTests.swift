import Dialects
import SMTP
import Seeded
import Testing

/// From a message's bytes to its template.
struct MessageTokeniserTests {
    private func message(_ line: String) -> ClientMessage {
        let bytes = Array(line.utf8)
        return ClientMessage(kind: SMTPVerb(line: bytes).map { .command($0) } ?? .unknownCommand, bytes: bytes)
    }

    @Test(arguments: [
        ("EHLO mail.example.net", "EHLO {fqdn}"), ("ehlo [127.0.0.1]", "ehlo {literal}"),
        ("HELO  friend", "HELO  {label}"),
        ("HELO", "HELO {empty}"), ("HELO ", "HELO {empty}{sp}"), ("EHLO 192.0.2.1", "EHLO {ip}"),
        ("HELO a b", "HELO {malformed}"), ("EHLO {x}", "EHLO {malformed}"), ("EHLO localhost", "EHLO {localhost}"),
        ("MAIL FROM:<a@b.c>", "MAIL FROM:<{addr}>"), ("MAIL FROM: <a@b.c>", "MAIL FROM: <{addr}>"),
        ("mail FROM:<> size=10", "mail FROM:<> size={n}"), ("Mail From:a@b.c", "Mail From:{addr}"),
        ("MAIL FROM:<a@b>   SIZE=1 BODY=8BITMIME", "MAIL FROM:<{addr}>   SIZE={n} BODY=8BITMIME"),
        ("MAIL FROM:<\"a b>\"@c> AUTH=<>", "MAIL FROM:{x}"), ("MAIL FROM:<a@b> AUTH=<>", "MAIL FROM:<{addr}> AUTH=<>"),
        ("MAIL FROM:<a@b> AUTH=x@y SMTPUTF8", "MAIL FROM:<{addr}> AUTH={x} SMTPUTF8"),
        ("MAIL FROM:Joe <a@b>", "MAIL FROM:{x}"), ("MAIL a@b", "MAIL {x}"), ("MAIL FROM:", "MAIL FROM:{x}"),
        ("MAIL\tFROM:<a@b>", "MAIL{tab}FROM:<{addr}>"), ("RCPT TO :<a@b>", "RCPT TO :<{addr}>"),
        ("RCPT To:<a@b> NOTIFY=NEVER", "RCPT To:<{addr}> NOTIFY={x}"), ("RCPT TO:< a@b >", "RCPT TO:{x}"),
        ("RCPT TO:<{x}>", "RCPT TO:<{addr}>"), ("DATA", "DATA"), ("data ", "data{sp}"), ("DATA x", "DATA {x}"),
        (" QUIT", "{sp}QUIT"), ("AUTH LOGIN", "AUTH LOGIN"), ("AUTH PLAIN AGEAYg==", "AUTH PLAIN {x}"),
        ("BDAT 100 LAST", "BDAT {n} LAST"), ("GET / HTTP/1.1", "GET {x}"), ("Host: example.net", "Host: {x}"),
        ("\u{1}\u{2}", "{junk}"), ("", "{junk}"), ("x8f3", "{junk}"), ("VRFY root", "VRFY {x}"),
    ])
    func command(line: String, text: String) throws {
        #expect(try #require(MessageTokeniser.template(of: message(line))).text == text)
    }

    @Test func contentIsItsHeaders() throws {
        let headers = "Date: x\r\nFrom:y\r\n folded: z\r\nSubject: t\r\n"
        let content = ClientMessage(kind: .content, bytes: Array(headers.utf8))
        #expect(MessageTokeniser.template(of: content)?.text == "{message Date,From!,Subject}")
        #expect(MessageTokeniser.template(of: ClientMessage(kind: .content, bytes: []))?.text == "{message}")
        #expect(MessageTokeniser.template(of: ClientMessage(kind: .authentication, bytes: []))?.text == "{auth}")
        #expect(MessageTokeniser.template(of: ClientMessage(kind: .tls, bytes: [])) == nil)
    }

    @Test func anyBytesHaveATemplateThatADocumentKeeps() throws {
        var generator = SeededGenerator(seed: 77)
        let words = [
            "MAIL", "FROM:", "RCPT", "TO:", "<", ">", "a@b", " ", "\t", "{", "}", "[", "]", "=", "SIZE=", "HELO",
            "EHLO",
            "\"", ":", "é", "\0", "DATA", "AUTH", "x", "BODY=7BIT", "{x}", "{sp}", "Sub-ject", "1",
        ]
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...7, using: &generator)
            let line = (0..<count).map { _ in words.randomElement(using: &generator)! }.joined()
            let template = try #require(MessageTokeniser.template(of: message(line)))
            #expect(try MessageTemplate(template.text) == template)
            // A document holds it in one line.
            let text = "argot-dialects 2\ndialect d tool\n origin o\n state s \(template.text)\n on start any to s\n"
            let model = try DialectDocument.model(from: text, file: "m").get()
            #expect(model.dialects[0].states[1].template == template)
        }
    }
}

import Testing
import Wire

/// What a client and a server say, and what of it may be written. A step is `C:` or `S:` and the bytes of one segment, or
/// `C-` or `S-` and how many bytes are missing.
@Suite("Secrets in conversations")
struct SecretRedactorTests {
    private func written(_ steps: [String], midway: Bool = false, showsContent: Bool = true) -> [String] {
        var redactor = SecretRedactor(beginsMidway: midway, showsContent: showsContent)
        return steps.compactMap { step in
            let bytes = Array(step.dropFirst(2).utf8)[...]
            switch step.prefix(2) {
            case "C:": return "C:" + String(decoding: redactor.client(bytes).bytes, as: UTF8.self)
            case "S:": return "S:" + String(decoding: redactor.server(bytes), as: UTF8.self)
            case "C-": redactor.clientGap(Int(step.dropFirst(2)) ?? 1)
            default: redactor.serverGap()
            }
            return nil
        }
    }

    private let x = "xxxxxxxx"

    @Test("A login that goes as it should, and what follows it")
    func login() {
        let said = written([
            "S:220 mx\r\n", "C:EHLO pc\r\n", "S:250-mx\r\n250 AUTH LOGIN\r\n", "C:AUTH LOGIN\r\n",
            "S:334 VXNlcm5hbWU6\r\n",
            "C:YWxpY2U=\r\n", "S:334 UGFzc3dvcmQ6\r\n", "C:c2VjcmV0\r\n", "S:235 2.7.0 hello alice\r\n",
            "C:MAIL FROM:<a@x> AUTH=<a@x>\r\n", "S:250 2.1.0 ok\r\n", "C:QUIT\r\n", "S:221 bye\r\n",
        ])
        #expect(
            said == [
                "S:220 mx\r\n", "C:EHLO pc\r\n", "S:250-mx\r\n250 AUTH LOGIN\r\n", "C:AUTH LOGIN\r\n", "S:334 \(x)\r\n",
                "C:\(x)\r\n", "S:334 \(x)\r\n", "C:\(x)\r\n", "S:235 2.7.0 \(x)\r\n",
                "C:MAIL FROM:<a@x> AUTH=<a@x>\r\n",
                "S:250 2.1.0 ok\r\n", "C:QUIT\r\n", "S:221 bye\r\n",
            ])
    }

    /// Lines that begin a login, and what may be written of them.
    static let lines = [
        ("AUTH PLAIN c2VjcmV0", "AUTH PLAIN xxxxxxxx"), ("auth  plain  c2VjcmV0", "auth  plain  xxxxxxxx"),
        ("\t AUTH\tPLAIN\tc2VjcmV0", "\t AUTH\tPLAIN\txxxxxxxx"), ("AUTH=PLAIN c2VjcmV0", "AUTH=PLAIN xxxxxxxx"),
        ("AUTH c2VjcmV0", "AUTH xxxxxxxx"), ("AUTH FROB c2VjcmV0", "AUTH xxxxxxxx"),
        ("AUTHPLAIN c2VjcmV0", "AUTHPLAIN xxxxxxxx"), ("\0AUTH PLAIN c2VjcmV0", "\0AUTH PLAIN xxxxxxxx"),
        ("AUTH XOAUTH2 dXNlcj1hAWF1dGg9QmVhcmVy", "AUTH XOAUTH2 xxxxxxxx"),
        ("AUTH NTLM TlRMTVNT=", "AUTH NTLM xxxxxxxx"),
        ("AUTH LOGIN user password", "AUTH LOGIN xxxxxxxx"), ("USER alice", "USER xxxxxxxx"),
        ("pass hunter two", "pass xxxxxxxx"), ("a001 LOGIN alice secret", "a001 LOGIN xxxxxxxx"),
        ("Authorization: Basic c2VjcmV0", "Authorization: xxxxxxxx"),
        ("XCLIENT ADDR=192.0.2.1 LOGIN=alice NAME=x", "XCLIENT ADDR=192.0.2.1 LOGIN=xxxxxxxx NAME=x"),
        ("NOOP\rAUTH PLAIN c2VjcmV0", "NOOP\rAUTH PLAIN xxxxxxxx"),
    ]

    @Test("A line that begins a login", arguments: Self.lines)
    func line(said: String, right: String) {
        #expect(written(["S:220 mx\r\n", "C:\(said)\r\n"]).last == "C:\(right)\r\n")
    }

    @Test(
        "A line without a secret stays as it is",
        arguments: [
            "EHLO auth.example", "MAIL FROM:<auth@x> AUTH=<>", "HELP AUTH", "Author: someone", "From: a@x",
            "GET /?t=1 HTTP/1.1",
            "XFORWARD NAME=a ADDR=192.0.2.1", "frobnicate", "QUIT", "", ".", "\u{1}\u{2}",
        ])
    func plain(said: String) {
        #expect(written(["S:220 mx\r\n", "C:\(said)\r\n"]).last == "C:\(said)\r\n")
    }

    /// Conversations with a secret whose first eight letters are `c2VjcmV0`, or a user that begins with `YWxpY2`.
    static let conversations: [(String, Bool, [String])] = [
        ("one segment for three lines", false, ["S:220 mx\r\n", "C:AUTH LOGIN\r\nYWxpY2U=\r\nc2VjcmV0\r\n"]),
        ("one direction only", false, ["C:EHLO pc\r\n", "C:AUTH LOGIN\r\n", "C:YWxpY2U=\r\n", "C:c2VjcmV0\r\n"]),
        ("from the middle on", true, ["C:YWxpY2U=\r\n", "S:334 UGFzc3dvcmQ6\r\n", "C:c2VjcmV0\r\n", "S:235 ok\r\n"]),
        ("from the challenge on", true, ["S:334 VXNlcm5hbWU6\r\n", "C:YWxpY2U=\r\n", "S:334 x\r\n", "C:c2VjcmV0\r\n"]),
        (
            "the reply to EHLO is not finished", false,
            [
                "S:220 mx\r\n", "C:EHLO a\r\n", "S:250-mx\r\n", "C:AUTH LOGIN\r\n",
                "S:334 x\r\n", "C:YWxpY2U=\r\n", "S:334 x\r\n", "C:c2VjcmV0\r\n",
            ]
        ),
        (
            "a late reply", false,
            [
                "S:220 mx\r\n", "C:NOOP\r\n", "C:AUTH LOGIN\r\n", "S:334 x\r\n", "S:250 late\r\n",
                "C:YWxpY2U=\r\n", "S:334 x\r\n", "C:c2VjcmV0\r\n",
            ]
        ),
        (
            "a challenge is missing", false,
            [
                "S:220 mx\r\n", "C:AUTH LOGIN\r\n", "S-18", "C:YWxpY2U=\r\n", "S:334 x\r\n",
                "C:c2VjcmV0\r\n",
            ]
        ),
        (
            "the AUTH is missing", false,
            [
                "S:220 mx\r\n", "C:EHLO a\r\n", "S:250 mx\r\n", "C-12", "S-18", "C:YWxpY2U=\r\n",
                "C:c2VjcmV0\r\n",
            ]
        ),
        ("the middle of the AUTH is missing", false, ["S:220 mx\r\n", "C:AUTH P", "C-3", "C:N c2VjcmV0\r\n"]),
        (
            "refused, and the client goes on blindly", false,
            [
                "S:220 mx\r\n", "C:AUTH LOGIN\r\n", "S:502 no\r\n",
                "C:YWxpY2U=\r\n", "S:500 Command unrecognized: \"YWxpY2U=\"\r\n", "C:c2VjcmV0\r\n",
                "S:500 Command unrecognized: \"c2VjcmV0\"\r\n",
            ]
        ),
        (
            "quoted by the server", false,
            [
                "S:220 mx\r\n", "C:AUTH PLAIN c2VjcmV0\r\n",
                "S:500-5.5.1 what?\r\n500 5.5.1 Command unrecognized: \"AUTH PLAIN c2VjcmV0\"\r\n",
            ]
        ),
        (
            "after the end of a message that only the server sees", false,
            [
                "S:220 mx\r\n", "C:DATA\r\n", "S:354 go\r\n",
                "C:text\n.\nAUTH LOGIN\nYWxpY2U=\nc2VjcmV0\n",
            ]
        ),
        (
            "after DATA whose refusal is missing", false,
            [
                "S:220 mx\r\n", "C:DATA\r\n", "S-9", "C:AUTH LOGIN\r\n",
                "C:YWxpY2U=\r\n", "C:c2VjcmV0\r\n",
            ]
        ),
        (
            "after BDAT that was refused", false,
            [
                "S:220 mx\r\n", "C:BDAT 2000 LAST\r\n", "S:552 no\r\n", "C:AUTH LOGIN\r\n",
                "C:YWxpY2U=\r\n", "C:c2VjcmV0\r\n",
            ]
        ),
        (
            "after BDAT whose refusal is missing", false,
            [
                "S:220 mx\r\n", "C:BDAT 2000 LAST\r\n", "S-9", "C:AUTH LOGIN\r\n",
                "C:YWxpY2U=\r\n", "C:c2VjcmV0\r\n",
            ]
        ),
        (
            "while the end of a message is missing", false,
            [
                "S:220 mx\r\n", "C:DATA\r\n", "S:354 go\r\n", "C:text\r\n", "C-40",
                "S-8", "C:YWxpY2U=\r\n", "S-18", "C:c2VjcmV0\r\n",
            ]
        ),
        (
            "AUTH twice", false,
            [
                "S:220 mx\r\n", "C:AUTH PLAIN c2VjcmV0\r\nAUTH LOGIN\r\nYWxpY2U=\r\n", "S:535 no\r\n",
                "C:c2VjcmV0\r\n", "S:334 x\r\n", "C:c2VjcmV0\r\n",
            ]
        ),
        ("USER and PASS", false, ["S:220 mx\r\n", "C:USER YWxpY2U\r\n", "S:500 no\r\n", "C:PASS c2VjcmV0\r\n"]),
    ]

    @Test("No secret is written", arguments: Self.conversations)
    func secrets(name: String, midway: Bool, steps: [String]) {
        let said = written(steps, midway: midway).joined()
        #expect(!said.contains("c2VjcmV0") && !said.contains("YWxpY2"), "\(name): \(said)")
    }

    @Test("A cancelled login, and one that is refused, are settled: commands follow")
    func settled() {
        let cancelled = written([
            "S:220 mx\r\n", "C:AUTH LOGIN\r\n", "S:334 x\r\n", "C:*\r\n", "S:501 cancelled\r\n",
            "C:MAIL FROM:<a@x>\r\n",
        ])
        #expect(cancelled.suffix(3) == ["C:*\r\n", "S:501 \(x)\r\n", "C:MAIL FROM:<a@x>\r\n"])
        let refused = written(["S:220 mx\r\n", "C:AUTH PLAIN AGEAYg==\r\n", "S:535 5.7.8 no\r\n", "C:QUIT\r\n"])
        #expect(refused.last == "C:QUIT\r\n")
        let lost = written([
            "S:220 mx\r\n", "C:AUTH LOGIN\r\n", "S-18", "C:YQ==\r\n", "S:334 x\r\n", "C:Yg==\r\n", "S:235 ok\r\n",
            "C:QUIT\r\n",
        ])
        #expect(lost.last == "C:QUIT\r\n")
    }

    @Test("What is pipelined after AUTH is not written until every reply has come")
    func pipelined() {
        let said = written([
            "S:220 mx\r\n", "C:AUTH PLAIN AGEAYg==\r\nMAIL FROM:<a@x>\r\n", "S:535 no\r\n", "C:RCPT TO:<b@x>\r\n",
            "S:503 no\r\n",
            "C:RSET\r\n", "S:503 no\r\n", "C:QUIT\r\n", "S:250 ok\r\n", "C:QUIT\r\n",
        ])
        #expect(said[1] == "C:AUTH PLAIN \(x)\r\n\(x)\r\n" && said[3] == "C:\(x)\r\n" && said[5] == "C:\(x)\r\n")
    }

    @Test("Content is not masked where it is certain that it is content, also after a login")
    func content() {
        let login = ["S:220 mx\r\n", "C:AUTH PLAIN AGEAYg==\r\n", "S:235 ok\r\n"]
        let message = ["C:DATA\r\n", "S:354 go\r\n", "C:Subject: x\r\n\r\nAUTH LOGIN\r\nc2Vj\r\n.\r\n", "S:250 ok\r\n"]
        #expect(written(login + message).suffix(4) == message[...])
        #expect(written(["S:220 mx\r\n"] + message).suffix(4) == message[...])
        let chunk = ["C:BDAT 17 LAST\r\n", "C:AUTH LOGIN\r\nabc\r\n", "S:250 ok\r\n", "C:QUIT\r\n"]
        #expect(written(["S:220 mx\r\n"] + chunk).suffix(4) == chunk[...])
    }

    @Test("A command that a mail server does not know is written if it is a known word")
    func unknownCommands() {
        func masked(_ line: String) -> String {
            String(decoding: SecretMask.command(Array(line.utf8)[...]), as: UTF8.self)
        }
        #expect(
            masked("TlRMTVNTUAABAAAA") == x && masked("hunter2") == x && masked("AUTH NTLM TlRM") == "AUTH NTLM " + x)
        #expect(masked("GET / HTTP/1.1") == "GET / HTTP/1.1" && masked("GET /?token=1 HTTP/1.1") == "GET \(x) HTTP/1.1")
        #expect(masked("From: a@b") == "From: " + x && masked("HELP me") == "HELP me" && masked("") == "")
    }
}

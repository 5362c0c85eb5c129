import DialectLearning
import Dialects
import SMTP
import Testing

/// What a milter is handed of single commands. That real mail servers do so is shown by the tests with them.
struct MilterViewTests {
    /// A conversation of lines and codes, `MAIL FROM:<a@b.example>|250 2.1.0 ok`; a line of `.` is a mail with one header.
    private func dialogue(_ lines: [String]) -> Dialogue {
        var dialogue = Dialogue(greeting: .plain(220), exchanges: [])
        for line in lines {
            let halves = line.split(separator: "|", omittingEmptySubsequences: false)
            let words = halves[1].split(separator: " ", maxSplits: 1)
            let reply = words.first.flatMap { UInt16($0) }.map {
                ServerReply.plain($0, words.count > 1 ? String(words[1]) : "words")
            }
            let message =
                halves[0] == "."
                ? ClientMessage(kind: .content, bytes: Array("X-A : b\r\n".utf8), isWhole: reply != nil)
                : ClientMessage(String(halves[0]))
            dialogue.exchanges.append(Dialogue.Exchange(message: message, reply: reply))
        }
        return dialogue
    }

    private func view(_ lines: [String], at vantage: Vantage) -> [String] {
        dialogue(lines).projected(to: vantage).map { event in
            ([event.kind.rawValue] + event.parts.map { String(decoding: $0, as: UTF8.self) }).joined(separator: " ")
        }
    }

    private static let mail = ["EHLO a.example|250", "MAIL FROM:<a@b.example>|250", "RCPT TO:<c@d.example>|250"]

    @Test func onTheWireThereIsNoMilter() {
        #expect(view(Self.mail, at: .wire) == [])
    }

    @Test(
        arguments: [
            (["ehlo  a.example\t|250"], ["helo a.example"], ["helo a.example"]),
            (["HELO a  b|250"], ["helo a b"], ["helo a b"]),
            (["EHLO|501", "HELO <x>|501"], [], []),
            (["EHLO a|554 5.5.0 SMTP protocol error"], ["helo a"], []),
            (
                ["mail From:\t<a@b>  size=1|250"], ["mail <a@b> size=1", "abort"],
                ["proto SMTP", "mail <a@b> size=1", "abort"]
            ),
            (["MAIL FROM:<a@b>|503", "MAIL FROM:<a@b> X=1|555", "MAIL|501"], [], []),
            (["MAIL FROM:<a@b>|550"], ["mail <a@b>"], ["proto SMTP", "mail <a@b>"]),
            (["MAIL FROM:<a@b>|550 5.0.0 Command rejected"], ["mail <a@b>"], []),
            (["MAIL FROM:<a>|553 5.5.4 <a>... Domain name required"], ["mail <a>"], []),
            (["MAIL FROM:<a@b> SIZE=9|552 5.3.4 Message size exceeds fixed limit"], [], []),
            (["RSET|250", "NOOP|250", "VRFY a|252", "AUTH PLAIN x|535", "STARTTLS|454", "QUIT|221"], [], []),
            (["FOO bar  baz|500"], ["unknown FOO"], ["unknown FOO bar  baz"]),
            (["|500"], [], ["unknown "]),
            (["EXPN a|502", "HELP|502"], ["unknown EXPN", "unknown HELP"], []),
            (["verb|502"], ["unknown verb"], []),
            (["GET / HTTP/1.1|221", "GET / HTTP/1.1|421"], [], []),
            (["BDAT 3|500"], [], ["unknown BDAT 3"]),
        ] as [([String], [String], [String])])
    func single(lines: [String], postfix: [String], sendmail: [String]) {
        #expect(view(lines, at: .milterPostfix) == postfix)
        #expect(view(lines, at: .milterSendmail) == sendmail)
    }

    @Test func recipients() {
        let lines = [
            "EHLO a|250", "MAIL FROM:<>|250", "RCPT TO:<x@y>|554 5.7.1 <x@y>: Relay access denied",
            "RCPT TO:<x@y>|550 5.7.1 <x@y>... Relaying denied", "RCPT TO:<u@d>|550 5.1.1 unknown", "RCPT TO:<>|501",
            "DATA|503", "RSET|250",
        ]
        #expect(
            view(lines, at: .milterPostfix)
                == ["helo a", "mail <>", "rcpt <x@y>", "rcpt <x@y>", "rcpt <u@d>", "abort"])
        #expect(
            view(lines, at: .milterSendmail)
                == ["helo a", "proto ESMTP", "mail <>", "rcpt <x@y>", "rcpt <u@d>", "abort"])
    }

    @Test(arguments: [
        (["DATA|354", ".|250", "QUIT|221"], ["data", "header X-A  b", "eoh", "eom"]),
        (["DATA|354", ".|"], ["data", "abort"]), (["DATA|354", ".|421"], ["data", "abort"]),
        (["DATA now|501", "QUIT|221"], ["abort"]), (["RSET now|501", "RSET|250", "RSET|250"], ["abort"]),
        (["EHLO b|250"], ["abort", "helo b"]),
    ])
    func afterTheEnvelope(lines: [String], expected: [String]) {
        let before = ["helo a.example", "mail <a@b.example>", "rcpt <c@d.example>"]
        #expect(view(Self.mail + lines, at: .milterPostfix) == before + expected)
    }

    @Test func protocolsOfSendmail() {
        var dialogue = dialogue(["EHLO a|250", "STARTTLS|220"])
        dialogue.exchanges.append(
            Dialogue.Exchange(message: ClientMessage(kind: .tls, bytes: []), reply: nil))
        func proto(_ lines: [String]) -> [String] {
            var dialogue = dialogue
            dialogue.exchanges += self.dialogue(lines + ["MAIL FROM:<a@b>|250"]).exchanges
            return dialogue.projected(to: .milterSendmail).filter { $0.kind == .proto || $0.kind == .auth }
                .map { String(decoding: $0.bytes, as: UTF8.self) }
        }
        #expect(proto([]) == ["ESMTP"])
        #expect(proto(["EHLO a|250"]) == ["ESMTPS"])
        #expect(proto(["EHLO a|250", "AUTH PLAIN x|235"]) == ["PLAIN", "ESMTPSA"])
        #expect(proto(["HELO a|250"]) == ["SMTP"])
    }
}

import Dialects
import SMTP
import Seeded
import Testing

/// Lines that are told beside what a filter is handed, put together.
struct LineAssemblerTests {
    /// Events in words: `L` a line, `P` one that ends with its colon, `C` one that is cut, `R` a reply, and the filter's own.
    private static func commands(_ events: [String], peers: SessionPeers = SessionPeers()) -> [String] {
        let reader = EventReader(peers: peers)
        var assembler = LineAssembler(peers: peers)
        var said: [String] = []
        func note(_ event: ObservedEvent, _ bytes: Span<UInt8>) {
            let line = String(decoding: (0..<bytes.count).map { bytes[$0] }, as: UTF8.self)
            switch event {
            case .command(let verb, let arguments, let shape, _):
                let words = arguments.map { $0 == 0 ? UInt8(ascii: "|") : $0 }
                let form = shape.map { " \($0.form)" } ?? ""
                said.append("\(verb?.rawValue ?? "?") [\(line)] \(String(decoding: words, as: UTF8.self))\(form)")
            case .replied(let code): said.append("\(code)")
            case .eoh: said.append("eoh")
            default: said.append("other")
            }
        }
        for event in events {
            let word = event.prefix { $0 != " " }
            let text = String(event.dropFirst(word.count + 1))
            let (kind, bytes): (SessionEvent.Kind, [UInt8]) =
                switch word {
                case "L": (.line, Array((text + "\0whole").utf8))
                case "P": (.line, Array((text + "\0path").utf8))
                case "C": (.line, Array((text + "\0cut").utf8))
                case "R": (.replied, Array(text.utf8))
                default: (SessionEvent.Kind(rawValue: String(word))!, Array(text.replacing("|", with: "\0").utf8))
                }
            guard let observed = reader.read(kind, bytes.span) else { continue }
            assembler.take(observed, bytes.span) { note($0, $1) }
        }
        assembler.finish { note($0, $1) }
        return said
    }

    @Test func wordsAreTheLinesAndArgumentsTheEvents() {
        #expect(
            Self.commands([
                "L ehlo  mail.linden.example", "helo Mail.Linden.Example", "P mail FROM:",
                "mail <A@Linden.Example>|size=10", "P RCPT TO:", "rcpt <b@lab.example>",
            ]) == [
                "EHLO [ehlo  Mail.Linden.Example] Mail.Linden.Example fqdn",
                "MAIL [mail FROM:<A@Linden.Example> size=10] <A@Linden.Example>|size=10",
                "RCPT [RCPT TO:<b@lab.example>] <b@lab.example>", "250",
            ])
    }

    @Test func tabsAndBlanksBeforeTheArgumentAreTheLines() {
        #expect(
            Self.commands(["L EHLO\t a.example", "helo A.example", "P MAIL FROM: \t", "mail <a@b>"]) == [
                "EHLO [EHLO\t A.example] A.example fqdn", "MAIL [MAIL FROM: \t<a@b>] <a@b>",
            ])
    }

    /// A line without an event is one that the mail server refuses by itself.
    @Test func aLineAloneCounts() {
        #expect(
            Self.commands(["L HELO", "P MAIL FROM:", "C MAIL FROM:", "L RSET", "L mail From: <a@b>", "L QUIT"]) == [
                "HELO [HELO]  empty", "MAIL [MAIL FROM:<x@x.invalid>] <x@x.invalid>", "MAIL [MAIL FROM:] ",
                "RSET [RSET] ",
                "MAIL [mail From: <a@b>] <a@b>", "QUIT [QUIT] ",
            ])
    }

    @Test func whatIsNotRefusedWasAnsweredWellOnceCodesAreTold() {
        #expect(
            Self.commands([
                "R 220", "L EHLO a.example", "helo a.example", "P MAIL FROM:", "mail <a@b>", "P RCPT TO:", "rcpt <c@d>",
                "R 550", "L DATA", "R 554", "L QUIT",
            ]) == [
                "EHLO [EHLO a.example] a.example fqdn", "250", "MAIL [MAIL FROM:<a@b>] <a@b>", "250",
                "RCPT [RCPT TO:<c@d>] <c@d>", "550", "DATA [DATA] ", "554", "QUIT [QUIT] ",
            ])
        // DATA was answered well when the message comes, and the message is what is answered next.
        #expect(
            Self.commands(["R 220", "L DATA", "data", "eoh", "eom", "L QUIT"]) == [
                "DATA [DATA] ", "250", "eoh", "other", "250", "QUIT [QUIT] ",
            ])
    }

    /// Without codes what the filter knows of the replies is all there is.
    @Test func aRefusalToldToTheFilterCounts() {
        #expect(
            Self.commands([
                "P RCPT TO:", "refused 5.1.1|no", "rcpt <c@d>", "P RCPT TO:", "refused 4.2.0|no", "rcpt <e@f>",
            ])
                == [
                    "other", "RCPT [RCPT TO:<c@d>] <c@d>", "550", "other", "RCPT [RCPT TO:<e@f>] <e@f>", "450",
                ])
    }

    /// Of what is no command the tables tell nothing, and the mail server its first word.
    @Test func anUnknownCommandIsNamedByTheMailServer() {
        #expect(
            Self.commands(["C ", "unknown Subject:", "C ", "C GET"]) == [
                "? [Subject:] ", "500", "? [] ", "? [GET {x}] ",
            ])
    }

    /// Whatever comes in whatever order: every line comes out once, in order.
    @Test func everyLineComesOutOnce() {
        var generator = SeededGenerator(seed: 3)
        let lines = [
            "L EHLO a.b", "P MAIL FROM:", "P RCPT TO:", "L DATA", "L RSET", "C ", "L AUTH plain", "L NOOP", "L QUIT",
        ]
        let others = [
            "helo x", "mail <a@b>", "rcpt <c@d>", "data", "unknown FOO", "abort", "R 220", "R 550", "R 421", "eoh",
            "eom",
        ]
        for _ in 0..<2_000 {
            let events = (0..<20).map { _ in
                (Bool.random(using: &generator) ? lines : others).randomElement(using: &generator)!
            }
            let sent = events.filter { lines.contains($0) }.count
            #expect(Self.commands(events).filter { $0.contains("[") }.count == sent)
        }
    }
}

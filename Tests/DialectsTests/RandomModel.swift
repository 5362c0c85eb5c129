import Seeded
import Dialects
import SMTP

/// Models and sessions made at random, with everything that templates can say.
struct RandomModel {
    private var generator: SeededGenerator

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    private static let templates = [
        "HELO {fqdn}", "EHLO {fqdn|label}", "EHLO {any}", "HELO {label +upper}", "HELO {label -upper}", "EHLO {ip}",
        "HELO {fqdn -ptr}", "EHLO {fqdn +server}", "HELO x.net", "HELO \"friend\"", "EHLO {label}.net",
        "HELO www.{label}.com", "EHLO {literal +other}", "HELO friend", "EHLO {label}.x.net", "HELO \"own.net\"",
        "MAIL FROM:<{addr}>", "MAIL FROM:<{path}>", "MAIL FROM:{addr}", "MAIL FROM:<{addr}> SIZE={n}",
        "MAIL FROM:<{path}>[ SIZE={n}][ BODY={x}]", "MAIL FROM:<{addr}>[ BODY=8BITMIME][ SMTPUTF8]", "MAIL FROM:<>",
        "MAIL FROM:<a@b>", "MAIL FROM:a@b", "MAIL FROM:<{addr}> SIZE={x}", "MAIL FROM:<{addr}>[ SIZE=7][ SIZE={n}]",
        "RCPT TO:<{addr}>", "RCPT TO:<{sender}>", "RCPT TO:{addr}", "RCPT TO:<{addr}>[ NOTIFY={x}]", "RCPT TO:<c@d>",
        "RCPT TO:<a@b> NOTIFY=NEVER", "DATA", "DATA", "{message}", "{message}", "{message A}", "{message A,B!}",
        "{message B}", "RSET", "RSET", "RSET", "QUIT", "NOOP", "NOOP", "STARTTLS", "XFOO", "HELP {x}",
    ]

    private static let steps: [Step] = [
        .helo("mail.example.net"), .helo("friend"), .helo("FRIEND"), .helo("own.net"), .helo("x.net"), .helo("y.net"),
        .helo("y.x.net"), .helo("www.y.com"), .helo("192.0.2.10"), .helo("[203.0.113.9]"), .helo("host.example.net"),
        .helo("mx.example.org"), .helo(""), .helo("a b"), .startTLS, .proto(isExtended: true),
        .proto(isExtended: false),
        .mail(["<a@b>"]), .mail(["<A@B>"]), .mail(["a@b"]), .mail(["<>"]), .mail(["<x@y>", "SIZE=7"]),
        .mail(["<x@y>", "SIZE=12"]), .mail(["<x@y>", "SIZE=x"]), .mail(["<x@y>", "size=12"]),
        .mail(["<x@y>", "SIZE="]),
        .mail(["<x@y>", "SIZE=7", "BODY=8BITMIME"]), .mail(["<x@y>", "BODY=8BITMIME", "SIZE=7"]),
        .mail(["<x@y>", "BODY=7BIT"]), .mail(["<x@y>", "SMTPUTF8"]), .mail(["<x@y>", "SIZE=7", "SIZE=8"]),
        .recipient(["<a@b>"]), .recipient(["<x@Y>"]), .recipient(["c@d"]), .recipient(["<c@d>"]),
        .recipient(["<a@b>", "NOTIFY=NEVER"]), .recipient(["<a@b>", "NOTIFY=x"]), .recipient(["<a@b>", "X"]),
        .answered(.positive), .answered(.transient), .answered(.permanent), .data, .header("A", " x"),
        .header("A", "x"),
        .header("B", "x"), .header("B", " x"), .header("C", "  x"), .endOfHeaders, .endOfHeaders, .unknown("XFOO"),
        .unknown("HELP me"), .unknown("YBAR"), .abort, .abort,
    ]

    private static let lines: [Step] =
        [
            "EHLO mail.example.net", "ehlo friend", "HELO friend", "Helo own.net", "HELO x.net", "EHLO  y.x.net",
            "EHLO", "HELO a b", "EHLO [203.0.113.9]", "MAIL FROM:<a@b>", "mail from:<a@b>", "MAIL FROM: <x@y>",
            "MAIL FROM:<>", "MAIL FROM:a@b", "MAIL FROM:<x@y> SIZE=7", "MAIL FROM:<x@y> SIZE=x BODY=8BITMIME",
            "MAIL x", "RCPT TO:<a@b>", "Rcpt To:<x@Y>", "RCPT TO: <c@d>", "RCPT TO:<a@b> NOTIFY=NEVER", "RCPT",
            "DATA", "data", "DATA ", "BDAT 4 LAST", "RSET", "rset", "QUIT", "quit", "NOOP", "NOOP x", "STARTTLS",
            "HELP me", "AUTH PLAIN x", "VRFY a", "XFOO", "XFOO 1", "YBAR", "", "GET / HTTP/1.1",
        ].map(Step.line) + [
            .answered(.positive), .answered(.transient), .answered(.permanent), .header("A", " x"), .header("B", "x"),
            .endOfHeaders,
        ]

    /// A document of one to five dialects.
    mutating func model() throws -> DialectModel {
        var text = "argot-dialects 1\n"
        for number in 0..<Int.random(in: 1...5, using: &generator) {
            text += "dialect d\(number) tool\norigin random\n"
            let count = Int.random(in: 2...9, using: &generator)
            for state in 0..<count { text += "state s\(state) \(Self.templates.randomElement(using: &generator)!)\n" }
            // Every state is reached from an earlier one; the rest is chance.
            for state in 0..<count {
                let source = state == 0 ? "start" : "s\(Int.random(in: 0..<state, using: &generator))"
                text += "on \(source) \(replies()) to s\(state)\n"
            }
            for _ in 0..<Int.random(in: 0...2 * count, using: &generator) {
                let source = Int.random(in: 0..<count, using: &generator)
                text += "on s\(source) \(replies()) to s\(Int.random(in: 0..<count, using: &generator))\n"
            }
        }
        return try DialectDocument.model(from: text, file: "random").get()
    }

    /// A document as sites come to have them: one to four engines of any class, and copies of these that differ in the name
    /// that they greet with, in counts, or in nothing.
    mutating func family() throws -> DialectModel {
        var text = "argot-dialects 2\n"
        var number = 0
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let engine = try model().dialects[0]
            let copies = [1, 1, 3, 12].randomElement(using: &generator)!
            for _ in 0..<copies {
                number += 1
                let dialectClass = DialectClass.allCases.randomElement(using: &generator)!
                let greeting = [
                    nil, "own\(number).example", "\"own\(number).net\"", "{label}.own\(number).net",
                    "own\(number / 9).example",
                ].randomElement(using: &generator)!
                let copy = DialectDocument.text(for: DialectModel(dialects: [engine]))
                for line in copy.split(separator: "\n").dropFirst() {
                    let words = line.split(separator: " ")
                    switch words[0] {
                    case "dialect": text += "dialect d\(number) \(dialectClass.rawValue)\n"
                    case "state" where ["HELO", "EHLO"].contains(words[2]):
                        let kept = words.dropFirst(3).joined(separator: " ")
                        text += "state \(words[1]) \(words[2]) \(greeting ?? kept)\n"
                    case "on" where Bool.random(using: &generator):
                        text += words[..<4].joined(separator: " ")
                        for target in words[4...] { text += " \(target)*\(Int.random(in: 1...90, using: &generator))" }
                        text += "\n"
                    default: text += line + "\n"
                    }
                }
            }
        }
        return try DialectDocument.model(from: text, file: "random").get()
    }

    private mutating func replies() -> String {
        ["any", "any", "250", "4xx", "5xx", "4xx,5xx", "2xx,550"].randomElement(using: &generator)!
    }

    /// A conversation of one of the dialects with a few things changed, or anything at all.
    mutating func session(of model: DialectModel, at vantage: Vantage) -> [Step] {
        var steps: [Step] = []
        if let dialect = model.dialects.randomElement(using: &generator), generator.next() % 8 > 0 {
            steps =
                vantage.seesCommandLines
                ? lines(of: dialect) : DialectWalk.steps(of: dialect, at: vantage, seed: generator.next(), length: 12)
        }
        let others = vantage.seesCommandLines ? Self.lines : Self.steps
        for _ in 0..<Int.random(in: 0...3, using: &generator) {
            let place = Int.random(in: 0...steps.count, using: &generator)
            steps.insert(others.randomElement(using: &generator)!, at: place)
        }
        while steps.count < 4 { steps.append(others.randomElement(using: &generator)!) }
        return steps
    }

    /// The lines of a conversation, with some of the replies to them.
    private mutating func lines(of dialect: Dialect) -> [Step] {
        let dialogue = DialectWalk.dialogue(of: dialect, seed: generator.next(), length: 12)
        return dialogue.exchanges.indices.flatMap { dialogue.steps(at: $0, tellingReply: generator.next() % 2 == 0) }
    }
}

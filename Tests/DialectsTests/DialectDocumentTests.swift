import Seeded
import Dialects
import Documents
import SMTP
import Testing

/// The readable form of a model, both ways, and every fault of it.
struct DialectDocumentTests {
    static let golden = """
        argot-dialects 2

        dialect one.a-b_2 mta
          origin somewhere, 2026  (inner  blanks stay)
          offer none
          offer PIPELINING SIZE
          state ehlo EHLO {fqdn|label +upper -ptr}
          state mail MAIL From: <{path}> SIZE={n}[ BODY={x}]
          state rset RSET
          state message {message Date,From!}
          wire mail end=crlf*3,lf*1 sent=after*1,early-offered*3 segment=own*1,joined*3
          wire message dot=own*2,joined*1
          on start 220 to ehlo*4
          on ehlo 250 to mail*3 rset
          on ehlo 5xx,250/550+lf,none to mail
          on mail any to message*3
          final good message*3 after 2xx by fin*2,rst*1
          final bad ehlo message
          heard m1 EHLO {fqdn}
          trace 4 1 fin 220 m1 250

        dialect two bot
          origin elsewhere
          state helo HELO "x"
          on start 220,4xx to helo

        """

    private func faults(_ text: String) -> [String] {
        switch DialectDocument.model(from: text, file: "m") {
        case .success: []
        case .failure(let errors): errors.faults.map(\.description)
        }
    }

    @Test func goldenDocumentIsReadAndWrittenBack() throws {
        let model = try DialectDocument.model(from: Self.golden, file: "m").get()
        #expect(DialectDocument.text(for: model) == Self.golden)
        #expect(model.dialects.map(\.name) == ["one.a-b_2", "two"])
        let dialect = model.dialects[0]
        #expect(dialect.dialectClass == .mta)
        #expect(dialect.origin == "somewhere, 2026  (inner  blanks stay)")
        #expect(dialect.states.map(\.name) == ["start", "ehlo", "mail", "rset", "message"])
        #expect(dialect.states[0].template == nil)
        #expect(dialect.transitions.map(\.source) == [0, 1, 1, 1, 2])
        #expect(dialect.transitions.map(\.target) == [1, 2, 3, 2, 4])
        #expect(dialect.transitions.map(\.replies.description) == ["220", "250", "250", "5xx,250/550+lf,none", "any"])
        #expect(dialect.transitions.map(\.count) == [4, 3, 0, 0, 3])
        #expect(dialect.offers == [[], ["PIPELINING", "SIZE"]])
        #expect(dialect.states[2].marks.lineEnds == [.crlf: 3, .lf: 1])
        #expect(dialect.states[2].marks.timings == [.after: 1, .earlyOffered: 3])
        #expect(dialect.finals[0].manners == [.fin: 2, .rst: 1])
        #expect(dialect.finals.map(\.count) == [3, 0, 0])
        #expect(dialect.evidence.count == 2)
        #expect(dialect.goodFinals == [4])
        #expect(dialect.badFinals == [1, 4])
        #expect(model.dialects[1].goodFinals.isEmpty)
    }

    @Test func versionOneIsReadAndWrittenAsTwo() throws {
        let lines = Self.golden.split(separator: "\n", omittingEmptySubsequences: false)
        let words = ["offer", "wire", "heard", "trace", "final good"]
        let text = lines.filter { line in !words.contains { line.hasPrefix("  \($0)") } }.joined(separator: "\n")
        let second = try DialectDocument.model(from: text, file: "m").get()
        let first = try DialectDocument.model(from: "argot-dialects 1" + text.dropFirst(16), file: "m").get()
        #expect(first == second)
        #expect(DialectDocument.text(for: first) == text)
        for word in words.dropLast() {
            let fault = "m:4: \"\(word)\" needs version 2: begin the document with \"argot-dialects 2\""
            #expect(faults("argot-dialects 1\ndialect x tool\n origin o\n \(word) x y\n").contains(fault))
        }
    }

    @Test func starterModelIsWrittenAndReadBack() throws {
        let text = DialectDocument.text(for: Starter.model)
        #expect(try DialectDocument.model(from: text, file: "m").get() == Starter.model)
    }

    @Test func commentsBlanksAndTabsDoNotCount() throws {
        let text =
            "# head\n\n\targot-dialects   1  \n # c\ndialect\tx\ttool\n\torigin t \n state a\tQUIT\t\n on\tstart  any to a"
        let model = try DialectDocument.model(from: text, file: "m").get()
        #expect(model.dialects.map(\.origin) == ["t"])
        #expect(model.dialects[0].states[1].template?.text == "QUIT")
    }

    @Test func lineEndsOfOtherSystemsAreTaken() throws {
        let text = Self.golden.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
        let model = try DialectDocument.model(from: text, file: "m").get()
        #expect(DialectDocument.text(for: model) == Self.golden)
        #expect(
            faults("argot-dialects 1\r\n\r\nfoo\r\n") == [
                "m:3: \"foo\" is before the first dialect: begin with \"dialect NAME CLASS\""
            ])
    }

    @Test func anEmptyModelIsAModel() throws {
        #expect(try DialectDocument.model(from: "argot-dialects 1\n", file: "m").get().dialects.isEmpty)
    }

    @Test(
        "Documents of other kinds and versions are refused by their first line",
        arguments: [
            ("", "m: the document is empty: the first line must be \"argot-dialects 2\""),
            ("# only a comment\n\n", "m: the document is empty: the first line must be \"argot-dialects 2\""),
            ("hello\n", "m:1: the first line must be \"argot-dialects 2\""),
            ("\nargot-dialects\n", "m:2: the first line must be \"argot-dialects 2\""),
            ("argot-dialects 1 2\n", "m:1: the first line must be \"argot-dialects 2\""),
            ("argot-dialects 3\ndialect x y\n", "m:1: version 3 is not known: this Argot reads 1 to 2"),
            ("argot-dialects x\n", "m:1: version x is not known: this Argot reads 1 to 2"),
            ("dialect x tool\n", "m:1: the first line must be \"argot-dialects 2\""),
        ])
    func foreignDocument(text: String, fault: String) {
        #expect(faults(text) == [fault])
    }

    /// A sound dialect in lines 2 to 5; the fault stands behind it or replaces a line.
    @Test(
        "Each fault at its line, with its remedy",
        arguments: [
            ("stray x", "2: \"stray\" is before the first dialect: begin with \"dialect NAME CLASS\"", false),
            (
                "foo bar",
                "6: \"foo\" is not a keyword: use dialect, origin, offer, state, wire, on, final, tls, hello, tcp or syn",
                true
            ),
            ("state x", "6: write \"state NAME TEMPLATE\"", true),
            ("state a QUIT", "6: state a exists already in this dialect: choose another name", true),
            ("state start QUIT", "6: state start exists already in this dialect: choose another name", true),
            ("state ä QUIT", "6: \"ä\": use letters, digits, dots and dashes in names", true),
            ("state x MAIL", "6: \"MAIL\": FROM: is missing", true),
            ("on a 250 a", "6: write \"on STATE REPLIES to STATE…\"", true),
            ("on a 250 to", "6: write \"on STATE REPLIES to STATE…\"", true),
            ("on a 25 to a", "6: \"25\" is not a list of replies: write codes like 250, 4xx or any, with commas", true),
            ("on a any to start", "6: nothing leads back to start", true),
            ("on a any to b", "6: dialect x has no state b: add \"state b TEMPLATE\"", true),
            ("on b any to a", "6: dialect x has no state b: add \"state b TEMPLATE\"", true),
            ("final bad b", "6: dialect x has no state b: add \"state b TEMPLATE\"", true),
            (
                "final a",
                "6: write \"final good STATE…\" or \"final bad STATE…\", then \"after REPLIES\", \"by MANNERS\"", true
            ),
            (
                "final worst a",
                "6: write \"final good STATE…\" or \"final bad STATE…\", then \"after REPLIES\", \"by MANNERS\"", true
            ),
            (
                "dialect y",
                "6: write \"dialect NAME CLASS\" with one of the classes mta, mua, library, tool, bot, attack", true
            ),
            (
                "dialect x tool\norigin t\nstate a QUIT\non start any to a",
                "6: dialect x exists already, in line 2: choose another name", true
            ),
            (
                "dialect y tool\nstate a QUIT\non start any to a",
                "6: dialect y has no origin: say where it comes from", true
            ),
            (
                "dialect y tool\norigin t",
                "6: dialect y has no transition: write \"on start 220 to STATE\"", true
            ),
            (
                "dialect y! tool\norigin t\nstate a QUIT\non start any to a",
                "6: \"y!\": use letters, digits, dots and dashes in names", true
            ),
            ("state b QUIT", "2: dialect x: nothing leads to b", true),
            ("on a any to a*", "6: \"a*\" has no count: write NAME or NAME*COUNT", true),
            ("on a any to a*0", "6: \"a*0\" has no count: write NAME or NAME*COUNT", true),
            ("on a any to a*9999999999999", "6: \"a*9999999999999\" has no count: write NAME or NAME*COUNT", true),
            (
                "final bad a by gone",
                "6: \"gone\" is not a way to end: use fin, rst, hang, server, with *N for a count",
                true
            ),
            (
                "final bad a after 25",
                "6: \"25\" is not a list of replies: write codes like 250, 4xx or any, with commas", true
            ),
            ("wire a", "6: write \"wire STATE MARK=VALUE,…\" with the marks end, sent, segment, dot", true),
            ("wire b end=lf", "6: dialect x has no state b: add \"state b TEMPLATE\"", true),
            (
                "wire a end=lf*2,lf*1",
                "6: \"end=lf*2,lf*1\" is not a mark: write end=, sent=, segment= or dot= and values with counts, crlf*3,lf*1",
                true
            ),
            ("offer", "6: write \"offer KEYWORD…\", or \"offer none\" for a server that offered nothing", true),
        ])
    func fault(lines: String, fault: String, isBehind: Bool) {
        let sound = "dialect x tool\norigin t\nstate a QUIT\non start any to a\n"
        let text = "argot-dialects 2\n" + (isBehind ? sound + lines : lines + "\n" + sound) + "\n"
        #expect(faults(text).first == "m:\(fault)")
    }

    @Test func allFaultsAreReportedInTheOrderOfLines() {
        let text = """
            argot-dialects 1
            dialect one tool
              state a NONSENSE {x}
              state b MAIL
              state c HELO {what}
              on start 1xx to a
              on nowhere 250 to b gone
              final good lost
            dialect two nothing
              jump
            dialect three bot
              origin t
              state a QUIT
              state b NOOP
              on start any to a
            """
        #expect(
            faults(text) == [
                "m:2: dialect one has no origin: say where it comes from",
                "m:4: \"MAIL\": FROM: is missing",
                "m:5: \"what\" is not a form of a HELO argument: use any, fqdn, label, ip, literal, literal6, localhost, "
                    + "localdomain, empty, malformed",
                "m:6: \"1xx\" is not a list of replies: write codes like 250, 4xx or any, with commas",
                "m:7: dialect one has no state nowhere: add \"state nowhere TEMPLATE\"",
                "m:7: dialect one has no state gone: add \"state gone TEMPLATE\"",
                "m:8: dialect one has no state lost: add \"state lost TEMPLATE\"",
                "m:9: write \"dialect NAME CLASS\" with one of the classes mta, mua, library, tool, bot, attack",
                "m:9: dialect two has no origin: say where it comes from",
                "m:9: dialect two has no transition: write \"on start 220 to STATE\"",
                "m:10: \"jump\" is not a keyword: use dialect, origin, offer, state, wire, on, final, tls, hello, tcp or syn",
                "m:11: dialect three: nothing leads to b",
            ])
    }

    @Test func faultsPrintOneALine() {
        guard case .failure(let errors) = DialectDocument.model(from: "argot-dialects 1\nx\ny\n", file: "m") else {
            Issue.record("no fault")
            return
        }
        #expect(errors.description.split(separator: "\n").count == 2)
        #expect(errors.faults.map(\.file) == ["m", "m"])
        #expect(errors.faults.map(\.line) == [2, 3])
    }

    @Test func randomDocumentsNeverTrap() {
        var generator = SeededGenerator(seed: 8)
        let words = [
            "dialect", "origin", "state", "on", "final", "good", "bad", "to", "a", "b", "start", "220", "any", "tool",
            "HELO", "{fqdn}", "{", "}", "MAIL FROM:<{addr}>", "[ SIZE={n}]", "{message", "A,B}", "\"x\"", "#", "\t",
            "RCPT TO:", "é", "\r", "wire", "offer", "by", "after", "fin*2", "end=lf", "a*3", "250/550+lf",
        ]
        var broken = 0
        for _ in 0..<3_000 {
            var text = "argot-dialects 2\n"
            for _ in 0..<Int.random(in: 0...8, using: &generator) {
                let count = Int.random(in: 0...6, using: &generator)
                text += (0..<count).map { _ in words.randomElement(using: &generator)! }.joined(separator: " ") + "\n"
            }
            if !faults(text).isEmpty { broken += 1 }
        }
        #expect(broken > 2_000)
    }
}

import FakeMTA
import Testing

@Suite("Scenario files")
struct ScenarioParserTests {
    @Test func everyDirectiveIsRead() throws {
        let scenario = try Scenario(
            parsing: """
                # a title
                # another comment
                filter argotd --flag two~words
                set mode = observe
                set list = a = b
                client 2001:db8::1 name=host.example port=4242

                send EHLO  x\\x20
                expect 250
                expect@postfix 250 PIPELINING...
                expect@sendmail closed
                message
                # no comment
                .dot
                \\xff\\\\

                .
                expect 550 5.1.1 no | 5.1.1 way
                drop
                callback helo "x"
                callback@fake abort
                callback@!fake close
                """, file: "all.session")
        #expect(scenario.title == "a title")
        #expect(scenario.filter?.name == "argotd")
        #expect(scenario.filter?.arguments == ["--flag", "two words"])
        #expect(scenario.filter?.settings.map(\.key) == ["mode", "list"])
        #expect(scenario.filter?.settings.map(\.value) == ["observe", "a = b"])
        #expect(scenario.client == ClientPeer(name: "host.example", ip: "2001:db8::1", port: 4242))
        #expect(scenario.steps.map(\.line) == [8, 9, 12, 18, 19])
        #expect(scenario.steps[0].action == .send("EHLO  x "))
        guard case .expect(let expectation) = scenario.steps[1].action else {
            Issue.record("no expectation")
            return
        }
        #expect(expectation.reply(on: "fake") == .reply(code: 250, text: nil))
        #expect(expectation.reply(on: "postfix") == .reply(code: 250, text: "PIPELINING..."))
        #expect(expectation.reply(on: "sendmail") == .closed)
        #expect(
            scenario.steps[2].action
                == .message(["# no comment", ".dot", ByteText.text([0xFF]) + "\\", ""]))
        #expect(scenario.steps[4].action == .drop)
        #expect(scenario.callbacks(on: "fake")?.map(\.text) == ["helo \"x\"", "abort"])
        #expect(scenario.callbacks(on: "postfix")?.map(\.text) == ["helo \"x\"", "close"])
    }

    struct Mistake: CustomTestStringConvertible, Sendable {
        var text: String
        var line: Int
        var problem: String

        var testDescription: String { problem }

        init(_ text: String, line: Int, _ problem: String) {
            self.text = text
            self.line = line
            self.problem = problem
        }
    }

    static let mistakes = [
        Mistake("", line: 1, "no steps"),
        Mistake("send A\nfoo bar", line: 2, "no such directive: foo"),
        Mistake("# x\n\nfilter", line: 3, "expected the filter's name"),
        Mistake("filter a\nfilter b\nsend A", line: 2, "a second filter"),
        Mistake("send A\nfilter b", line: 2, "filter stands before the first step"),
        Mistake("set a = b\nsend A", line: 1, "set stands behind filter"),
        Mistake("filter x\nset a\nsend A", line: 2, "expected KEY = VALUE"),
        Mistake("client\nsend A", line: 1, "expected an address"),
        Mistake("client name=a\nsend A", line: 1, "expected an address"),
        Mistake(
            "client 192.0.2.1 port=x\nsend A", line: 1, "expected name=HOST or port=NUMBER, not port=x"),
        Mistake("send A\nclient 192.0.2.1", line: 2, "client stands before the first step"),
        Mistake("send A\nexpect", line: 2, "expected a reply code or \"closed\""),
        Mistake("send A\nexpect 25", line: 2, "expected a reply code or \"closed\""),
        Mistake("send A\nexpect 650", line: 2, "expected a reply code or \"closed\""),
        Mistake("send A\nexpect@fake 250", line: 2, "expect@fake stands behind an expect"),
        Mistake("expect 250\nexpect@exim 250", line: 2, "no such MTA: exim"),
        Mistake("expect 250\nexpect@fake 250\nexpect@fake 251", line: 3, "a second expect@fake"),
        Mistake("send@fake A", line: 1, "send cannot depend on the MTA"),
        Mistake("send A\nmessage\nb\n", line: 2, "the message has no end"),
        Mistake("send A\nmessage now\nb\n.\n", line: 2, "message stands alone"),
        Mistake("send A\ndrop it", line: 2, "drop stands alone"),
        Mistake("send \\q", line: 1, "no such escape in: \\q"),
        Mistake("send \\x4", line: 1, "no such escape in: \\x4"),
        Mistake("message\nok\n\\", line: 3, "no such escape in: \\"),
        Mistake("send A\ncallback", line: 2, "expected a line of the record"),
        Mistake("send A\ncallback a\nsend B", line: 3, "callbacks stand at the end"),
    ]

    @Test(arguments: mistakes)
    func isReportedWithItsLine(mistake: Mistake) {
        #expect(throws: ScenarioError(file: "x.session", line: mistake.line, problem: mistake.problem)) {
            try Scenario(parsing: mistake.text, file: "x.session")
        }
    }

    @Test func anErrorReadsLikeACompilers() {
        #expect(ScenarioError(file: "a.session", line: 7, problem: "bad").description == "a.session:7: bad")
    }
}

import EngineTraits
import FakeMTA
import SMTP
import Testing

@Suite("Replies arrive as they were written", .bothEngines)
struct ReplyTests {
    struct Shape: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var code: Int
        var enhancedCode: String?
        var lines: [String]

        init(_ name: String, _ code: Int, _ enhancedCode: String?, _ lines: [String]) {
            testDescription = name
            self.code = code
            self.enhancedCode = enhancedCode
            self.lines = lines
        }

        var option: String {
            "reply:\(code):\(enhancedCode ?? "-"):" + lines.joined(separator: "\\n")
        }

        /// As the client sees it.
        var seen: [String] {
            lines.enumerated().map { index, line in
                "\(code)\(index == lines.count - 1 ? " " : "-")" + (enhancedCode.map { "\($0) " } ?? "") + line
            }
        }
    }

    static let shapes =
        [400, 421, 450, 451, 452, 499, 500, 521, 550, 553, 554, 599].map {
            Shape("code \($0)", $0, "\($0 / 100).7.1", ["text"])
        } + [
            Shape("no enhanced code", 553, nil, ["sorry (#5.7.1)"]),
            Shape("long enhanced code", 550, "5.999.999", ["text"]),
            Shape("zero enhanced code", 450, "4.0.0", ["text"]),
            Shape("two lines", 550, "5.7.1", ["first", "second"]),
            Shape("32 lines", 550, "5.7.1", (1...32).map { "line \($0)" }),
            Shape("one percent sign", 550, "5.1.1", ["100% no"]),
            Shape("percent signs only", 550, "5.1.1", ["%%%"]),
            Shape("formats", 550, "5.1.1", ["%s %n %d %%", "<a%b@c.example>"]),
            Shape("980 bytes", 550, "5.7.1", [String(repeating: "x", count: 980)]),
            Shape("980 bytes once doubled", 550, "5.7.1", [String(repeating: "%", count: 490)]),
            Shape("980 bytes twice", 450, "4.7.1", [String](repeating: String(repeating: "y", count: 980), count: 2)),
            Shape("31,360 bytes", 450, "4.7.1", [String](repeating: String(repeating: "z", count: 980), count: 32)),
            Shape("blanks", 550, "5.7.1", ["  two  inner  "]),
            Shape("brackets, colons, quotes", 550, "5.1.1", ["<\"a b\"@c>: \\ ' ; $(x) `y`"]),
            Shape("UTF-8", 550, "5.7.1", ["schöne Grüße"]),
            Shape("a code in the text", 550, "5.7.1", ["550 5.7.1 again"]),
            Shape("a single character", 550, "5.7.1", ["x"]),
        ]

    static func answer(_ shape: Shape, by name: String) throws -> MilterAnswer {
        let filter = try ScriptedFilter(name, options: ["--answer", "rcpt=\(shape.option)"])
        defer { withExtendedLifetime(filter) {} }
        let session = try FakeMTASession(socket: filter.socket)
        return try Stage.rcpt.answers(of: session)[.rcpt]!
    }

    @Test(arguments: shapes)
    func arrives(shape: Shape) throws {
        let answer = try Self.answer(shape, by: ScriptedFilter.probe)
        guard case .reply(let reply) = answer.verdict else {
            Issue.record("\(answer)")
            return
        }
        #expect(reply.lines == shape.seen)
        #expect(reply.raw == shape.seen.joined(separator: "\r\n").replacing("%", with: "%%"))
        #expect(try Self.answer(shape, by: ScriptedFilter.reference) == answer)
    }

    /// What libmilter would not take, or change, cannot be built; so ``Milter/MilterCounts/failedReplies`` stays 0.
    @Test(arguments: [
        Shape("981 bytes", 550, "5.7.1", [String(repeating: "x", count: 981)]),
        Shape("982 bytes once doubled", 550, "5.7.1", [String(repeating: "%", count: 491)]),
        Shape("33 lines", 550, "5.7.1", (1...33).map { "line \($0)" }),
        Shape("code 250", 250, "2.0.0", ["text"]), Shape("code 399", 399, nil, ["text"]),
        Shape("code 600", 600, nil, ["text"]), Shape("contradiction", 550, "4.7.1", ["text"]),
        Shape("empty line", 550, "5.7.1", ["one", "", "three"]), Shape("empty", 550, "5.7.1", [""]),
        Shape("CR", 550, "5.7.1", ["a\rb"]), Shape("TAB", 550, "5.7.1", ["a\tb"]),
        Shape("an enhanced code in the text", 550, nil, ["5.1.1 no"]),
    ])
    func cannotBeBuilt(shape: Shape) throws {
        #expect(throws: RefusalReplyError.self) {
            try RefusalReply(
                code: shape.code, enhancedCode: shape.enhancedCode.flatMap { EnhancedStatusCode($0) },
                lines: shape.lines, for: .postfix)
        }
    }

    @Test func noReplyIsLeftOverForALaterRejection() throws {
        let filter = try ScriptedFilter(
            ScriptedFilter.probe,
            options: [
                "--answer", "rcpt#1=reply:450:4.7.1:first", "--answer", "rcpt#2=reject", "--answer", "eom=reject",
            ])
        let session = try FakeMTASession(socket: filter.socket)
        _ = try Stage.mail.answers(of: session)
        #expect(try session.rcpt("<a@lab.example>").verdict == .reply(FilterReply(raw: "450 4.7.1 first")))
        #expect(try session.rcpt("<b@lab.example>").verdict == .reject)
        #expect(try session.rcpt("<c@lab.example>").verdict == .continue)
        for stage in [Stage.data, .header, .eoh, .body] { _ = try stage.answer(of: session) }
        #expect(try session.endOfMessage().verdict == .reject)
        #expect(try filter.process.counts().failedReplies == 0)
    }
}

import SMTP
import Testing

/// Replies that can be given, and those that cannot be built.
struct RefusalReplyTests {
    private func fault(
        _ code: Int, _ enhanced: String?, _ lines: [String], for mta: MTA = .unknown
    ) throws -> RefusalReplyError? {
        let enhancedCode = try enhanced.map { try #require(EnhancedStatusCode($0)) }
        do throws(RefusalReplyError) {
            _ = try RefusalReply(code: code, enhancedCode: enhancedCode, lines: lines, for: mta)
            return nil
        } catch {
            return error
        }
    }

    @Test func oneLineStandsOnTheWireAsGiven() throws {
        let reply = try RefusalReply(550, "5.1.1", "<u@d>: no")
        #expect(reply.description == "550 5.1.1 <u@d>: no")
        #expect(!reply.isTemporary)
        #expect(try RefusalReply(451, "4.7.1", "later").isTemporary)
    }

    @Test func severalLinesRepeatCodeAndEnhancedCode() throws {
        let reply = try RefusalReply(code: 450, enhancedCode: EnhancedStatusCode("4.2.0"), lines: ["a", "b", "c"])
        #expect(reply.description == "450-4.2.0 a\r\n450-4.2.0 b\r\n450 4.2.0 c")
    }

    @Test func lineWithoutEnhancedCodeStandsBare() throws {
        let reply = try RefusalReply(code: 553, enhancedCode: nil, lines: ["sorry, no mailbox (#5.7.1)"])
        #expect(reply.description == "553 sorry, no mailbox (#5.7.1)")
    }

    @Test(arguments: [-1, 0, 200, 250, 354, 399, 600, 999, 70_000])
    func codeThatIsNoRefusal(code: Int) throws {
        #expect(try fault(code, nil, ["x"]) == .codeOutOfRange(code))
    }

    @Test(arguments: [400, 421, 499, 500, 599])
    func codesAtTheEdgesAreTaken(code: Int) throws {
        #expect(try fault(code, nil, ["x"]) == nil)
    }

    @Test(arguments: [(550, "4.7.1"), (451, "5.1.1"), (450, "2.0.0"), (599, "2.1.5"), (499, "5.0.0")])
    func codeAndEnhancedCodeContradict(code: Int, enhanced: String) throws {
        let parsed = try #require(EnhancedStatusCode(enhanced))
        #expect(try fault(code, enhanced, ["x"]) == .contradiction(code: code, enhancedCode: parsed))
    }

    @Test(arguments: ["", "5", "5.1", "5.1.1.1", "3.1.1", "5.1000.1", "5.x.1", "5.1.1 ", "-5.1.1", "5.+1.1"])
    func enhancedCodeThatIsNone(text: String) {
        #expect(throws: RefusalReplyError.enhancedCodeSyntax(text)) { try RefusalReply(550, text, "x") }
    }

    @Test(arguments: [(0, false), (1, true), (2, true), (32, true), (33, false)])
    func numberOfLines(count: Int, isTaken: Bool) throws {
        let lines = [String](repeating: "x", count: count)
        #expect(try fault(550, "5.1.1", lines) == (isTaken ? nil : .lineCount(count)))
    }

    @Test func severalLinesNeedAnEnhancedCode() throws {
        #expect(try fault(550, nil, ["a", "b"]) == .linesWithoutEnhancedCode)
    }

    @Test(arguments: [
        (980, 0, true), (981, 0, false), (0, 490, true), (1, 490, false), (0, 491, false), (978, 1, true),
        (979, 1, false),
    ])
    func lengthCountsWithPercentSignsDoubled(plain: Int, percents: Int, isTaken: Bool) throws {
        let line = String(repeating: "x", count: plain) + String(repeating: "%", count: percents)
        let expected: RefusalReplyError? = isTaken ? nil : .lineTooLong(line: 1, length: plain + 2 * percents)
        #expect(try fault(550, "5.1.1", [line]) == expected)
    }

    @Test func lengthCountsBytesNotCharacters() throws {
        #expect(try fault(550, "5.1.1", [String(repeating: "é", count: 490)], for: .postfix) == nil)
        #expect(
            try fault(550, "5.1.1", [String(repeating: "é", count: 491)], for: .postfix)
                == .lineTooLong(line: 1, length: 982))
    }

    @Test(arguments: ["", " ", "   "])
    func lineWithoutText(line: String) throws {
        #expect(try fault(550, "5.1.1", ["a", line]) == .emptyLine(2))
    }

    @Test(arguments: Array(0..<0x20) + [0x7f])
    func controlBytesAreNeverTaken(byte: Int) throws {
        let line = "a\(Character(Unicode.Scalar(UInt8(byte))))b"
        for mta in MTA.allCases {
            #expect(try fault(550, "5.1.1", ["ok", line], for: mta) == .unprintable(line: 2, byte: UInt8(byte)))
        }
    }

    @Test func everyPrintableByteIsTaken() throws {
        let line = String(decoding: Array(UInt8(0x20)...0x7e), as: UTF8.self)
        for mta in MTA.allCases { #expect(try fault(550, "5.1.1", [line], for: mta) == nil) }
    }

    @Test func eighthBitIsForPostfixOnly() throws {
        #expect(try fault(550, "5.1.1", ["Größe"], for: .postfix) == nil)
        #expect(try fault(550, "5.1.1", ["Größe"], for: .sendmail) == .unprintable(line: 1, byte: 0xc3))
        #expect(try fault(550, "5.1.1", ["Größe"]) == .unprintable(line: 1, byte: 0xc3))
    }

    @Test func textThatServersReadAsTheEnhancedCode() throws {
        #expect(try fault(550, nil, ["5.1.1 no such user"]) == .hiddenEnhancedCode("5.1.1"))
        #expect(try fault(550, nil, ["4.7.1"]) == .hiddenEnhancedCode("4.7.1"))
        #expect(try fault(550, nil, ["5.1 no such user"]) == nil)
        #expect(try fault(550, "5.1.1", ["5.1.1 no such user"]) == nil)
    }

    @Test func everyFaultSaysWhatToDo() throws {
        let enhanced = try #require(EnhancedStatusCode("4.7.1"))
        let texts: [(RefusalReplyError, String)] = [
            (.codeOutOfRange(250), "reply code 250 is not a refusal: use 400 to 599"),
            (.enhancedCodeSyntax("5.x"), "\"5.x\" is not an enhanced status code: write it like 5.1.1"),
            (
                .contradiction(code: 550, enhancedCode: enhanced),
                "reply code 550 and enhanced code 4.7.1 contradict each other: use the same first digit"
            ),
            (.lineCount(33), "a reply of 33 lines: use 1 to 32"),
            (.linesWithoutEnhancedCode, "a reply of several lines needs an enhanced status code"),
            (.emptyLine(2), "line 2 of the reply is empty: give it a text"),
            (.lineTooLong(line: 1, length: 981), "line 1 of the reply has 981 bytes: shorten it to 980"),
            (.unprintable(line: 3, byte: 7), "line 3 of the reply holds byte 7: use printable ASCII"),
            (.hiddenEnhancedCode("5.1.1"), "the reply's text starts with 5.1.1: give it as the enhanced code"),
        ]
        for (error, text) in texts { #expect(error.description == text) }
    }
}

import FakeMTA
import Testing

@Suite("After a verdict the MTA asks no more than it may")
struct SessionRulesTests {
    static let peer = ClientPeer(name: "host.example", ip: "192.0.2.1")

    @Test(arguments: ["reject", "tempfail", "accept", "reply:550:5.7.1:no"])
    func aVerdictAtConnectEndsTheConnection(response: String) throws {
        let filter = try ScriptedFilter(options: ["--answer", "connect=\(response)"])
        let session = try FakeMTASession(socket: filter.socket)
        let verdict = try session.connect(Self.peer).verdict
        #expect(session.connectionVerdict == verdict)
        #expect(try session.helo("x") == MilterAnswer(verdict, omission: .connectionDecided))
        #expect(try session.mail("<a@b.example>") == MilterAnswer(verdict, omission: .connectionDecided))
        try session.quit()
        #expect(filter.record(ofSession: 1).dropFirst().map { $0.prefix(5) } == ["conne", "close"])
    }

    @Test(arguments: ["accept", "discard"])
    func aMessageOnceDecidedIsNotShown(response: String) throws {
        let filter = try ScriptedFilter(options: ["--answer", "mail#1=\(response)"])
        let session = try FakeMTASession(socket: filter.socket)
        _ = try session.connect(Self.peer)
        _ = try session.mail("<a@b.example>")
        #expect(try session.rcpt("<c@lab.example>").omission == .messageDecided)
        #expect(throws: FakeMTAError.self) { try session.mail("<again@b.example>") }
        try session.abort()
        #expect(try session.mail("<d@b.example>").omission == nil)
        #expect(try session.rcpt("<e@lab.example>").omission == nil)
        try session.quit()
        #expect(
            filter.record(ofSession: 1).dropFirst(2).filter { $0 != "abort" }
                == ["mail \"<a@b.example>\"", "mail \"<d@b.example>\"", "rcpt \"<e@lab.example>\"", "close"])
    }

    @Test func skipHoldsUntilAnotherKindOfEvent() throws {
        let filter = try ScriptedFilter(options: ["--answer", "body#1=skip"])
        let session = try FakeMTASession(socket: filter.socket)
        _ = try session.connect(Self.peer)
        _ = try session.mail("<a@b.example>")
        _ = try session.rcpt("<c@lab.example>")
        _ = try session.data()
        _ = try session.endOfHeaders()
        #expect(try session.body([0x61]) == MilterAnswer(.skip))
        #expect(try session.body([0x62]) == MilterAnswer(.continue, omission: .skipped))
        #expect(try session.endOfMessage() == MilterAnswer(.continue))
        try session.quit()
        #expect(filter.record(ofSession: 1).suffix(4) == ["eoh", "body 1", "eom", "close"])
    }

    @Test func theEndOfASessionCanBeAwaited() throws {
        let filter = try ScriptedFilter()
        let session = try FakeMTASession(socket: filter.socket)
        _ = try session.connect(Self.peer)
        #expect(throws: FakeMTAError.timedOut(awaiting: "the close of session 1")) {
            try filter.awaitClose(ofSession: 1, within: .milliseconds(50))
        }
        session.connection.close()
        try filter.awaitClose(ofSession: 1)
        #expect(filter.record(ofSession: 1).last == "close")
    }

    @Test func anAbortIsKeptBackUntilTheNextEvent() throws {
        let filter = try ScriptedFilter()
        let session = try FakeMTASession(socket: filter.socket)
        _ = try session.connect(Self.peer)
        _ = try session.mail("<a@b.example>")
        try session.abort()
        #expect(filter.record(ofSession: 1).last == "mail \"<a@b.example>\"")
        _ = try session.mail("<b@b.example>")
        #expect(filter.record(ofSession: 1).suffix(2) == ["abort", "mail \"<b@b.example>\""])
    }

    @Test(
        arguments: [
            ("550 5.1.1 a", [550], "5.1.1", ["a"]), ("451 later", [451], nil, ["later"]),
            ("550-5.7.1 one\r\n550 5.7.1 two", [550], "5.7.1", ["one", "two"]),
            ("554 5.7.1 100%% and 5% off", [554], "5.7.1", ["100% and 5 off"]), ("550 5.1.1", [550], "5.1.1", [""]),
        ] as [(String, [Int], String?, [String])])
    func aReplyIsTakenApart(raw: String, code: [Int], enhancedCode: String?, texts: [String]) {
        let reply = FilterReply(raw: raw)
        #expect([reply.code] == code)
        #expect(reply.enhancedCode == enhancedCode)
        #expect(reply.texts == texts)
        #expect(reply.isWellFormed)
    }

    @Test(
        arguments: [
            (["A: b", " c", "", "d"], [MessageContent.Header("A", " b\n c")], "d\r\n"),
            (["A:b", "no header", "", "x"], [MessageContent.Header("A", "b")], "no header\r\n\r\nx\r\n"),
            (["", "only body"], [], "only body\r\n"), ([], [], ""), ([" folded"], [], " folded\r\n"),
            (["A \t: b"], [MessageContent.Header("A", " b")], ""), ([": empty name"], [], ": empty name\r\n"),
        ] as [([String], [MessageContent.Header], String)])
    func aMessageIsTakenApart(lines: [String], headers: [MessageContent.Header], body: String) {
        #expect(MessageContent(lines: lines) == MessageContent(headers: headers, body: Array(body.utf8)))
    }

    @Test(arguments: [
        ("<NoSuch@Lab.Example>", "NoSuch@Lab.Example"), ("nosuch@lab.example", "nosuch@lab.example"),
        ("<@x:u@d>", "u@d"), ("<\"no such\"@d>", "no such@d"), ("<<u@d>>", "u@d"), ("<>", ""),
    ])
    func anAddressIsUnwrapped(argument: String, text: String) {
        #expect(EnvelopeAddress(argument).text == text)
    }
}

import FakeMTA
import Testing

@Suite("Every response at every stage is decoded")
struct AnswerTests {
    enum Stage: String, CaseIterable, Sendable {
        case connect, helo, unknown, mail, rcpt, data, header, eoh, body, eom
    }

    struct Response: CustomTestStringConvertible, Sendable {
        var option: String
        var verdict: MilterAnswer.Verdict
        var progressCount = 0

        var testDescription: String { option }
    }

    static let responses = [
        Response(option: "continue", verdict: .continue),
        Response(option: "accept", verdict: .accept),
        Response(option: "discard", verdict: .discard),
        Response(option: "reject", verdict: .reject),
        Response(option: "tempfail", verdict: .tempfail),
        Response(option: "skip", verdict: .skip),
        Response(option: "progress", verdict: .continue, progressCount: 1),
        Response(option: "reply:550:5.1.1:No such user", verdict: .reply(FilterReply(raw: "550 5.1.1 No such user"))),
        Response(option: "reply:451:-:later", verdict: .reply(FilterReply(raw: "451 later"))),
        Response(option: "reply:554:5.7.1:100% no", verdict: .reply(FilterReply(raw: "554 5.7.1 100%% no"))),
        Response(
            option: "reply:550:5.7.1:one\\ntwo", verdict: .reply(FilterReply(raw: "550-5.7.1 one\r\n550 5.7.1 two"))),
    ]

    @Test(arguments: Stage.allCases, responses)
    func isDecoded(stage: Stage, response: Response) throws {
        let filter = try ScriptedFilter(options: ["--answer", "\(stage.rawValue)=\(response.option)"])
        defer { withExtendedLifetime(filter) {} }
        let session = try FakeMTASession(socket: filter.socket)
        var answers: [Stage: MilterAnswer] = [:]
        for other in Stage.allCases where answers[stage] == nil {
            answers[other] = try self.answer(of: session, at: other)
        }
        #expect(answers[stage] == MilterAnswer(response.verdict, progressCount: response.progressCount))
        let earlier = answers.filter { $0.key != stage }
        #expect(earlier.values.allSatisfy { $0 == MilterAnswer(.continue) })
    }

    @Test func changesAtTheEndComeInOrder() throws {
        let filter = try ScriptedFilter(options: [
            "--answer", "eom=progress", "--answer", "eom=addheader:X-A: one: two", "--answer",
            "eom=insheader:0:X-B: top", "--answer", "eom=chgheader:Subject:1: new", "--answer",
            "eom=chgheader:To:2:", "--answer", "eom=quarantine:odd", "--answer", "eom=progress",
        ])
        defer { withExtendedLifetime(filter) {} }
        let session = try FakeMTASession(socket: filter.socket)
        for stage in Stage.allCases.dropLast() { _ = try answer(of: session, at: stage) }
        let answer = try session.endOfMessage()
        #expect(
            answer.modifications == [
                .addHeader(name: "X-A", value: " one: two"), .insertHeader(index: 0, name: "X-B", value: " top"),
                .changeHeader(name: "Subject", index: 1, value: " new"), .deleteHeader(name: "To", index: 2),
                .quarantine(reason: "odd"),
            ])
        #expect(answer.verdict == .continue)
        #expect(answer.progressCount == 2)
    }

    @Test func onlyTheNumberedCallbackIsAnswered() throws {
        let filter = try ScriptedFilter(options: ["--answer", "rcpt#2=reject", "--answer", "rcpt#3=tempfail"])
        defer { withExtendedLifetime(filter) {} }
        let session = try FakeMTASession(socket: filter.socket)
        for stage in [Stage.connect, .helo, .mail] { _ = try answer(of: session, at: stage) }
        let verdicts = try (1...4).map { try session.rcpt("<user\($0)@lab.example>").verdict }
        #expect(verdicts == [.continue, .reject, .tempfail, .continue])
    }

    @Test func theLastVerdictCounts() throws {
        let filter = try ScriptedFilter(options: ["--answer", "rcpt=reject", "--answer", "rcpt#1=continue"])
        defer { withExtendedLifetime(filter) {} }
        let session = try FakeMTASession(socket: filter.socket)
        for stage in [Stage.connect, .helo, .mail] { _ = try answer(of: session, at: stage) }
        #expect(try session.rcpt("<a@lab.example>").verdict == .continue)
        #expect(try session.rcpt("<b@lab.example>").verdict == .reject)
    }

    @Test(arguments: [Stage.header, .eoh, .body])
    func aPromiseOfNoReplyIsKept(stage: Stage) throws {
        let filter = try ScriptedFilter(options: [
            "--no-reply", stage.rawValue, "--answer", "\(stage.rawValue)=continue",
        ])
        let session = try FakeMTASession(socket: filter.socket)
        for other in Stage.allCases {
            let answer = try answer(of: session, at: other)
            #expect(answer == MilterAnswer(.continue, omission: other == stage ? .noReply : nil), "at \(other)")
        }
        try session.quit()
        #expect(filter.record(ofSession: 1).contains { $0.hasPrefix(stage.rawValue) })
    }

    @Test func aFilterThatEndsClosesTheConnection() throws {
        let filter = try ScriptedFilter(options: ["--answer", "mail=exit"])
        let session = try FakeMTASession(socket: filter.socket)
        for stage in [Stage.connect, .helo] { _ = try answer(of: session, at: stage) }
        #expect(throws: FakeMTAError.closed(awaiting: "the answer to MAIL")) { try session.mail("<a@b.example>") }
        #expect(try filter.process.awaitTermination() == .exited(1))
    }

    @Test func aFilterThatHangsTimesOut() throws {
        let filter = try ScriptedFilter(options: ["--answer", "mail=hang:60"])
        defer { withExtendedLifetime(filter) {} }
        let session = try FakeMTASession(socket: filter.socket, timeout: .milliseconds(300))
        for stage in [Stage.connect, .helo] { _ = try answer(of: session, at: stage) }
        #expect(throws: FakeMTAError.timedOut(awaiting: "the answer to MAIL")) { try session.mail("<a@b.example>") }
    }

    private func answer(of session: FakeMTASession, at stage: Stage) throws -> MilterAnswer {
        switch stage {
        case .connect: try session.connect(ClientPeer(name: "host.example", ip: "192.0.2.1"))
        case .helo: try session.helo("host.example")
        case .mail: try session.mail("<a@example.net>")
        case .rcpt: try session.rcpt("<b@lab.example>")
        case .data: try session.data()
        case .unknown: try session.unknown("FOO")
        case .header: try session.header("Subject", " test")
        case .eoh: try session.endOfHeaders()
        case .body: try session.body(Array("body\r\n".utf8))
        case .eom: try session.endOfMessage()
        }
    }
}

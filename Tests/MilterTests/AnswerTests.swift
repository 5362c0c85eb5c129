import EngineTraits
import FakeMTA
import Testing

@Suite("Every response at every stage, on the wire", .bothEngines)
struct AnswerTests {
    struct Response: CustomTestStringConvertible, Sendable {
        var option: String
        /// On the wire where the room has the response.
        var verdict: MilterAnswer.Verdict
        /// Where it has it; elsewhere the filter goes on.
        var stages: Set<Stage>

        var testDescription: String { option }

        /// Whether progress is reported besides.
        var isProgress: Bool { option == "progress" }
    }

    static let decisive = Set(Stage.allCases).subtracting([.data, .unknown])
    static let refusing = decisive.union([.unknown])

    static let responses = [
        Response(option: "continue", verdict: .continue, stages: []),
        Response(option: "accept", verdict: .accept, stages: decisive),
        Response(option: "discard", verdict: .discard, stages: decisive.subtracting([.connect])),
        Response(option: "reject", verdict: .reject, stages: decisive),
        Response(option: "tempfail", verdict: .tempfail, stages: decisive),
        Response(option: "skip", verdict: .skip, stages: [.body]),
        Response(option: "progress", verdict: .continue, stages: []),
        Response(
            option: "reply:550:5.1.1:No such user", verdict: .reply(FilterReply(raw: "550 5.1.1 No such user")),
            stages: refusing),
        Response(option: "reply:451:-:later", verdict: .reply(FilterReply(raw: "451 later")), stages: refusing),
        Response(
            option: "reply:421:4.7.0:too busy", verdict: .reply(FilterReply(raw: "421 4.7.0 too busy")),
            stages: refusing),
        Response(
            option: "reply:554:5.7.1:100% no", verdict: .reply(FilterReply(raw: "554 5.7.1 100%% no")),
            stages: refusing),
        Response(
            option: "reply:550:5.7.1:one\\ntwo",
            verdict: .reply(FilterReply(raw: "550-5.7.1 one\r\n550 5.7.1 two")), stages: refusing),
    ]

    @Test(arguments: Stage.allCases, responses)
    func isGiven(stage: Stage, response: Response) throws {
        let filter = try ScriptedFilter(
            ScriptedFilter.probe, options: ["--answer", "\(stage.rawValue)=\(response.option)"])
        defer { withExtendedLifetime(filter) {} }
        let session = try FakeMTASession(socket: filter.socket)
        let answers = try stage.answers(of: session)
        let verdict = response.stages.contains(stage) ? response.verdict : .continue
        #expect(answers[stage] == MilterAnswer(verdict, progressCount: response.isProgress ? 1 : 0))
        #expect(answers.filter { $0.key != stage }.values.allSatisfy { $0 == MilterAnswer(.continue) })
    }

    @Test func onlyTheNumberedCallbackIsAnswered() throws {
        let filter = try ScriptedFilter(
            ScriptedFilter.probe, options: ["--answer", "rcpt#2=reject", "--answer", "rcpt#3=tempfail"])
        defer { withExtendedLifetime(filter) {} }
        let session = try FakeMTASession(socket: filter.socket)
        _ = try Stage.mail.answers(of: session)
        let verdicts = try (1...4).map { try session.rcpt("<user\($0)@lab.example>").verdict }
        #expect(verdicts == [.continue, .reject, .tempfail, .continue])
    }

    @Test func theLastVerdictCounts() throws {
        let filter = try ScriptedFilter(
            ScriptedFilter.probe, options: ["--answer", "rcpt=reject", "--answer", "rcpt#1=continue"])
        defer { withExtendedLifetime(filter) {} }
        let session = try FakeMTASession(socket: filter.socket)
        _ = try Stage.mail.answers(of: session)
        #expect(try session.rcpt("<a@lab.example>").verdict == .continue)
        #expect(try session.rcpt("<b@lab.example>").verdict == .reject)
    }

    @Test func aFilterThatEndsClosesTheConnection() throws {
        let filter = try ScriptedFilter(ScriptedFilter.probe, options: ["--answer", "mail=exit"])
        let session = try FakeMTASession(socket: filter.socket)
        _ = try Stage.unknown.answers(of: session)
        #expect(throws: FakeMTAError.closed(awaiting: "the answer to MAIL")) { try session.mail("<a@b.example>") }
        #expect(try filter.process.awaitTermination() == .exited(1))
    }

    @Test func aSessionThatHangsHoldsUpNoOther() throws {
        let filter = try ScriptedFilter(ScriptedFilter.probe, options: ["--answer", "mail=hang:60"])
        defer { withExtendedLifetime(filter) {} }
        let hanging = try FakeMTASession(socket: filter.socket, timeout: .milliseconds(300))
        _ = try Stage.unknown.answers(of: hanging)
        #expect(throws: FakeMTAError.timedOut(awaiting: "the answer to MAIL")) { try hanging.mail("<a@b.example>") }
        let other = try FakeMTASession(socket: filter.socket)
        #expect(try other.connect(Probe.peer) == MilterAnswer(.continue))
    }

    @Test(arguments: [
        ["--answer", "mail"], ["--answer", "none=reject"], ["--answer", "rcpt#0=reject"], ["--answer", "rcpt#=reject"],
        ["--answer", "mail=reply:250:-:ok"], ["--answer", "mail=reply:550"], ["--answer", "mail=reply:550:5.1:no"],
        ["--answer", "mail=reply:550:4.1.1:no"], ["--answer", "mail=reply:550:-:one\\ntwo"],
        ["--answer", "mail=addheader:A:b"], ["--answer", "eom=addheader:A"], ["--answer", "mail=accept:now"],
        ["--answer", "mail=hang:soon"], ["--no-reply", "eom"], ["--no-reply", "nothing"], ["--what", "x"], ["--mode"],
        ["--drain", "x"], ["--maximum-sessions", "-1"],
    ])
    func theProbeRefusesBadOptions(options: [String]) throws {
        let directory = try TemporaryDirectory()
        let text = Probe.failure(socket: "unix:" + directory.file("socket"), in: directory, options: options)
        #expect(text.hasPrefix("milter-probe: "))
    }
}

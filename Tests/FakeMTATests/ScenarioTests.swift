import FakeMTA
import Testing

@Suite("Scenarios through the fake MTA and libmilter")
struct ScenarioTests {
    @Test(arguments: try Scenario.checkedIn(), [Fragmentation.whole, .bytewise, .random(seed: 42)])
    func goesAsWritten(scenario: Scenario, fragmentation: Fragmentation) throws {
        let filter = try ScriptedFilter(for: scenario, by: ScriptedFilter.reference)
        try ScenarioRunner.run(scenario, over: FakeMTATransport(socket: filter.socket, fragmentation: fragmentation))
        if let difference = scenario.difference(ofRecord: filter.record(ofSession: 1), on: "fake") {
            Issue.record(Comment(rawValue: difference))
        }
    }

    @Test func theFiltersAnswersAreKept() throws {
        let scenarios = try Scenario.checkedIn()
        let scenario = try #require(scenarios.first { $0.file == "eom-changes.session" })
        let filter = try ScriptedFilter(for: scenario, by: ScriptedFilter.reference)
        defer { withExtendedLifetime(filter) {} }
        let transport = FakeMTATransport(socket: filter.socket)
        try ScenarioRunner.run(scenario, over: transport)
        #expect(transport.answers.dropLast() == [MilterAnswer](repeating: MilterAnswer(.continue), count: 5)[...])
        #expect(
            transport.answers.last
                == MilterAnswer(
                    .continue,
                    modifications: [
                        .addHeader(name: "X-Verdict", value: " seen"),
                        .insertHeader(index: 0, name: "X-Top", value: " 1"),
                        .changeHeader(name: "Subject", index: 1, value: " changed"),
                    ], progressCount: 1))
    }

    @Test func everyScenarioHasATitleAndCallbacks() throws {
        let scenarios = try Scenario.checkedIn()
        #expect(scenarios.count > 50)
        for scenario in scenarios {
            #expect(!scenario.title.isEmpty, "\(scenario.file)")
            #expect(scenario.callbacks(on: "fake") != nil, "\(scenario.file)")
        }
        #expect(Set(scenarios.map(\.title)).count == scenarios.count)
    }

    @Test func anotherReplyIsReportedWithItsLine() throws {
        let scenario = try Scenario(
            parsing: "filter milter-probe\nsend HELO x\nexpect 250\nsend NOOP\nexpect 251\n", file: "wrong.session")
        let filter = try ScriptedFilter()
        defer { withExtendedLifetime(filter) {} }
        #expect(
            throws: ScenarioError(
                file: "wrong.session", line: 5, problem: "expected 251 from fake, got: 250 2.0.0 Ok")
        ) {
            try ScenarioRunner.run(scenario, over: FakeMTATransport(socket: filter.socket))
        }
    }

    @Test func anotherTextIsReported() throws {
        let scenario = try Scenario(parsing: "send NOOP\nexpect 250 2.0.0 Okay\n", file: "text.session")
        let filter = try ScriptedFilter()
        defer { withExtendedLifetime(filter) {} }
        let error = #expect(throws: ScenarioError.self) {
            try ScenarioRunner.run(scenario, over: FakeMTATransport(socket: filter.socket))
        }
        #expect(error?.description == "text.session:2: expected 250 2.0.0 Okay from fake, got: 250 2.0.0 Ok")
    }

    @Test func aServerThatDoesNotCloseIsReported() throws {
        let scenario = try Scenario(parsing: "send NOOP\nexpect 250\nexpect closed\n", file: "open.session")
        let filter = try ScriptedFilter()
        defer { withExtendedLifetime(filter) {} }
        let error = #expect(throws: ScenarioError.self) {
            try ScenarioRunner.run(scenario, over: FakeMTATransport(socket: filter.socket))
        }
        #expect(error?.line == 3)
    }

    @Test func outcomesHoldTheReplies() throws {
        let scenario = try Scenario(parsing: "expect 220\nsend NOOP\nexpect 250\ndrop\n", file: "ok.session")
        let filter = try ScriptedFilter()
        defer { withExtendedLifetime(filter) {} }
        let outcomes = try ScenarioRunner.run(scenario, over: FakeMTATransport(socket: filter.socket))
        #expect(outcomes.map { $0.reply?.code } == [220, nil, 250, nil])
    }

    @Test func anotherRecordIsReported() throws {
        let scenario = try Scenario(
            parsing: "send NOOP\nexpect 250\ncallback helo \"x...\ncallback@!fake abort\ncallback close\n",
            file: "record.session")
        #expect(scenario.difference(ofRecord: ["negotiate a", "helo \"xyz\"", "macro j", "close"], on: "fake") == nil)
        #expect(scenario.difference(ofRecord: ["helo \"xyz\"", "abort", "close"], on: "postfix") == nil)
        #expect(scenario.difference(ofRecord: ["helo \"xyz\"", "abort", "close"], on: "fake") != nil)
        #expect(scenario.difference(ofRecord: ["helo \"y\"", "close"], on: "fake") != nil)
        #expect(scenario.difference(ofRecord: ["helo \"xyz\""], on: "fake") != nil)
    }

    @Test func aFilterThatCannotBeReachedRefusesForNow() throws {
        let directory = try TemporaryDirectory()
        let scenario = try Scenario(
            parsing: """
                send EHLO x
                expect 250
                send MAIL FROM:<a@example.net>
                expect 451 4.7.1 Service unavailable - try again later
                send QUIT
                expect 221
                expect closed
                """, file: "down.session")
        try ScenarioRunner.run(scenario, over: FakeMTATransport(socket: "unix:" + directory.file("nothing")))
    }
}

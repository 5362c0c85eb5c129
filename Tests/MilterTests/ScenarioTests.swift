import EngineTraits
import FakeMTA
import Testing

/// The Swift face on libmilter beside libmilter itself, used from C: the same answers and the same callbacks.
@Suite("Scenarios through the Milter room", .bothEngines)
struct ScenarioTests {
    /// Scenarios in which reference-filter answers what the room does not let a filter say: a verdict at DATA, and
    /// DISCARD at CONNECT.
    static let inexpressible = ["data-reject.session", "connect-discard.session"]

    struct Run: Equatable {
        var replies: [ScenarioReply?]
        var answers: [MilterAnswer]
        var record: [String]

        init(_ scenario: Scenario, by name: String, _ fragmentation: Fragmentation, _ identity: MTAIdentity) throws {
            var options = scenario.filter?.arguments ?? []
            options.append("--macros")
            let filter = try ScriptedFilter(name, options: options)
            let transport = FakeMTATransport(
                socket: filter.socket, fragmentation: fragmentation, identity: identity)
            replies = try ScenarioRunner.run(scenario, over: transport).map(\.reply)
            answers = transport.answers
            record = filter.record(ofSession: 1).filter { !$0.hasPrefix("negotiate ") }
        }
    }

    @Test(arguments: try Scenario.checkedIn())
    func goesAsWritten(scenario: Scenario) throws {
        if scenario.filter?.name == ScriptedFilter.reference { return }
        let reference = try Run(scenario, by: ScriptedFilter.reference, .whole, .postfix)
        for fragmentation in [Fragmentation.whole, .bytewise, .random(seed: 42)] {
            let run = try Run(scenario, by: ScriptedFilter.probe, fragmentation, .postfix)
            if let difference = scenario.difference(ofRecord: run.record, on: "fake") {
                Issue.record(Comment(rawValue: difference))
            }
            #expect(run.record == reference.record, "\(fragmentation)")
            #expect(run.replies == reference.replies, "\(fragmentation)")
            if !Self.inexpressible.contains(scenario.file) {
                #expect(run.answers == reference.answers, "\(fragmentation)")
            }
        }
    }

    @Test func onlyOneScenarioIsForTheReferenceAlone() throws {
        let others = try Scenario.checkedIn().filter { $0.filter?.name != ScriptedFilter.probe }
        #expect(others.map(\.file).filter { !Self.inexpressible.contains($0) }.isEmpty)
    }

    /// The verdict that the scenario gives at DATA does not exist in the room: the message goes through.
    @Test func aVerdictAtDataIsLeftOut() throws {
        let filter = try ScriptedFilter(ScriptedFilter.probe, options: ["--answer", "data=reply:554:5.7.1:no data"])
        let session = try FakeMTASession(socket: filter.socket)
        let answers = try Stage.eom.answers(of: session)
        #expect(answers.values.allSatisfy { $0 == MilterAnswer(.continue) })
        try session.quit()
        #expect(filter.record(ofSession: 1).suffix(2) == ["eom", "close"])
    }

    @Test func discardAtConnectIsLeftOut() throws {
        let filter = try ScriptedFilter(ScriptedFilter.probe, options: ["--answer", "connect=discard"])
        defer { withExtendedLifetime(filter) {} }
        let session = try FakeMTASession(socket: filter.socket)
        #expect(try session.connect(Probe.peer) == MilterAnswer(.continue))
    }
}

import ClientLab
import DaemonLab
import FakeMTA
import Testing

/// The scenarios that run through the fake MTA, over a real Postfix: what the fake MTA does is what Postfix does, and
/// both filters see the same.
@Suite("Scenarios over Postfix", Requirements.postfix)
struct ScenarioTests {
    /// Every scenario with libmilter alone, and with the filter it names: refusals that Argot's own milter room does not
    /// know, like one at DATA, name the filter on libmilter.
    static func runs() throws -> [(Scenario, String)] {
        try Scenario.checkedIn().flatMap { scenario in
            Set([ScriptedFilter.reference, scenario.filter?.name ?? ScriptedFilter.probe]).sorted()
                .map { (scenario, $0) }
        }
    }

    @Test(arguments: try Self.runs())
    func goesAsWritten(scenario: Scenario, filterName: String) throws {
        let filter = try ScriptedFilter(filterName, options: scenario.filter?.arguments ?? [])
        let directory = try ScratchDirectory()
        let postfix = try PostfixInstance(
            directory: "\(directory.path)/postfix",
            milters: "{ \(filter.socket), connect_timeout=20s, command_timeout=20s, default_action=tempfail }")
        try postfix.start()
        defer { postfix.stop() }
        let transport = TCPTransport(port: postfix.port)
        defer { try? transport.close() }
        try ScenarioRunner.run(scenario, over: transport)
        // A client with an address of its own comes by XCLIENT, which the filter sees as a second session. Postfix
        // tells the filter about the end a moment after the client has gone.
        let session = scenario.client == nil ? 1 : 2
        let isAsWritten = Poll.until(.after(.seconds(60))) {
            scenario.difference(ofRecord: filter.record(ofSession: session), on: transport.mta) == nil
        }
        if !isAsWritten {
            let difference = scenario.difference(ofRecord: filter.record(ofSession: session), on: transport.mta)
            let others = (1...3).map { "session \($0): \(filter.record(ofSession: $0))" }.joined(separator: "\n")
            Issue.record(
                Comment(rawValue: "\(difference ?? "\(scenario.file): late")\n\(others)\n\(postfix.log.suffix(2_000))"))
        }
        #expect(!postfix.log.contains("panic"), "\(postfix.log)")
    }
}

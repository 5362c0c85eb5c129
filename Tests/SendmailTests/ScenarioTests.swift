import ClientLab
import DaemonLab
import FakeMTA
import Testing

/// The scenarios that run through the fake MTA and over Postfix, over a real Sendmail: where it does something else, the
/// files say so.
@Suite("Scenarios over Sendmail", Requirements.sendmail)
struct ScenarioTests {
    /// Every scenario with libmilter alone, and with the filter it names.
    static func runs() throws -> [(Scenario, String)] {
        try Scenario.checkedIn().flatMap { scenario in
            Set([ScriptedFilter.reference, scenario.filter?.name ?? ScriptedFilter.probe]).sorted()
                .map { (scenario, $0) }
        }
    }

    /// Scenarios in which libmilter alone sees other callbacks than Argot's milter room, which answers CONTINUE to what
    /// Sendmail takes in another sense than the filter means it.
    static let callbacksOfTheRoomOnly = ["connect-discard.session"]

    @Test(arguments: try Self.runs())
    func goesAsWritten(scenario: Scenario, filterName: String) throws {
        let record = try Self.run(scenario, filterName)
        guard filterName != ScriptedFilter.reference || !Self.callbacksOfTheRoomOnly.contains(scenario.file) else {
            #expect(record == [#"connect "host.example.net" inet 192.0.2.10 4242"#, "close"])
            return
        }
        #expect(scenario.difference(ofRecord: record, on: "sendmail") == nil)
    }

    /// Runs a scenario and returns what the filter recorded, without negotiation and macros, once it is as written or
    /// time is up.
    private static func run(_ scenario: Scenario, _ filterName: String) throws -> [String] {
        let filter = try ScriptedFilter(filterName, options: scenario.filter?.arguments ?? [])
        let directory = try ScratchDirectory()
        let sendmail = try SendmailInstance(
            directory: "\(directory.path)/sendmail", filter: "S=\(filter.socket), F=T, T=C:20s;S:20s;R:20s;E:20s")
        try sendmail.start()
        defer { sendmail.stop() }
        let transport = TCPTransport(mta: "sendmail") { client in
            let identity = client.flatMap { client in
                client.ip.map { ClientIdentity($0, name: client.name, port: client.port) }
            }
            return try sendmail.connect(as: identity ?? ClientIdentity("127.0.0.1", name: "localhost")).duplicate()
        }
        defer { try? transport.close() }
        try ScenarioRunner.run(scenario, over: transport)
        func record() -> [String] {
            filter.record(ofSession: 1).filter { !$0.hasPrefix("negotiate ") && !$0.hasPrefix("macro ") }
        }
        _ = Poll.until(.after(.seconds(60))) {
            record().last == "close" || scenario.difference(ofRecord: record(), on: transport.mta) == nil
        }
        return record()
    }
}

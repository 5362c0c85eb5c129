import Foundation

/// `reference-filter` or `milter-probe` with its socket and its record in a directory of its own.
public final class ScriptedFilter: Sendable {
    /// The filter on libmilter alone.
    public static let reference = "reference-filter"
    /// The filter on the package's own milter room, with the same options.
    public static let probe = "milter-probe"

    /// The process.
    public let process: FilterProcess
    /// Where it listens.
    public let socket: String

    /// Starts a filter that records.
    ///
    /// - Parameters:
    ///   - name: ``reference`` or ``probe``.
    ///   - options: further options, such as `--answer`, `rcpt=reject`.
    public init(_ name: String = ScriptedFilter.reference, options: [String] = []) throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("socket")
        socket = "unix:" + path
        process = try FilterProcess(
            name,
            arguments: ["--socket", socket, "--record", directory.file("record")] + EngineUnderTest.options(for: name)
                + options,
            directory: directory)
        // A real MTA connects as a user of its own.
        chmod(directory.path, 0o755)
        chmod(path, 0o666)
    }

    /// Starts the filter a scenario asks for, or another one with the scenario's options in its place.
    public convenience init(for scenario: Scenario, by name: String? = nil) throws {
        let asked = scenario.filter
        try self.init(name ?? asked?.name ?? ScriptedFilter.reference, options: asked?.arguments ?? [])
    }

    /// The callbacks so far, a line each, in the order they were called. Complete for a session once the filter has
    /// closed its connection, which ``FakeMTASession/quit()`` and ``FakeMTASession/drop()`` wait for.
    public var record: [String] {
        process.directory.contents(of: "record").split(separator: "\n").map(String.init)
    }

    /// Waits until the filter has seen the end of a session, for sessions whose MTA is a real one.
    ///
    /// - Throws: ``FakeMTAError/timedOut(awaiting:)``.
    public func awaitClose(ofSession number: Int, within duration: Duration = .seconds(60)) throws(FakeMTAError) {
        let watch = try FileWatch(process.directory.file("record"))
        try watch.wait(until: .after(duration), for: "the close of session \(number)") {
            record.contains("S\(number) close")
        }
    }

    /// The callbacks of one session, without its number.
    public func record(ofSession number: Int) -> [String] {
        let prefix = "S\(number) "
        return record.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    }
}

import FakeMTA
import Foundation

/// Starts of milter-probe other than ``ScriptedFilter`` makes: a socket of one's own, fewer descriptors.
enum Probe {
    static let peer = ClientPeer(name: "host.example", ip: "192.0.2.1", port: 4242)
    static let connected = "connect \"host.example\" inet 192.0.2.1 4242"

    /// - Parameter descriptors: the limit of open files, which the probe cannot raise.
    static func start(
        socket: String, in directory: TemporaryDirectory, options: [String] = [], descriptors: Int? = nil
    ) throws -> FilterProcess {
        let arguments =
            ["--socket", socket, "--record", directory.file("record")]
            + EngineUnderTest.options(for: ScriptedFilter.probe) + options
        guard let descriptors else {
            return try FilterProcess(ScriptedFilter.probe, arguments: arguments, directory: directory)
        }
        let path = try FilterProcess.executable(ScriptedFilter.probe)
        return try FilterProcess(
            "/bin/sh", arguments: ["-c", "ulimit -n \(descriptors); exec \"$0\" \"$@\"", path] + arguments,
            directory: directory)
    }

    /// Runs the probe where it must fail, and returns what it says.
    static func failure(socket: String, in directory: TemporaryDirectory, options: [String] = []) -> String {
        do {
            _ = try start(socket: socket, in: directory, options: options)
            return "it has started"
        } catch let error as FilterProcessError {
            guard case .endedEarly(_, let text) = error else { return "\(error)" }
            return text
        } catch {
            return "\(error)"
        }
    }
}

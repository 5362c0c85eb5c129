import ClientLab
import Foundation
import Glibc

/// argot-web beside a daemon.
public final class WebProcess: Sendable {
    private let process: ChildProcess
    private let lifeline: Lifeline

    /// Where it serves.
    public let port: UInt16

    /// The address of a page.
    public func address(_ path: String) -> String { "http://localhost:\(port)\(path)" }

    /// Starts `program` with a configuration, to which where to listen is added, and waits until it serves.
    ///
    /// - Parameter directory: where its files lie.
    public init(_ program: String, _ configuration: String, in directory: String) throws {
        port = try LoopbackPort.free()
        let file = directory + "/web.conf"
        try (configuration + "\nlisten = inet:\(port)@127.0.0.1\n").write(
            toFile: file, atomically: true, encoding: .utf8)
        let errors = directory + "/web.errors"
        process = try ChildProcess(program, ["--config", file], output: directory + "/web.out", errors: errors)
        lifeline = try Lifeline(of: process)
        let port = port
        let serves = Poll.until(.after(.seconds(60))) {
            (try? PlainHTTP.ask(.port(port), "GET", "/health").status) == 200
        }
        guard serves else {
            let words = (try? String(contentsOfFile: errors, encoding: .utf8)) ?? ""
            throw LabError(.startFailed, "argot-web does not serve: \(words)", at: directory)
        }
    }

    deinit { stop() }

    /// Ends it.
    @discardableResult
    public func stop() -> ChildProcess.Ending? {
        defer { lifeline.cut() }
        process.send(SIGTERM)
        return process.wait(until: .after(.seconds(20))) ?? process.stop()
    }
}

import ClientLab
import Control
import FakeMTA
import Foundation
import Sockets

/// argot-tap beside a daemon, in the network of its mail server.
public final class TapProcess: Sendable {
    private let process: ChildProcess
    private let lifeline: Lifeline

    /// Starts it, and waits until the daemon knows of it. The daemon must have `tap_socket`; see ``settings``.
    ///
    /// - Parameters:
    ///   - network: a process in the network to capture in; `nil` for this one.
    ///   - port: where the mail server listens.
    public init(
        for daemon: ArgotDaemon, inNetworkOf network: pid_t? = nil, port: UInt16 = 25,
        within limit: Duration = .seconds(60)
    ) throws {
        let program = try FilterProcess.executable("argot-tap")
        // A tap that waits for the processor is late, and tests keep both busy.
        let arguments = ["-n", "-15", program, "-i", "lo", "-p", "\(port)", "-s", daemon.path("tap.sock")]
        let nice = try Executable.require("nice", package: "coreutils")
        let errors = daemon.path("tap.errors")
        if let network {
            process = try ChildProcess(
                Executable.require("nsenter", package: "util-linux"),
                ["--net=/proc/\(network)/ns/net", nice] + arguments, errors: errors)
        } else {
            process = try ChildProcess(nice, arguments, errors: errors)
        }
        lifeline = try Lifeline(of: process)
        guard Poll.until(.after(limit), { (try? Self.status(of: daemon).connected) ?? false }) else {
            throw LabError(
                .timedOut, "argot-tap did not connect: \(daemon.contents(of: "tap.errors"))", at: daemon.directory.path)
        }
    }

    /// The daemon's settings for it. Nobody is to be late because the machine is busy.
    public static let settings = ["tap_socket": "unix:DIRECTORY/tap.sock", "tap_patience": "100"]

    /// Ends it.
    @discardableResult
    public func stop() -> ChildProcess.Ending? {
        defer { lifeline.cut() }
        return process.stop()
    }

    /// What a daemon says of its tap.
    package static func status(of daemon: ArgotDaemon) throws -> StatusDocument.Tap {
        let response = try AdminClient.response(
            to: HTTPRequest(method: "GET", path: "/status", query: [:]),
            at: SocketName("unix:\(daemon.path("control.sock"))"))
        let status = try JSONDecoder().decode(StatusDocument.self, from: Data(response.body.utf8))
        guard let tap = status.tap else { throw LabError(.invalidArgument, "tap_socket is not set") }
        return tap
    }
}

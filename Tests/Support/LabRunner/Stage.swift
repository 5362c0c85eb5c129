import ClientLab
import Foundation

/// argotd and a Postfix that asks it, both private, in one directory.
final class Stage: Sendable {
    /// Where everything of the stage lies.
    let directory: String
    /// The Postfix.
    let postfix: PostfixInstance
    /// The argotd.
    let daemon: ChildProcess
    private let lifeline: Lifeline
    /// The file of argotd's log lines.
    let log: String

    /// Starts argotd at `path` with `settings` besides the usual ones, then Postfix.
    ///
    /// - Parameter isHooked: whether Postfix tells the command lines of its clients, too.
    init(directory: String, daemon path: String, settings: [String], isHooked: Bool) throws(LabError) {
        self.directory = directory
        log = "\(directory)/argotd.log"
        let output = "\(directory)/argotd.out"
        let socket = "\(directory)/argot.sock"
        postfix = try PostfixInstance(
            directory: "\(directory)/postfix",
            milters:
                "{ unix:\(socket), connect_timeout=2s, command_timeout=5s, content_timeout=10s, default_action=accept }",
            overrides: isHooked
                ? CommandHookLab.overrides().mapValues { $0.replacing("DIRECTORY", with: directory) } : [:])
        let settings = settings + (isHooked ? ["wire_socket=unix:\(directory)/wire.sock"] : [])
        // Nothing of the host's own argotd, if it has one: not its files, not its sockets.
        let configuration = "\(directory)/argotd.conf"
        let usual = [
            "socket=unix:\(socket)", "socket_group=postfix", "control_socket=unix:\(directory)/control.sock",
            "data_directory=\(directory)/data", "log_format=json", "trusted_networks=",
        ]
        do {
            try FileManager.default.createDirectory(atPath: "\(directory)/data", withIntermediateDirectories: true)
            try Data().write(to: URL(filePath: configuration))
        } catch {
            throw LabError(.unusableDirectory, "cannot be made (\(error))", at: directory)
        }
        let arguments = ["--foreground", "--config", configuration] + (usual + settings).flatMap { ["--set", $0] }
        let daemon = try ChildProcess(path, arguments, output: output, errors: log)
        self.daemon = daemon
        lifeline = try Lifeline(of: daemon)
        let isReady = Poll.until(.after(.seconds(60))) {
            let text = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
            return text.split(separator: "\n").contains("ready") || !daemon.isRunning
        }
        guard isReady, daemon.isRunning else {
            let said = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            daemon.stop()
            throw LabError(
                isReady ? .startFailed : .timedOut,
                "argotd \(isReady ? "ended" : "said no \"ready\"") at start:\n\(said.suffix(2000))",
                at: ([path] + arguments).joined(separator: " "), remedy: "run that command by hand to see more")
        }
        do {
            try postfix.start()
        } catch {
            daemon.stop()
            throw error
        }
    }

    /// Ends both.
    func stop() {
        daemon.send(15)
        postfix.stop()
        daemon.stop(within: .seconds(7))
        lifeline.cut()
    }
}

import Control
import ClientLab
import DaemonLab
import Foundation
import Sockets

/// A real mail server with argotd in front of it that may be started in odd ways.
final class FaultSite: FilteredServer {
    /// How argotd is brought to run.
    typealias Launcher = @Sendable (_ path: String, _ arguments: [String]) -> (path: String, arguments: [String])

    /// The daemon.
    let daemon: ArgotDaemon
    /// The mail server.
    let server: any MailboxServer
    /// The same, if it is Postfix.
    let postfix: PostfixInstance?
    /// What is undone at the end, last first.
    private nonisolated(unsafe) var cleanups: [() -> Void] = []

    /// A Postfix, or a Sendmail, that runs, before an argotd that does not run yet.
    ///
    /// - Parameters:
    ///   - settings: what differs from the standard settings of tests.
    ///   - timeout: how long the mail server waits for an answer.
    ///   - socket: where the mail server finds the filter; the daemon's own socket when empty.
    init(
        _ settings: [String: String] = ArgotDaemon.enforcing("reject"), on kind: MailServerKind = .postfix,
        timeout: String = "2s", socket: String = "", overrides: [String: String] = [:],
        launcher: @escaping Launcher = { ($0, $1) }
    ) throws {
        daemon = try ArgotDaemon(settings, launcher: launcher)
        let filter = socket.isEmpty ? daemon.socket : socket.replacing("DIRECTORY", with: daemon.directory.path)
        switch kind {
        case .postfix:
            let limits = "connect_timeout=\(timeout), command_timeout=\(timeout), content_timeout=\(timeout)"
            let postfix = try PostfixInstance(
                directory: daemon.path("postfix"), milters: "{ \(filter), \(limits), default_action=accept }",
                overrides: overrides)
            try postfix.start()
            self.postfix = postfix
            server = postfix
        case .sendmail:
            let sendmail = try SendmailInstance(
                directory: daemon.path("sendmail"), variant: .local,
                filter: "S=\(filter), F=, T=C:\(timeout);S:\(timeout);R:\(timeout);E:\(timeout)", lines: [],
                offersTLS: false)
            try sendmail.start()
            postfix = nil
            server = sendmail
        }
    }

    deinit {
        daemon.kill()
        for cleanup in cleanups.reversed() { cleanup() }
    }

    /// Has something undone when the site is gone.
    func finally(_ cleanup: @escaping () -> Void) { cleanups.append(cleanup) }

    /// The daemon's status; `nil` when it does not answer in time.
    var status: StatusDocument? {
        guard let answer = try? ask("GET", "/status"), answer.status == 200 else { return nil }
        return try? JSONDecoder().decode(StatusDocument.self, from: Data(answer.body.utf8))
    }

    /// Asks the daemon over its control socket.
    func ask(_ method: String, _ path: String, _ query: [String: String] = [:], timeout: Int = 5) throws -> HTTPResponse
    {
        try AdminClient.response(
            to: HTTPRequest(method: method, path: path, query: query),
            at: SocketName("unix:\(daemon.path("control.sock"))"), timeout: timeout)
    }

    /// Whether a bot is refused by now, or will be soon.
    func filters(within limit: Duration = .seconds(20)) -> Bool {
        Poll.until(.after(limit)) {
            ((try? ask(.bot(at: "203.0.113.200"), for: "user9@lab.example"))?.first ?? "").hasPrefix("550 5.7.1")
        }
    }

    /// Runs a program to its end; what it printed.
    @discardableResult
    func run(_ program: String, _ arguments: String...) throws -> String {
        let path = try Executable.require(program, package: program)
        let output = daemon.path("run.\(UInt32.random(in: 0...UInt32.max))")
        let child = try ChildProcess(path, arguments, output: output, errors: output)
        let ending = child.wait(until: .after(.seconds(60)))
        let text = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
        guard ending == .exited(0) else {
            throw LabError(.refused, "\(program) \(arguments.joined(separator: " ")) failed: \(text)")
        }
        return text
    }

    /// A small file system of its own at the daemon's data directory.
    func mountData(size: String) throws {
        let path = daemon.path("data")
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try run("mount", "-t", "tmpfs", "-o", "size=\(size),mode=0700", "argot-faults", path)
        finally { _ = umount2(path, Int32(MNT_DETACH)) }
    }
}

import Foundation
import Glibc
import Synchronization

/// A private Postfix: real daemons, own configuration, queue, log and mailbox, all in one directory.
///
/// It listens on a loopback port of its own, never touches `/etc/postfix` or an instance of the system, and sends
/// nothing away: mail for its domain goes to one Maildir, everything else is refused or discarded. Several instances
/// may run at once. `XCLIENT` is allowed from loopback, so that a test can be any client.
public final class PostfixInstance: MailboxServer {
    /// The directory that holds everything.
    public let directory: String
    /// The domain it accepts mail for.
    public let domain: String
    /// How it knows its recipients.
    public let variant: PostfixVariant
    /// The local parts that exist in the domain.
    public let users: [String]

    private let plan: PostfixPlan
    private let nameServer: String?
    private let running = Mutex<Running?>(nil)

    private struct Running {
        let master: ChildProcess
        let lifeline: Lifeline
        let port: UInt16
    }

    /// The recipients a private Postfix has unless told otherwise.
    public static let standardUsers = (1...9).map { "user\($0)" } + ["postmaster", "abuse"]

    /// Describes an instance in `directory` (made if missing); nothing runs before `start()`.
    ///
    /// `milters` is the value of `smtpd_milters`; `overrides` are `main.cf` settings that win over all others;
    /// `services` are further lines for `master.cf`; `offersTLS` makes a self-signed certificate and announces STARTTLS;
    /// `nameServer` is the address of the only name server that it asks (port 53), in place of the system's.
    public init(
        directory: String, variant: PostfixVariant = .local, milters: String = "", overrides: [String: String] = [:],
        users: [String] = PostfixInstance.standardUsers, processLimit: Int = 100, services: [String] = [],
        offersTLS: Bool = false, nameServer: String? = nil
    ) throws(LabError) {
        guard directory.hasPrefix("/"), !directory.contains(where: \.isWhitespace) else {
            throw LabError(
                .invalidArgument, "no absolute path without blanks", at: directory, remedy: "give one like /tmp/lab")
        }
        self.directory = directory
        self.variant = variant
        self.users = users
        self.nameServer = nameServer
        domain = "lab.example"
        plan = PostfixPlan(
            directory: directory, domain: domain, variant: variant, users: users, milters: milters,
            overrides: overrides, services: services, processLimit: processLimit, offersTLS: offersTLS)
    }

    deinit {
        stop()
    }

    /// The SMTP port on 127.0.0.1, or 0 when the instance does not run.
    public var port: UInt16 {
        running.withLock { $0?.port ?? 0 }
    }

    /// Starts Postfix and returns when it answers `220`.
    ///
    /// Readiness is asked on a second port without milters, so that a milter sees no session that no test made.
    public func start(within limit: Duration = .seconds(60)) throws(LabError) {
        guard geteuid() == 0 else {
            throw LabError(.missingPrivilege, "Postfix must be started by root", remedy: "run this as root")
        }
        let master = try Executable.require("master", package: "postfix")
        let deadline = Deadline.after(limit)
        var failure = LabError(.invalidArgument, "already running", at: directory, remedy: "call stop() first")
        for _ in 0..<3 where port == 0 {
            let ports = (smtp: try LoopbackPort.free(), readiness: try LoopbackPort.free())
            try plan.write(smtpPort: ports.smtp, readinessPort: ports.readiness)
            let child = try begin(master, ["-c", plan.configuration, "-d"])
            let lifeline = try Lifeline(of: child)
            do {
                try awaitGreeting(port: ports.readiness, from: child, until: deadline)
            } catch {
                child.stop(within: .milliseconds(500))
                lifeline.cut()
                failure = error
                // Configuration without fault: somebody else has taken the port meanwhile, so another attempt is due.
                if failure.code == .connectionFailed { continue }
                break
            }
            running.withLock { $0 = Running(master: child, lifeline: lifeline, port: ports.smtp) }
            return
        }
        throw failure
    }

    /// Starts the master; with a name server of its own in a mount namespace where `/etc/resolv.conf` names that.
    private func begin(_ master: String, _ arguments: [String]) throws(LabError) -> ChildProcess {
        guard let nameServer else { return try ChildProcess(master, arguments) }
        let file = "\(directory)/resolv.conf"
        let text = "nameserver \(nameServer)\noptions timeout:2 attempts:2\n"
        guard (try? text.write(toFile: file, atomically: true, encoding: .utf8)) != nil else {
            throw LabError(.unusableDirectory, "cannot be written", at: file)
        }
        let script =
            "mount --make-rprivate / && mount --bind '\(file)' /etc/resolv.conf && exec \"$0\" \"$@\""
        return try ChildProcess(
            try Executable.require("unshare", package: "util-linux"),
            ["-m", "/bin/sh", "-c", script, master] + arguments)
    }

    /// Ends all processes of the instance; the directory stays for its owner.
    public func stop() {
        let ended = running.withLock { running in
            defer { running = nil }
            return running
        }
        ended?.master.stop(within: .milliseconds(300))
        ended?.lifeline.cut()
    }

    /// Connects by `XCLIENT`.
    public func connect(as identity: ClientIdentity) throws(LabError) -> LoopbackSocket {
        try XCLIENTServer(port: port).connect(as: identity)
    }

    /// Everything Postfix has logged so far.
    public var log: String {
        (try? String(contentsOfFile: plan.log, encoding: .utf8)) ?? ""
    }

    /// Waits until the log holds `text`; throws the end of the log if it does not in time.
    public func waitForLog(containing text: String, within limit: Duration = .seconds(60)) throws(LabError) {
        guard Poll.until(.after(limit), { log.contains(text) }) else {
            throw LabError(.timedOut, "the log does not say \"\(text)\"; it ends:\n\(logTail)", at: plan.log)
        }
    }

    /// The files of its mailbox.
    public var deliveredFiles: [String] {
        ["new", "cur"].flatMap { folder in
            let path = "\(plan.mailbox)/\(folder)"
            return ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).map { "\(path)/\($0)" }
        }
    }

    /// Whether its log says so; it discards what is for elsewhere.
    public func passesOn(to recipient: String) -> Bool { log.contains("to=<\(recipient)>") }

    private func awaitGreeting(port: UInt16, from master: ChildProcess, until deadline: Deadline) throws(LabError) {
        var problem = "no greeting"
        var isReady = false
        let earlierLog = log.utf8.count
        _ = Poll.until(deadline) {
            if !master.isRunning {
                problem = "master ended"
                return true
            }
            if String(decoding: log.utf8.dropFirst(earlierLog), as: UTF8.self).contains("]: fatal: ") {
                problem = "a daemon complains"
                return true
            }
            guard let socket = try? LoopbackSocket(port: port) else { return false }
            let bytes = (try? socket.read(until: .after(.seconds(1)))) ?? []
            isReady = bytes.starts(with: Array("220".utf8))
            problem = "its greeting is \"\(String(decoding: bytes, as: UTF8.self))\""
            try? socket.write(Array("QUIT\r\n".utf8))
            return !bytes.isEmpty
        }
        if isReady { return }
        let complaint = master.isRunning ? "" : try complaints()
        if !master.isRunning && complaint.isEmpty {
            throw LabError(
                .connectionFailed, "Postfix's master ended without a word", at: directory,
                remedy: "look for a setting of yours that cannot be, like an address this host does not have")
        }
        throw LabError(
            .startFailed, "Postfix did not start: \(problem)\n\(complaint)\n\(logTail)", at: directory,
            remedy: "read the lines above; they come from Postfix")
    }

    /// What is wrong with the configuration, as two of Postfix's commands that change nothing say: its master complains
    /// of that to syslog only.
    private func complaints() throws(LabError) -> String {
        let errors = "\(directory)/check.errors"
        unlink(errors)
        for (name, arguments) in [
            ("postfix", ["-c", plan.configuration, "status"]),
            ("postconf", ["-c", plan.configuration, "-M"]),
        ] {
            let path = try Executable.require(name, package: "postfix")
            _ = try ChildProcess(path, arguments, errors: errors).wait(until: .after(.seconds(5)))
        }
        let text = (try? String(contentsOfFile: errors, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").filter { $0.contains("fatal:") || $0.contains("warning:") }
            .joined(separator: "\n")
    }
}

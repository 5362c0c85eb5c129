import Foundation
import Glibc
import Synchronization

/// A private Sendmail: the real daemon of Debian's packages, with its configuration and queue in one directory, in a
/// network of its own.
///
/// It never touches `/etc/mail`, and sends nothing away: mail for its users becomes files, other mail stays in its queue. A client may have any
/// address, and the name of its identity is the one the address has.
public final class SendmailInstance: MailboxServer {
    /// The directory that holds everything.
    public let directory: String
    /// The domain it accepts mail for.
    public let domain: String
    /// How it knows its recipients.
    public let variant: SendmailVariant
    /// The local parts that exist in the domain.
    public let users: [String]

    private let plan: SendmailPlan
    private let running = Mutex<Running?>(nil)
    private let names = Mutex<[String: String]>([:])
    private let systemLog = Mutex<SystemLog?>(nil)

    private struct Running {
        let daemon: ChildProcess
        let lifeline: Lifeline
        let network: NetworkNamespace
    }

    /// Describes an instance in `directory` (made if missing); nothing runs before `start()`.
    ///
    /// - Parameters:
    ///   - filter: the equates of its `INPUT_MAIL_FILTER`, such as `S=unix:/run/argot/argot.sock, F=, T=R:10s`.
    ///   - lines: further lines for its `sendmail.mc`, before the mailers.
    ///   - offersTLS: makes a self-signed certificate, with which it offers STARTTLS.
    ///   - runtimeDirectory: a directory that it sees as `/run/argot`.
    ///   - keepsLog: whether it has a syslog, which writes ``logFile``.
    public init(
        directory: String, variant: SendmailVariant = .local, filter: String = "", lines: [String] = [],
        users: [String] = PostfixInstance.standardUsers, offersTLS: Bool = false,
        runtimeDirectory: String? = nil, keepsLog: Bool = false, tree: SendmailTree = .standard
    ) throws(LabError) {
        guard directory.hasPrefix("/"), !directory.contains(where: \.isWhitespace) else {
            throw LabError(
                .invalidArgument, "no absolute path without blanks", at: directory, remedy: "give one like /tmp/lab")
        }
        self.directory = directory
        self.variant = variant
        self.users = users
        domain = "lab.example"
        plan = SendmailPlan(
            tree: tree, directory: directory, domain: domain, variant: variant, users: users, filter: filter,
            lines: lines, offersTLS: offersTLS, runtimeDirectory: runtimeDirectory, keepsLog: keepsLog)
    }

    deinit {
        stop()
    }

    /// The SMTP port in its network.
    public var port: UInt16 { 25 }

    /// Starts Sendmail and returns when it listens; no session is made for that.
    public func start(within limit: Duration = .seconds(60)) throws(LabError) {
        guard geteuid() == 0 else {
            throw LabError(.missingPrivilege, "Sendmail must be started by root", remedy: "run this as root")
        }
        guard running.withLock({ $0 == nil }) else {
            throw LabError(.invalidArgument, "already running", at: directory, remedy: "call stop() first")
        }
        try plan.tree.require()
        try plan.write()
        if plan.keepsLog {
            let log = try SystemLog(socket: plan.logSocket, file: plan.log)
            systemLog.withLock { $0 = log }
        }
        let output = "\(directory)/output"
        let daemon = try ChildProcess(
            try Executable.require("unshare", package: "util-linux"),
            ["--net", "--uts", "--mount", "sh", plan.script], output: output, errors: output)
        let lifeline = try Lifeline(of: daemon)
        let process = daemon.processID
        let isReady = Poll.until(.after(limit)) {
            !daemon.isRunning
                || NetworkNamespace.isLeft(by: process)
                    && NetworkNamespace.hasListener(on: port, in: process)
                    && NetworkNamespace.hasListener(on: port, in: process, isIPv6: true)
        }
        guard isReady, daemon.isRunning else {
            daemon.stop(within: .zero)
            lifeline.cut()
            let text = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
            throw LabError(
                .startFailed, "Sendmail does not listen: \(text)", at: directory,
                remedy: "read the lines above; they come from Sendmail or from its start script")
        }
        let network = try NetworkNamespace(of: process)
        running.withLock { $0 = Running(daemon: daemon, lifeline: lifeline, network: network) }
    }

    /// Ends all processes of the instance; the directory stays for its owner.
    public func stop() {
        let ended = running.withLock { running in
            defer { running = nil }
            return running
        }
        ended?.daemon.stop(within: .milliseconds(300))
        ended?.lifeline.cut()
    }

    /// A process in its network; `nil` while it does not run.
    public var networkProcess: pid_t? { running.withLock { $0?.daemon.processID } }

    /// Connects from the identity's address, after giving the address its name.
    public func connect(as identity: ClientIdentity) throws(LabError) -> LoopbackSocket {
        try connect(as: identity, port: port)
    }

    /// Connects to another port on which it listens.
    public func connect(as identity: ClientIdentity, port: UInt16) throws(LabError) -> LoopbackSocket {
        guard let network = running.withLock({ $0?.network }) else {
            throw LabError(.connectionFailed, "Sendmail does not run", at: directory)
        }
        try register(identity)
        return try network.connect(from: identity, to: port)
    }

    /// The files that its local mailer has written.
    public var deliveredFiles: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: plan.mailbox)) ?? []).filter { $0 != "tmp" }
            .map { "\(plan.mailbox)/\($0)" }
    }

    /// The file that its syslog writes, where it keeps one.
    public var logFile: String { plan.log }

    /// What it has logged; nothing where it has no syslog.
    public var log: String { (try? String(contentsOfFile: logFile, encoding: .utf8)) ?? "" }

    /// Whether that is all that is left in its queue.
    public func passesOn(to recipient: String) -> Bool {
        queuedMessages.map(\.recipients) == [["<\(recipient)>"]]
    }

    /// The messages in its queue, in no particular order: what is for other hosts, and what a filter had put aside.
    public var queuedMessages: [SendmailMessage] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: plan.queue)) ?? []
        return files.filter { $0.hasPrefix("qf") || $0.hasPrefix("hf") }.compactMap {
            SendmailMessage(file: $0, in: plan.queue)
        }
    }

    private func register(_ identity: ClientIdentity) throws(LabError) {
        let text: String? = names.withLock { names in
            guard names[identity.address] != identity.name else { return nil }
            names[identity.address] = identity.name
            return names.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }.joined()
        }
        guard let text else { return }
        // In place: the file is mounted over Sendmail's.
        guard (try? (plan.ownHosts + text).write(toFile: plan.hosts, atomically: false, encoding: .utf8)) != nil else {
            throw LabError(.unusableDirectory, "cannot be written", at: plan.hosts)
        }
    }
}

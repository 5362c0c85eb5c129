internal import Processes

/// Whether a mail server's user gets to a socket: through every directory, and onto the socket itself.
public struct SocketReach: Sendable {
    private let path: String
    private let account: Account
    private let steps: [PathStep]
    private let missing: String?
    private let refusesWritable: Bool
    private let isAllowed: Bool?

    /// What is known of the way to a socket.
    ///
    /// - Parameters:
    ///   - refusesWritable: whether the mail server takes a directory that others may write to for unsafe (Sendmail).
    ///   - isAllowed: the kernel's own answer, which knows access lists too; `nil` where it was not asked.
    public init(
        path: String, account: Account, steps: [PathStep], missing: String?, refusesWritable: Bool = false,
        isAllowed: Bool? = nil
    ) {
        self.path = path
        self.account = account
        self.steps = steps
        self.missing = missing
        self.refusesWritable = refusesWritable
        self.isAllowed = isAllowed
    }

    /// Looks at the host, as whoever runs this; the kernel is asked on behalf of the account only by root.
    public init(lookingAt path: String, account: Account, refusesWritable: Bool = false) {
        let (steps, missing) = PathStep.steps(to: path)
        let options = [
            "--reuid", account.name, "--regid", "\(account.group)", "--init-groups", "--", "test", "-w", path,
        ]
        var isAllowed: Bool?
        if missing == nil, account.id != 0, let run = try? ProgramRun("setpriv", options), run.errors.isEmpty {
            isAllowed = run.status == 0 ? true : run.status == 1 ? false : nil
        }
        self.init(
            path: path, account: account, steps: steps, missing: missing, refusesWritable: refusesWritable,
            isAllowed: isAllowed)
    }

    /// The findings; one that says ok when the socket is reached.
    public var findings: [Finding] {
        var found = reach
        if refusesWritable {
            found += steps.filter { $0.isDirectory && $0.mode & 0o022 != 0 }.map { step in
                Finding(
                    "socket.unsafe-directory", .problem, at: step.path,
                    "others than its owner may write to it (\(step.modeText)): Sendmail calls the socket unsafe "
                        + "and takes no mail at all",
                    // A directory for all stays one: the socket goes.
                    remedy: step.mode & 0o1000 == 0
                        ? ["chmod go-w \(step.path)"]
                        : ["in argotd.conf: socket = unix:/run/argot/argot.sock", "systemctl restart argotd"])
            }
        }
        if found.isEmpty {
            found.append(Finding("socket", .ok, at: path, "the user \(account.name) reaches it"))
        }
        return found
    }

    private var reach: [Finding] {
        for step in steps.dropLast(missing == nil ? 1 : 0) {
            if !step.isDirectory {
                return [Finding("socket.directory", .problem, at: step.path, "it is in the way: no directory")]
            }
            if !step.permits(1, to: account), isAllowed != true {
                return [
                    Finding(
                        "socket.directory", .problem, at: step.path,
                        "the user \(account.name) may not enter this directory (\(step.modeText), user \(step.owner), "
                            + "group \(step.group))",
                        remedy: ["chmod o+x \(step.path)", "or: chgrp \(account.group) \(step.path)"])
                ]
            }
        }
        if let missing {
            return [
                Finding(
                    "socket.missing", .problem, at: missing,
                    missing == path ? "the socket is not there" : "this directory on the way to \(path) is not there",
                    remedy: missing == path
                        ? ["systemctl start argotd"]
                        : ["install -d -o argot -g \(account.name) -m 2750 \(missing)", "systemctl restart argotd"])
            ]
        }
        guard let socket = steps.last else { return [] }
        guard socket.isSocket else {
            return [
                Finding(
                    "socket.kind", .problem, at: path, "this is no socket: something else took its place",
                    remedy: ["remove it", "systemctl restart argotd"])
            ]
        }
        guard socket.permits(2, to: account) ? isAllowed != false : isAllowed == true else {
            return [
                Finding(
                    "socket.permission", .problem, at: path,
                    "the user \(account.name) may not write to it (\(socket.modeText), user \(socket.owner), group "
                        + "\(socket.group))",
                    remedy: [
                        "in argotd.conf: socket_group = \(account.name)", "in argotd.conf: socket_mode = 0660",
                        "systemctl restart argotd",
                    ])
            ]
        }
        return []
    }
}

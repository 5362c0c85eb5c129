internal import Processes

/// Whether a mail server's user gets to a socket: through every directory, and onto the socket itself.
public struct SocketReach: Sendable {
    private let path: String
    private let account: Account
    private let steps: [PathStep]
    private let missing: String?
    private let refusesWritable: Bool
    private let isAllowed: Bool?

    /// Whether systemd holds the socket, so that argotd's configuration does not affect it.
    public var isHandedOver = false

    /// argotd's configuration file.
    public var file = "argotd.conf"

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
                    "others besides its owner may write to it (\(step.modeText)): Sendmail calls the socket unsafe "
                        + "and accepts no mail at all",
                    // A directory for all stays one: the socket goes.
                    remedy: step.mode & 0o1000 == 0
                        ? ["chmod go-w \(ShellWord.bare(step.path))"]
                        : ["in \(file): socket = unix:/run/argot/argot.sock", "systemctl restart argotd"])
            }
        }
        if found.isEmpty {
            found.append(Finding("socket", .ok, at: path, "the user \(account.name) can reach it"))
        }
        return found
    }

    private static let dropIns = "/etc/systemd/system/argotd.socket.d"

    /// What has the socket made again: starting does nothing for what runs.
    private var restart: String {
        isHandedOver ? "systemctl restart argotd.socket argotd.service" : "systemctl restart argotd"
    }

    private var reach: [Finding] {
        for step in steps.dropLast(missing == nil ? 1 : 0) {
            if !step.isDirectory {
                return [Finding("socket.directory", .problem, at: step.path, "it is not a directory")]
            }
            if !step.permits(1, to: account), isAllowed != true {
                return [
                    Finding(
                        "socket.directory", .problem, at: step.path,
                        "the user \(account.name) may not enter this directory (\(step.modeText), user \(step.owner), "
                            + "group \(step.group))",
                        // The socket's own directory opens to the mail server alone, one above it to all.
                        remedy: [
                            step.path == steps.dropLast().last?.path && step.owner != 0
                                ? "chgrp \(account.group) \(ShellWord.bare(step.path)) && chmod g+x "
                                    + ShellWord.bare(step.path)
                                : "chmod o+x \(ShellWord.bare(step.path))"
                        ])
                ]
            }
        }
        if let missing {
            return [
                Finding(
                    "socket.missing", .problem, at: missing,
                    missing == path ? "the socket is not there" : "this directory on the way to \(path) is not there",
                    remedy: missing == path
                        ? [restart]
                        : ["install -d -o argot -g \(account.name) -m 2750 \(ShellWord.bare(missing))", restart])
            ]
        }
        guard let socket = steps.last else { return [] }
        guard socket.isSocket else {
            return [
                Finding(
                    "socket.kind", .problem, at: path, "this is not a socket: something else is in its place",
                    remedy: ["mv \(ShellWord.bare(path)) \(ShellWord.bare(path + ".old"))", restart])
            ]
        }
        guard socket.permits(2, to: account) ? isAllowed != false : isAllowed == true else {
            return [
                Finding(
                    "socket.permission", .problem, at: path,
                    "the user \(account.name) may not write to it (\(socket.modeText), user \(socket.owner), group "
                        + "\(socket.group))",
                    remedy: isHandedOver
                        ? [
                            "install -d \(Self.dropIns) && printf '[Socket]\\nSocketGroup=\(account.name)\\nSocketMode=0660\\n' "
                                + "> \(Self.dropIns)/group.conf", "systemctl daemon-reload && \(restart)",
                        ]
                        : [
                            "in \(file): socket_group = \(account.name)", "in \(file): socket_mode = 0660", restart,
                        ])
            ]
        }
        return []
    }
}

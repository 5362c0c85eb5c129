import Control
import ClientLab
import DaemonLab
import Foundation
import Seeded

extension Experiment {
    /// argotd dies, hangs, starts again; the mail server does.
    static let process: [Experiment] =
        MailServerKind.allCases.flatMap { kind in
            [
                Experiment(
                    "killed-\(kind.rawValue)", "argotd is killed six times in the middle of mail (\(kind.rawValue))",
                    right: "mail flows meanwhile, and is filtered after each start"
                ) { seed in
                    var random = SeededGenerator(seed: seed)
                    return try FaultTrial.run(FaultSite(on: kind)) { site, load, _ in
                        for _ in 0..<6 {
                            try load.await(more: Int.random(in: 5...40, using: &random))
                            site.daemon.kill()
                            try load.await(more: Int.random(in: 1...20, using: &random))
                            try site.daemon.start()
                        }
                    }
                },
                Experiment(
                    "hung-\(kind.rawValue)", "argotd is stopped (SIGSTOP) and continued, twice (\(kind.rawValue))",
                    right: "mail is delayed by the mail server's time-out, and filtered afterwards"
                ) { _ in
                    try FaultTrial.run(FaultSite(on: kind, timeout: "1s"), threads: 8) { site, load, _ in
                        for _ in 0..<2 {
                            site.daemon.send(SIGSTOP)
                            try load.await(more: 10)
                            site.daemon.send(SIGCONT)
                            try load.await(more: 10)
                        }
                    }
                },
            ]
        } + [
            Experiment(
                "restarted", "argotd is terminated (TERM) and started again, six times",
                right: "it exits with 0 and abandons no session"
            ) { _ in
                try FaultTrial.run(FaultSite()) { site, load, outcome in
                    for _ in 0..<6 {
                        try load.await(more: 10)
                        let ending = site.daemon.stop()
                        outcome.require(ending == .exited(0), "argotd ended with \(String(describing: ending))")
                        try site.daemon.start()
                    }
                    let abandoned = site.daemon.messages("stopped").filter { $0["abandoned"] != "0" }
                    outcome.require(abandoned.isEmpty, "\(abandoned.count) ends abandoned sessions")
                }
            },
            Experiment(
                "upgraded", "ten upgrades: argotd exits and its successor takes over the socket that systemd holds",
                right: "no connection is refused, and no message goes unfiltered"
            ) { _ in try upgraded() },
            Experiment(
                "socket-removed", "somebody removes the socket file",
                right: "mail flows, and is filtered after a restart"
            ) { _ in
                try FaultTrial.run(FaultSite()) { site, load, outcome in
                    unlink(site.daemon.socketPath)
                    try load.await(more: 60)
                    outcome.require(site.status != nil, "argotd does not answer")
                    site.daemon.stop()
                    try site.daemon.start()
                }
            },
            Experiment(
                "postfix-reloaded", "Postfix reloads six times and restarts twice",
                right: "argotd serves the new processes"
            ) { _ in
                try FaultTrial.run(FaultSite()) { site, load, outcome in
                    for round in 0..<8 {
                        try load.await(more: 10)
                        if round % 4 == 3 {
                            site.postfix?.stop()
                            try site.postfix?.start()
                        } else {
                            try hangUp(site)
                        }
                    }
                    outcome.require(site.daemon.isRunning, "argotd has ended")
                }
            },
        ]

    private static func hangUp(_ site: FaultSite) throws {
        let path = "\(site.postfix?.directory ?? "")/queue/pid/master.pid"
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        guard let identifier = pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)),
            kill(identifier, SIGHUP) == 0
        else { throw LabError(.refused, "Postfix cannot be told to reload", at: path) }
    }

    /// Holds the socket and starts one argotd after the other, as systemd does: a new one at USR2.
    private static let holder = """
        import os, signal, socket, sys
        path, program = sys.argv[1], sys.argv[2:]
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(path)
        os.chmod(path, 0o666)
        listener.listen(128)
        signals = {signal.SIGTERM, signal.SIGUSR2, signal.SIGCHLD}
        signal.pthread_sigmask(signal.SIG_BLOCK, signals)
        while True:
            child = os.fork()
            if child == 0:
                signal.pthread_sigmask(signal.SIG_UNBLOCK, signals)
                os.dup2(listener.fileno(), 3)
                os.set_inheritable(3, True)
                os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
                os.execv(program[0], program)
            reason = signal.sigwait(signals)
            if reason != signal.SIGCHLD:
                os.kill(child, signal.SIGTERM)
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            signal.sigtimedwait({signal.SIGCHLD}, 0)
            print("ended", status, flush=True)
            if reason != signal.SIGUSR2 or status != 0:
                sys.exit(status)
        """

    private static func upgraded() throws -> Outcome {
        let python = try Executable.require("python3", package: "python3")
        let scratch = try ScratchDirectory(prefix: "argot-held")
        let held = "\(scratch.path)/held.sock"
        let site = try FaultSite(timeout: "20s", socket: "unix:\(held)") { path, arguments in
            (python, ["-I", "-c", holder, held, path] + arguments)
        }
        return try FaultTrial.run(site) { site, load, outcome in
            for round in 1...10 {
                site.daemon.send(SIGUSR2)
                let isBack = Poll.until(.after(.seconds(30))) {
                    site.daemon.contents(of: "out.1").split(separator: "\n").count { $0 == "ready" } > round
                }
                guard isBack else { throw LabError(.timedOut, "the successor is not ready") }
                try load.await(more: 10)
            }
            let complaints = site.server.log.split(separator: "\n").filter {
                $0.contains("ilter") && !$0.contains("milter-reject")
            }
            outcome.require(complaints.isEmpty, "Postfix missed its filter: \(complaints.first ?? "")")
            outcome.require(load.delayed == 0, "\(load.delayed) messages were put off")
            let accepted = load.accepted
            func verdicts() -> Int { site.daemon.verdicts().count { $0["client"].hasPrefix("198.51.100.") } }
            _ = Poll.until(.after(.seconds(10))) { verdicts() >= accepted }
            let missing = accepted - verdicts()
            outcome.require(missing <= 0, "\(missing) messages went unfiltered")
        }
    }
}

import Control
import ClientLab
import DaemonLab
import FakeMTA
import Foundation

extension Experiment {
    /// Descriptors, threads, memory, sizes.
    static let limits: [Experiment] = [
        Experiment(
            "no-descriptors", "argotd may open 36 descriptors; twenty clients stay connected",
            right: "mail flows, and is filtered once they have gone"
        ) { _ in
            let prlimit = try Executable.require("prlimit", package: "util-linux")
            let site = try FaultSite(timeout: "1s") { (prlimit, ["--nofile=36:36", $0] + $1) }
            return try FaultTrial.run(site) { site, load, outcome in
                let idle = try (0..<20).map { number in
                    let conversation = try site.connect(.honest)
                    try conversation.command("EHLO idle\(number).example")
                    return conversation
                }
                try load.await(more: 20)
                for conversation in idle { conversation.drop() }
                outcome.require(site.daemon.isRunning, "argotd has ended")
            }
        },
        Experiment(
            "no-threads", "argotd may create no more threads; then TERM, and a start without the limit",
            right: "mail flows, and argotd shuts down cleanly"
        ) { _ in
            let setpriv = try Executable.require("setpriv", package: "util-linux")
            let prlimit = try Executable.require("prlimit", package: "util-linux")
            let site = try FaultSite(["drain_timeout": "5s"].merging(ArgotDaemon.enforcing("reject")) { $1 }) {
                (setpriv, ["--reuid=64999", "--regid=64999", "--clear-groups", $0] + $1)
            }
            chown(site.daemon.directory.path, 64_999, 64_999)
            return try FaultTrial.run(site) { site, load, outcome in
                let identifier = site.daemon.process?.processID ?? 0
                try site.run(
                    "setpriv", "--reuid=64999", "--regid=64999", "--clear-groups", prlimit, "--pid", "\(identifier)",
                    "--nproc=1:1")
                // Those that argotd already serves keep their threads; further ones find none.
                let more = try (0..<12).map { _ in try site.connect(.honest) }
                try load.await(more: 40)
                for conversation in more { conversation.drop() }
                let ending = site.daemon.stop(within: .seconds(40))
                outcome.require(ending == .exited(0), "argotd ended with \(String(describing: ending))")
                site.daemon.kill()
                try site.daemon.start()
            }
        },
        Experiment(
            "no-memory", "argotd may allocate 16 MB more than it has", right: "mail flows, whatever happens to argotd"
        ) { _ in
            try FaultTrial.run(FaultSite(), threads: 6) { site, load, outcome in
                let identifier = site.daemon.process?.processID ?? 0
                let pages = (try? String(contentsOfFile: "/proc/\(identifier)/statm", encoding: .utf8)) ?? ""
                let size = (Int(pages.prefix { $0 != " " }) ?? 0) * 4_096 + 16 << 20
                try site.run("prlimit", "--pid", "\(identifier)", "--as=\(size):\(size)")
                try load.await(more: 150)
                outcome.notes.append(site.daemon.isRunning ? "argotd lives on" : "argotd has died")
                site.daemon.kill()
                try site.daemon.start()
            }
        },
        Experiment(
            "huge-sessions", "one session has 5,000 recipients, alongside other mail",
            right: "every recipient gets an answer, and nobody else waits"
        ) { _ in
            let site = try FaultSite(overrides: [
                "smtpd_recipient_limit": "6000", "smtpd_recipient_overshoot_limit": "6000",
                "smtpd_hard_error_limit": "6000",
            ])
            return try FaultTrial.run(site) { site, load, outcome in
                let conversation = try site.begin(.honest)
                for block in 0..<50 {
                    let commands = (0..<100).map { "RCPT TO:<user\(($0 + block) % 9 + 1)@lab.example>\r\n" }
                    try conversation.write(commands.joined())
                    for _ in 0..<100 {
                        let reply = try conversation.readReply()
                        guard reply.code == 250 else { throw LabError(.refused, "a recipient is answered \(reply)") }
                    }
                }
                conversation.drop()
                outcome.require(load.slowest < .seconds(5), "a message beside took \(load.slowest)")
                outcome.require(site.status != nil, "argotd does not answer")
            }
        },
        Experiment(
            "slow-loris", "two hundred connections to the control socket send a byte from time to time",
            right: "/health is answered within two seconds, and mail is filtered"
        ) { _ in
            try FaultTrial.run(FaultSite()) { site, load, outcome in
                let path = "unix:\(site.daemon.path("control.sock"))"
                let slow = (0..<200).compactMap { _ in try? FakeMTAConnection(to: path) }
                for connection in slow { try? connection.send(bytes: Array("GET /status HT".utf8)) }
                for round in 0..<5 {
                    for connection in slow { try? connection.send(bytes: Array("T".utf8)) }
                    let answer = try? site.ask("GET", "/health", timeout: 2)
                    outcome.require(answer?.status == 200, "round \(round + 1): /health is not answered")
                    if answer == nil { break }
                }
                try load.await(more: 20)
                for connection in slow { connection.close() }
                outcome.require(
                    Poll.until(.after(.seconds(15))) { site.status != nil }, "argotd does not answer afterwards")
            }
        },
    ]
}

import Control
import ClientLab
import DaemonLab
import FakeMTA
import Foundation
import Seeded

extension Experiment {
    /// Log readers, configuration, models, clocks, and hostile peers.
    static let surroundings: [Experiment] = [
        Experiment(
            "log-reader-stops", "the reader of argotd's log stops reading",
            right: "mail, control socket, reload and TERM keep working"
        ) { _ in try unread(closes: false) },
        Experiment(
            "log-reader-gone", "the reader of argotd's log goes away",
            right: "mail, control socket, reload and TERM keep working"
        ) { _ in try unread(closes: true) },
        Experiment(
            "configuration-broken", "a reload finds a broken configuration", right: "the old one stays in force"
        ) { _ in
            try FaultTrial.run(FaultSite()) { site, load, outcome in
                try site.daemon.configure(["mode": "nonsense"])
                outcome.require(try !site.daemon.reload(), "it says that it has reloaded")
                try load.await(more: 20)
                outcome.require(site.filters(), "bots are not refused under the old configuration")
                try site.daemon.configure(["mode": "enforce"])
                outcome.require(try site.daemon.reload(), "it does not reload what is right again")
            }
        },
        Experiment("model-broken", "a reload finds a broken model", right: "the old one stays in force") { _ in
            try FaultTrial.run(FaultSite()) { site, load, outcome in
                try site.daemon.write("argot-dialects 1\ndialect \u{1}\n", to: "broken")
                try site.daemon.configure(["model_file": "DIRECTORY/broken"])
                outcome.require(try !site.daemon.reload(), "it says that it has reloaded")
                try load.await(more: 20)
                outcome.require(site.filters(), "bots are not refused under the old model")
                try site.daemon.configure(["model_file": ""])
                outcome.require(try site.daemon.reload(), "it does not reload what is right again")
            }
        },
        Experiment(
            "model-replaced", "the model is replaced eight times in the middle of mail",
            right: "no message meets a wrong answer"
        ) { _ in
            try FaultTrial.run(FaultSite()) { site, load, outcome in
                try site.daemon.write(oneDialect, to: "one.dialects")
                for round in 0..<8 {
                    try site.daemon.configure(["model_file": round.isMultiple(of: 2) ? "DIRECTORY/one.dialects" : ""])
                    outcome.require(try site.daemon.reload(), "it does not reload")
                    try load.await(more: 15)
                }
                outcome.require(load.delayed == 0, "\(load.delayed) messages were put off")
            }
        },
        Experiment(
            "clock-set-back",
            "the clock is set back by a day between a greylisted attempt and its retry, then a restart",
            right: "a client that comes back is let in within the delay"
        ) { _ in try clock("-86400") },
        Experiment(
            "clock-set-forward", "the clock is set forward by 400 days, then a restart",
            right: "mail flows and is filtered"
        ) { _ in try clock("+34560000") },
        Experiment(
            "hostile-packets",
            "macros without a value before CONNECT, and a thousand broken packets on the milter's socket",
            right: "the same argotd keeps running"
        ) { seed in
            try FaultTrial.run(FaultSite()) { site, load, outcome in
                let before = site.daemon.process?.processID
                var random = SeededGenerator(seed: seed)
                for number in 0..<60 {
                    guard let connection = try? FakeMTAConnection(to: site.daemon.socket, timeout: .seconds(2)) else {
                        break
                    }
                    try? connection.send(hostilePackets(number, &random))
                    _ = try? connection.receive(awaiting: "an answer")
                    connection.close()
                }
                outcome.require(site.daemon.isRunning, "argotd has died")
                outcome.require(site.daemon.process?.processID == before, "it is another one")
                if !site.daemon.isRunning { try site.daemon.start() }
                try load.await(more: 10)
            }
        },
        Experiment(
            "steering-bytes", "HELO, sender and headers contain C1 controls, escapes, bidi marks and line separators",
            right: "neither the log nor argot prints any of them raw"
        ) { _ in try steering() },
    ]

    private static let oneDialect = """
        argot-dialects 1
        dialect one mta
          origin invented
          state ehlo EHLO {fqdn}
          state mail MAIL FROM:<{path}>
          state rcpt RCPT TO:<{addr}>
          on start 220 to ehlo
          on ehlo 250 to mail
          on mail 250 to rcpt
          final good rcpt

        """

    private static func unread(closes: Bool) throws -> Outcome {
        let scratch = try ScratchDirectory(prefix: "argot-log")
        let pipe = "\(scratch.path)/log"
        guard mkfifo(pipe, 0o600) == 0 else { throw LabError(.unusableDirectory, "no fifo", at: pipe) }
        var reader = open(pipe, O_RDWR | O_NONBLOCK | O_CLOEXEC)
        defer { if reader >= 0 { close(reader) } }
        // A writer of its own, so that the reader's end can be closed.
        let site = try FaultSite(["drain_timeout": "5s"].merging(ArgotDaemon.enforcing("reject")) { $1 }) {
            ("/bin/sh", ["-c", "exec 2>\(pipe) \"$0\" \"$@\"", $0] + $1)
        }
        return try FaultTrial.run(site) { site, load, outcome in
            if closes {
                close(reader)
                reader = -1
            }
            try load.await(more: 400)
            outcome.require(site.status != nil, "the status is not told")
            let answer = try? site.ask("POST", "/mode", ["mode": "enforce"])
            outcome.require(answer?.status == 200, "the mode cannot be set")
            site.daemon.send(SIGHUP)
            try load.await(more: 20)
            outcome.require(site.status != nil, "the status is not told after a reload")
            if reader < 0 { reader = open(pipe, O_RDWR | O_NONBLOCK | O_CLOEXEC) }
            let begin = ContinuousClock.now
            let ending = site.daemon.stop(within: .seconds(30))
            outcome.require(ending == .exited(0), "told to end, it ended with \(String(describing: ending))")
            outcome.notes.append("ended after \((ContinuousClock.now - begin).components.seconds) s")
            site.daemon.kill()
            // The successor's reader reads.
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while read(reader, &buffer, buffer.count) > 0 {}
            try site.daemon.start()
        }
    }

    private static func clock(_ offset: String) throws -> Outcome {
        let clock = try FalseClock()
        try clock.set("0")
        let settings = ArgotDaemon.enforcing("reject", ["greylist_delay": "2s"])
        let site = try FaultSite(settings) { path, arguments in
            ("/usr/bin/env", clock.environment.map { "\($0.key)=\($0.value)" } + [path] + arguments)
        }
        return try FaultTrial.run(site) { site, load, outcome in
            let device = MailClient.device(at: "203.0.113.80")
            let other = MailClient.device(at: "192.0.2.80")
            func isLetIn(_ client: MailClient, within limit: Duration) -> Bool {
                Poll.until(.after(limit)) {
                    usleep(300_000)
                    return (try? site.ask(client, for: "user3@lab.example"))?.first?.hasPrefix("250") ?? false
                }
            }
            for client in [device, other] {
                let first = try site.ask(client, for: "user3@lab.example")
                outcome.require(first.first?.hasPrefix("451") ?? false, "a device is answered \(first)")
            }
            try load.await(more: 10)
            try clock.set(offset)
            outcome.require(isLetIn(device, within: .seconds(12)), "who comes back is kept out")
            try load.await(more: 20)
            outcome.require(site.status != nil, "argotd does not answer")
            site.daemon.stop()
            try site.daemon.start()
            outcome.require(isLetIn(other, within: .seconds(12)), "who comes back after a restart is kept out")
        }
    }

    /// Packets that no mail server sends. The first ones name macros without a value, then connect.
    private static func hostilePackets(_ number: Int, _ random: inout SeededGenerator) -> [MilterPacket] {
        let negotiation = MilterPacket(.negotiate, payload: NegotiationOffer.postfix.payload)
        let connect = MilterPacket(
            letter: UInt8(ascii: "C"),
            payload: Array("host.example\0".utf8) + [UInt8(ascii: "4"), 0x10, 0x92] + Array("192.0.2.1\0".utf8))
        func macro(_ text: String) -> MilterPacket {
            MilterPacket(letter: UInt8(ascii: "D"), payload: Array(text.utf8))
        }
        let odd = [
            "Cj\0", "C{client_addr}\0", "Cj", "C", "", "Cj\0mx\0_\0", "C\0\0\0", "C{unclosed\0v\0", "H{tls_version}\0",
        ]
        if number < odd.count { return [negotiation, macro(odd[number]), connect] }
        return [negotiation]
            + (0..<20).map { _ in
                let letters = Array("ABCDEHKLMNOQRTUXYZ\u{0}z".utf8)
                let length = Int.random(in: 0...60, using: &random)
                return MilterPacket(
                    letter: letters.randomElement(using: &random) ?? 0,
                    payload: (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) })
            }
    }

    private static func steering() throws -> Outcome {
        try FaultTrial.run(FaultSite()) { site, load, outcome in
            let marks = "\u{1b}[2J\u{9b}31m\u{85}\u{202e}evil\u{2066}\u{2028}argotd: verdict=accept\u{2029}\u{200f}"
            let session = try FakeMTASession(socket: site.daemon.socket)
            _ = try session.connect(ClientPeer(ip: "192.0.2.14"))
            _ = try session.helo(marks)
            _ = try session.mail("<\(marks)@evil.example>")
            _ = try session.rcpt("<user1@lab.example>")
            try session.quit()
            let second = try FakeMTASession(socket: site.daemon.socket)
            _ = try second.connect(ClientPeer(ip: "192.0.2.14"))
            _ = try second.helo("User.With.Error")
            _ = try second.mail("<x@evil.example>")
            _ = try second.rcpt("<user1\(marks)@\(marks).example>")
            try second.quit()
            _ = site.daemon.awaitVerdicts(2, on: nil, within: .seconds(10))
            check(site.daemon.standardError, "the log", &outcome)
            try site.daemon.configure(["log_format": "text"])
            site.daemon.send(SIGHUP)
            // Said in words by now, not in JSON.
            let isReloaded = Poll.until(.after(.seconds(20))) { site.daemon.standardError.contains("reloaded") }
            outcome.require(isReloaded, "it does not reload")
            let third = try FakeMTASession(socket: site.daemon.socket)
            _ = try third.connect(ClientPeer(ip: "192.0.2.14"))
            _ = try third.helo(marks)
            _ = try third.mail("<\(marks)@evil.example>")
            _ = try third.rcpt("<user2@lab.example>")
            try third.quit()
            try load.await(more: 10)
            check(site.daemon.standardError, "the log as text", &outcome)
            let argot = try FilterProcess.executable("argot")
            for arguments in [["journal"], ["report"], ["journal", "--json"]] {
                let output = site.daemon.path("argot.out")
                unlink(output)
                let child = try ChildProcess(
                    argot, arguments + ["--config", site.daemon.configurationFile], output: output, errors: output)
                _ = child.wait(until: .after(.seconds(30)))
                let text = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
                outcome.require(!text.isEmpty, "argot \(arguments.joined(separator: " ")) prints nothing")
                check(text, "argot \(arguments.joined(separator: " "))", &outcome)
            }
        }
    }

    /// Notes bytes that steer terminals or split lines.
    private static func check(_ text: String, _ place: String, _ outcome: inout Outcome) {
        let bad = text.unicodeScalars.first { scalar in
            switch scalar.value {
            case 0x0a, 0x20...0x7e: false
            case 0..<0x20, 0x7f...0x9f, 0x200b...0x200f, 0x2028...0x202e, 0x2060...0x206f: true
            default: false
            }
        }
        if let bad { outcome.broken.append("\(place) holds U+\(String(bad.value, radix: 16, uppercase: true))") }
    }
}

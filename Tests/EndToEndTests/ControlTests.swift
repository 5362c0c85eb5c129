import ClientLab
import DaemonLab
import EngineTraits
import FakeMTA
import Foundation
import Testing

/// What the administrator does to a running daemon, with the real `argot`.
@Suite("The control socket")
struct ControlTests {
    /// Runs `argot` against a daemon.
    private func argot(_ daemon: ArgotDaemon, _ arguments: String...) throws -> (
        status: Int32, out: String, err: String
    ) {
        try argot(daemon, arguments)
    }

    private func argot(_ daemon: ArgotDaemon, _ arguments: [String]) throws -> (
        status: Int32, out: String, err: String
    ) {
        let tag = UUID().uuidString
        let child = try ChildProcess(
            FilterProcess.executable("argot"), arguments + ["--config", daemon.configurationFile],
            output: daemon.path("out-\(tag)"), errors: daemon.path("err-\(tag)"))
        let ending = child.wait(until: .after(.seconds(120)))
        guard case .exited(let status) = ending else { throw LabError(.timedOut, "argot \(arguments)") }
        return (status, daemon.contents(of: "out-\(tag)"), daemon.contents(of: "err-\(tag)"))
    }

    private func answer(_ daemon: ArgotDaemon, _ client: ClientPeer, from sender: String = "<a@linden.example>") throws
        -> String?
    {
        let session = try daemon.session()
        _ = try session.connect(client)
        _ = try session.helo("mail.linden.example")
        _ = try session.mail(sender)
        let reply = try session.rcpt("<user1@lab.example>").replyText
        try session.quit()
        return reply
    }

    @Test func theModeIsSwitchedAtOnceAndForGood() throws {
        let daemon = try ArgotDaemon.started(["enforce": "tempfail reject", "certain_action": "reject"])
        #expect(try argot(daemon, "mode").out == "observe\n")
        #expect(try daemon.botReply() == nil)
        #expect(try argot(daemon, "mode", "enforce").out == "enforce\n")
        #expect(try daemon.botReply() == refusal)
        let mode = try argot(daemon, "config", "show", "--changed").out.split(separator: "\n").filter {
            $0.hasPrefix("mode ")
        }
        #expect(mode == ["mode = enforce\t# \(daemon.path("data/runtime.conf"))"])
        daemon.stop()
        try daemon.start()
        #expect(try argot(daemon, "mode").out == "enforce\n")
        #expect(try daemon.botReply() == refusal)
        let wrong = try argot(daemon, "mode", "maybe")
        #expect(wrong.status == 64 && wrong.err.contains("use observe or enforce"))
        #expect(try daemon.botReply() == refusal)
    }

    @Test func listsHoldAtOnceAndForGood() throws {
        let daemon = try ArgotDaemon.started(ArgotDaemon.enforcing())
        #expect(try argot(daemon, "allow", "192.0.2.0/28").out == "192.0.2.0/28\n")
        #expect(try daemon.botReply() == nil)
        #expect(try answer(daemon, .honest) == nil)
        #expect(try argot(daemon, "deny", "192.0.2.201", ".maple.example").out == "192.0.2.201\n.maple.example\n")
        #expect(try answer(daemon, .honest) == refusal)
        #expect(
            try answer(daemon, ClientPeer(name: "x.example", ip: "192.0.2.99"), from: "<a@x.maple.example>") == refusal)
        daemon.stop()
        try daemon.start()
        #expect(try answer(daemon, .honest) == refusal)
        #expect(try daemon.botReply() == nil)
        // What is put on one list leaves the other.
        #expect(try argot(daemon, "allow", "192.0.2.201").out == "192.0.2.0/28\n192.0.2.201\n")
        #expect(try answer(daemon, .honest) == nil)
        #expect(try argot(daemon, "allow", "--remove", "192.0.2.0/28", "192.0.2.201").out == "")
        #expect(try daemon.botReply() == refusal)
        for entry in ["nonsense", "192.0.2.1/24", "..example.net", "300.1.2.3"] {
            let wrong = try argot(daemon, "deny", entry)
            #expect(wrong.status == 64 && wrong.err.contains("is not an entry"), "\(entry)")
        }
        let absent = try argot(daemon, "deny", "--remove", "198.51.100.1")
        #expect(absent.status == 1 && absent.err.contains("on neither list"))
    }

    @Test func whatStandsAboveAnEntryIsSaidWhenItIsTyped() throws {
        let daemon = try ArgotDaemon.started(["trusted_networks": "198.51.100.0/24", "mode": "observe"])
        let denied = try argot(daemon, "deny", "198.51.100.7", "192.0.2.7")
        #expect(denied.status == 0 && denied.out == "198.51.100.7\n192.0.2.7\n")
        #expect(denied.err.contains("note: 198.51.100.7 is in trusted_networks (198.51.100.0/24)"))
        #expect(denied.err.contains("note: mode is observe: refusals are only logged"))
        #expect(try argot(daemon, "mode", "enforce").status == 0)
        #expect(try argot(daemon, "deny", "192.0.2.8").err == "")
        #expect(try argot(daemon, "deny", "192.0.2.0/28").err == "")
        #expect(try argot(daemon, "allow", "192.0.2.9").err.contains("192.0.2.9 is denied (192.0.2.0/28)"))
        let json = try argot(daemon, "deny", "--json", "198.51.100.8").out
        #expect(json.contains("\"notes\"") && json.contains("198.51.100.8 is in"))
    }

    @Test func theKeyOfARunningDaemonIsNotReplaced() throws {
        let daemon = try ArgotDaemon.started()
        let key = try Data(contentsOf: URL(filePath: daemon.path("data/hashing.key")))
        let running = try argot(daemon, "key", "rotate", "--yes")
        #expect(
            running.status == 1 && running.err.contains("argotd is running with the present key: stop argotd first"))
        #expect(try Data(contentsOf: URL(filePath: daemon.path("data/hashing.key"))) == key)
    }

    @Test func severalEntriesAreTakenAllOrNone() throws {
        let daemon = try ArgotDaemon.started()
        #expect(
            try argot(daemon, "allow", "192.0.2.1", "a@maple.example").err.contains("for a sender write the domain"))
        // Past the command's own check, too.
        let mixed = try Self.get("/lists?list=deny&entry=192.0.2.1%20nonsense", at: daemon.path("control.sock"), "POST")
        #expect(mixed.hasPrefix("HTTP/1.1 400 "))
        #expect(try argot(daemon, "allow").out == "" && argot(daemon, "deny").out == "")
        let many = (0..<900).map { "host\($0).a-rather-long-name.maple.example" }
        let listed = try argot(daemon, ["allow"] + many)
        #expect(listed.status == 0 && listed.out == many.joined(separator: "\n") + "\n", "\(listed.err)")
        let absent = try argot(daemon, ["allow", "--remove"] + many + ["192.0.2.1"])
        #expect(absent.status == 1 && absent.err.contains("192.0.2.1 is on neither list"))
        #expect(try argot(daemon, "allow").out == listed.out)
        #expect(try argot(daemon, ["allow", "--remove"] + many).out == "")
    }

    /// The brake works while the files are faulty, and in sessions that began before.
    @Test func observingBeginsAtOnceWhateverTheFilesSay() throws {
        let daemon = try ArgotDaemon.started(ArgotDaemon.enforcing())
        #expect(try argot(daemon, "deny", "192.0.2.0/24").status == 0)
        let session = try daemon.session()
        _ = try session.connect(.honest)
        _ = try session.helo("mail.linden.example")
        _ = try session.mail("<a@linden.example>")
        #expect(try session.rcpt("<user1@lab.example>").replyText == refusal)
        try daemon.write(daemon.contents(of: "argotd.conf") + "greylist_delay = soon\n", to: "argotd.conf")
        let braked = try argot(daemon, "mode", "observe")
        #expect(braked.status == 0 && braked.out == "observe\n", "\(braked.err)")
        #expect(try session.rcpt("<user2@lab.example>").replyText == nil)
        try session.quit()
        #expect(try answer(daemon, .honest) == nil)
        #expect(daemon.messages("changed over the control socket").last?["mode"] == "observe")
        // Enforcing waits for the next session, and for no file.
        let next = try daemon.session()
        _ = try next.connect(.honest)
        #expect(try argot(daemon, "mode", "enforce").status == 0)
        #expect(try answer(daemon, .honest) == refusal)
        try next.quit()
        // A file that cannot be read hides where the socket is.
        try FileManager.default.removeItem(atPath: daemon.configurationFile)
        let blind = try argot(daemon, "mode", "observe")
        #expect(blind.status == 1 && blind.err.contains("argotd.conf: it does not exist"), "\(blind.err)")
    }

    /// What cannot be kept holds at least as long as the daemon runs, over reloads too.
    @Test func theBrakeNeedsNoDisk() throws {
        let daemon = try ArgotDaemon.started(ArgotDaemon.enforcing())
        #expect(try daemon.botReply() == refusal)
        // A directory that is gone stands for a disk that takes nothing.
        try FileManager.default.moveItem(atPath: daemon.path("data"), toPath: daemon.path("gone"))
        let braked = try argot(daemon, "mode", "observe")
        #expect(
            braked.status == 1 && braked.err.contains("in force, but will be lost when argotd ends"), "\(braked.err)")
        #expect(braked.err.contains("its directory does not exist"), "\(braked.err)")
        #expect(try daemon.botReply() == nil)
        #expect(try argot(daemon, "reload").status == 0)
        #expect(try daemon.botReply() == nil)
        try FileManager.default.moveItem(atPath: daemon.path("gone"), toPath: daemon.path("data"))
        #expect(try argot(daemon, "reload").status == 0)
        #expect(daemon.contents(of: "data/runtime.conf").contains("mode observe"))
    }

    @Test func aFaultyConfigurationIsNamedAndChangesNothing() throws {
        let daemon = try ArgotDaemon.started(ArgotDaemon.enforcing())
        #expect(try argot(daemon, "status").status == 0)
        #expect(try argot(daemon, "reload").out == "reloaded\n")
        let good = daemon.contents(of: "argotd.conf")
        try daemon.write(good + "greylist_delay = soon\n", to: "argotd.conf")
        let failed = try argot(daemon, "reload")
        #expect(failed.status == 1 && failed.err.contains("argotd.conf:") && failed.err.contains("greylist_delay"))
        #expect(try daemon.botReply() == refusal)
        let status = try argot(daemon, "status")
        #expect(status.status == 2 && status.out.contains("the last reload failed"))
        try daemon.write(good, to: "argotd.conf")
        #expect(try argot(daemon, "reload").status == 0)
        #expect(try argot(daemon, "status").status == 0)
    }

    @Test func theStatusTellsOfSenders() throws {
        let daemon = try ArgotDaemon.started()
        #expect(try argot(daemon, "status").out.contains("senders   not scored: nobody is known to send spam yet"))
        try daemon.write(daemon.contents(of: "argotd.conf") + "senders = no\n", to: "argotd.conf")
        #expect(try argot(daemon, "reload").status == 0)
        #expect(try !argot(daemon, "status").out.contains("senders"))
    }

    @Test func settingsThatCannotBeReadStayAsTheyAre() throws {
        let daemon = try ArgotDaemon.started(ArgotDaemon.enforcing())
        try daemon.write("mode enforce\nallow something strange\n", to: "data/runtime.conf")
        let refused = try argot(daemon, "deny", "192.0.2.201")
        #expect(refused.status == 1 && refused.err.contains("runtime.conf:2:"))
        #expect(daemon.contents(of: "data/runtime.conf") == "mode enforce\nallow something strange\n")
        #expect(try answer(daemon, .honest) == nil)
    }

    @Test(.bothEngines) func statusAndMetricsCount() throws {
        let daemon = try ArgotDaemon.started(ArgotDaemon.enforcing())
        for _ in 1...3 { #expect(try daemon.botReply() == refusal) }
        #expect(try answer(daemon, .honest) == nil)
        #expect(daemon.awaitVerdicts(4).count == 4)
        let status = try argot(daemon, "status")
        #expect(status.out.contains("0 open, 4 since the start") && status.out.contains("reject 3"))
        #expect(status.out.contains(", by the native engine") == (EngineUnderTest.current == .native))
        let document = try Self.get("/status", at: daemon.path("control.sock"))
        #expect(document.contains("\"engine\":\"\(EngineUnderTest.current.rawValue)\""))
        let top = try argot(daemon, "top", "--rounds", "1", "--interval", "0.1")
        #expect(top.out.contains("dialect.bot") && top.out.contains("rcpt"))
        let page = try Self.get("/metrics", at: daemon.path("control.sock"))
        let samples = try Self.samples(page)
        #expect(samples["argot_sessions_total"] == 4)
        #expect(samples["argot_verdicts_total{action=\"reject\",applied=\"reject\"}"] == 3)
        #expect(samples["argot_reasons_total{reason=\"dialect.bot\"}"] == 3)
        #expect(samples["argot_callback_duration_seconds_count{callback=\"rcpt\"}"] == 4)
        #expect(samples["argot_callback_duration_seconds_bucket{callback=\"rcpt\",le=\"+Inf\"}"] == 4)
        #expect(samples["argot_store_up"] == 1)
        #expect(try Self.get("/health", at: daemon.path("control.sock")).hasSuffix("ok\n"))
        #expect(try Self.get("/nothing", at: daemon.path("control.sock")).hasPrefix("HTTP/1.1 404 "))
    }

    @Test func theMetricsPortChangesNothing() throws {
        let port = try LoopbackPort.free()
        let daemon = try ArgotDaemon.started(["metrics_socket": "inet:\(port)@127.0.0.1"])
        func ask(_ line: String) throws -> String {
            let socket = try LoopbackSocket(port: port)
            try socket.write(Array("\(line) HTTP/1.1\r\n\r\n".utf8))
            var bytes: [UInt8] = []
            while true {
                let more = try socket.read(until: .after(.seconds(60)))
                if more.isEmpty { return String(decoding: bytes, as: UTF8.self) }
                bytes += more
            }
        }
        #expect(try ask("GET /metrics").contains("argot_uptime_seconds"))
        for line in ["POST /mode?mode=enforce", "POST /reload", "GET /status", "POST /lists?list=deny&entry=192.0.2.1"]
        {
            #expect(try ask(line).hasPrefix("HTTP/1.1 404 "))
        }
        #expect(try argot(daemon, "mode").out == "observe\n")
    }

    @Test func withoutADaemonTheCommandSaysSo() throws {
        let daemon = try ArgotDaemon()
        let result = try argot(daemon, "status")
        #expect(result.status == 1 && result.err.contains("start argotd"))
    }

    /// Whoever is not of the socket's group stays out.
    @Test func othersMayNotConnect() throws {
        let daemon = try ArgotDaemon.started()
        let attributes = try FileManager.default.attributesOfItem(atPath: daemon.path("control.sock"))
        #expect(attributes[.posixPermissions] as? Int == 0o660)
    }

    private static func get(_ path: String, at socket: String, _ method: String = "GET") throws -> String {
        let curl = try Executable.require("curl", package: "curl")
        let output = FileManager.default.temporaryDirectory.appending(path: "argot-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: output) }
        let child = try ChildProcess(
            curl, ["-s", "-i", "-X", method, "--unix-socket", socket, "http://argotd" + path], output: output)
        #expect(child.wait(until: .after(.seconds(60))) == .exited(0))
        return FileManager.default.contents(atPath: output).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// The samples of a page in the text format; every line must be one, or a comment of the known kinds.
    private static func samples(_ page: String) throws -> [String: Double] {
        var samples: [String: Double] = [:]
        var families: Set<String> = []
        let body = page.split(separator: "\r\n\r\n", maxSplits: 1).last ?? ""
        for line in body.split(separator: "\n") {
            if line.hasPrefix("# ") {
                let words = line.split(separator: " ")
                #expect(words.count > 3 && (words[1] == "HELP" || words[1] == "TYPE"), "\(line)")
                if words[1] == "TYPE" { #expect(families.insert(String(words[2])).inserted, "\(line)") }
                continue
            }
            let blank = try #require(line.lastIndex(of: " "))
            let name = String(line[..<blank])
            let value: Double = try #require(Double(line[line.index(after: blank)...]), "\(line)")
            samples[name] = value
            let family = name.prefix { $0 != "{" }
            let bases =
                [family] + ["_bucket", "_sum", "_count"].filter(family.hasSuffix).map { family.dropLast($0.count) }
            #expect(bases.contains { families.contains(String($0)) }, "\(line)")
        }
        return samples
    }
}

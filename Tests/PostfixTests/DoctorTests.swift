import ClientLab
import DaemonLab
import FakeMTA
import Foundation
import Glibc
import Testing

/// `argot doctor` on real Postfixes, each set up wrong in one way, and what that fault does to mail.
@Suite("argot doctor", Requirements.postfix)
struct DoctorTests {
    /// A daemon, and a Postfix whose filters are set as a test wants them.
    struct Host {
        let daemon: ArgotDaemon
        let postfix: PostfixInstance

        /// The line that the documentation gives, for the daemon's socket.
        static let documented = """
            { unix:DIRECTORY/argot.sock, connect_timeout=2s, command_timeout=5s, content_timeout=10s, \
            default_action=accept }
            """

        /// Starts both; `DIRECTORY` stands for the daemon's directory.
        init(
            _ settings: [String: String] = [:], milters: String = documented, overrides: [String: String] = [:],
            services: [String] = [], runsDaemon: Bool = true
        ) throws {
            let daemon = try ArgotDaemon(settings)
            let fill = { (text: String) in text.replacing("DIRECTORY", with: daemon.directory.path) }
            self.daemon = daemon
            postfix = try PostfixInstance(
                directory: daemon.path("postfix"), milters: fill(milters), overrides: overrides.mapValues(fill),
                services: services)
            if runsDaemon { try daemon.start() }
            try postfix.start()
        }

        /// What `argot doctor` says.
        func examine(_ more: String...) throws -> Report {
            try Report(daemon, ["--postfix-config", daemon.path("postfix/config")] + more)
        }

        /// What `argot doctor` says is not in order.
        func faults() throws -> [String] { try examine().faults }

        /// Expects exactly these faults.
        func expect(_ expected: [String], sourceLocation: SourceLocation = #_sourceLocation) throws {
            let found = try faults()
            #expect(found == expected, sourceLocation: sourceLocation)
        }

        /// What the server answers a client of its own address: the first refusal, or 250 for all up to RCPT.
        func answer() throws -> Int {
            let conversation = try SMTPConversation(port: postfix.port)
            defer { conversation.drop() }
            #expect(try conversation.readReply().code == 220)
            for line in ["EHLO mail.linden.example", "MAIL FROM:<dora@linden.example>", "RCPT TO:<user1@lab.example>"] {
                let code = try conversation.command(line).code
                if code != 250 { return code }
            }
            return 250
        }
    }

    /// The report of one run.
    struct Report {
        struct Finding: Decodable {
            var id: String
            var severity: String
            var place: String
            var text: String
            var remedy: [String]
        }
        private struct Document: Decodable {
            var problems: Int
            var findings: [Finding]
        }

        let status: Int32
        let findings: [Finding]
        let errors: String

        init(_ daemon: ArgotDaemon, _ arguments: [String]) throws {
            let tag = UUID().uuidString
            let all = ["doctor", "--json", "--config", daemon.configurationFile] + arguments
            let child = try ChildProcess(
                FilterProcess.executable("argot"), all, output: daemon.path("out-\(tag)"),
                errors: daemon.path("err-\(tag)"))
            let ending = child.wait(until: .after(.seconds(300)))
            guard case .exited(let status) = ending else { throw LabError(.timedOut, "argot doctor") }
            self.status = status
            errors = daemon.contents(of: "err-\(tag)")
            let text = daemon.contents(of: "out-\(tag)")
            let document = try? JSONDecoder().decode(Document.self, from: Data(text.utf8))
            findings = document?.findings ?? []
            // The exit status is 2 exactly when there is a problem.
            if let document { #expect(document.problems > 0 ? status == 2 : status == 0) }
        }

        /// What is not in order, beside what every laboratory host has: mode observe, a socket open to all, a clock that
        /// nobody keeps.
        var faults: [String] {
            let usual = ["daemon.observing", "configuration.warning", "clock.unsynchronized"]
            return findings.filter { $0.severity != "ok" && !usual.contains($0.id) }.map { "\($0.severity) \($0.id)" }
        }

        subscript(id: String) -> Finding? { findings.first { $0.id == id } }
    }

    @Test func aHostSetUpAsDocumentedIsSound() throws {
        let report = try Host().examine()
        #expect(report.faults == [])
        #expect(report.status == 0)
        let sound = Set(report.findings.filter { $0.severity == "ok" }.map(\.id))
        #expect(sound.isSuperset(of: ["configuration", "daemon", "model", "store", "postfix", "socket"]))
    }

    /// One fault each: filters, other settings, expected finding.
    struct Fault: Sendable, CustomTestStringConvertible {
        var finding: String
        var settings: [String: String] = [:]
        var milters = Host.documented
        var overrides: [String: String] = [:]
        var services: [String] = []

        var testDescription: String { finding }
    }

    static let faults: [Fault] = [
        Fault(finding: "problem postfix.milter-missing", milters: ""),
        Fault(
            finding: "problem postfix.milter-missing", overrides: ["receive_override_options": "no_milters"]),
        Fault(
            finding: "warning postfix.timeout-long",
            milters: Host.documented.replacing("command_timeout=5s", with: "command_timeout=60s")),
        Fault(
            finding: "warning postfix.timeout-short",
            milters: Host.documented.replacing("connect_timeout=2s", with: "connect_timeout=0s")),
        Fault(
            finding: "warning postfix.order",
            milters: Host.documented + ", { inet:127.0.0.1:9, default_action=accept }"),
        Fault(finding: "problem postfix.non-smtpd", overrides: ["non_smtpd_milters": "$smtpd_milters"]),
        Fault(
            finding: "warning postfix.submission",
            services: [
                "127.0.0.1:0 inet n - n - 0 smtpd -o { smtpd_client_restrictions = permit_sasl_authenticated, reject }"
            ]),
        Fault(finding: "problem postfix.protocol", overrides: ["milter_protocol": "2"]),
        Fault(finding: "warning postfix.macro-v", overrides: ["milter_macro_v": "mail"]),
        Fault(finding: "note postfix.macros", overrides: ["milter_connect_macros": "j"]),
        Fault(finding: "note postfix.milter-maps", overrides: ["smtpd_milter_maps": "static:{}"]),
        Fault(finding: "note postfix.soft-bounce", overrides: ["soft_bounce": "yes"]),
        Fault(
            finding: "note postfix.proxy",
            services: ["127.0.0.1:0 inet n - n - 0 smtpd -o smtpd_upstream_proxy_protocol=haproxy"]),
        Fault(
            finding: "warning postfix.vrfy",
            settings: [
                "certain_action": "fakereject", "fake_reject_fraction": "0.5", "mode": "enforce",
                "enforce": "tempfail fakereject",
            ],
            overrides: ["disable_vrfy_command": "no"]),
        Fault(
            finding: "warning postfix.unknown-table",
            settings: [
                "certain_action": "fakereject", "fake_reject_fraction": "0.5", "mode": "enforce",
                "enforce": "tempfail fakereject",
            ],
            overrides: ["show_user_unknown_table_name": "no"]),
        Fault(finding: "warning postfix.policy-missing", settings: ["policy_socket": "unix:DIRECTORY/policy.sock"]),
        Fault(
            finding: "problem postfix.policy-unanswered",
            overrides: [
                "smtpd_recipient_restrictions": "check_policy_service unix:DIRECTORY/argot-policy.sock",
                "smtpd_policy_service_default_action": "DUNNO",
            ]),
        Fault(
            finding: "problem postfix.policy-socket", settings: ["policy_socket": "unix:DIRECTORY/policy.sock"],
            overrides: [
                "smtpd_recipient_restrictions": "check_policy_service unix:DIRECTORY/argot-policy.sock",
                "smtpd_policy_service_default_action": "DUNNO",
            ]),
    ]

    @Test(arguments: faults)
    func aFaultIsFoundAndNothingElse(_ fault: Fault) throws {
        // Port 0 is one that no client finds; the service is there to be looked at.
        let host = try Host(
            fault.settings, milters: fault.milters, overrides: fault.overrides,
            services: try fault.services.map {
                $0.replacing("127.0.0.1:0", with: "127.0.0.1:\(try LoopbackPort.free())")
            })
        try host.expect([fault.finding])
    }

    @Test func withoutItsDefaultActionMailStopsWithTheDaemon() throws {
        let milters = Host.documented.replacing(", default_action=accept", with: "")
        let host = try Host(milters: milters)
        try host.expect(["problem postfix.default-action"])
        #expect(try host.answer() == 250)
        host.daemon.kill()
        #expect(try host.answer() == 451)
        let report = try host.examine()
        #expect(report["daemon.unreachable"]?.severity == "problem")
        // The remedy is a line that Postfix understands, and with it mail goes on.
        let remedy = try #require(report["postfix.default-action"]?.remedy.first)
        #expect(remedy.hasPrefix("postconf -c \(host.daemon.path("postfix/config")) -e '"))
        let words = remedy.split(separator: "'")
        let child = try ChildProcess(
            Executable.require("postconf", package: "postfix"),
            ["-c", host.daemon.path("postfix/config"), "-e", String(words[1])])
        #expect(child.wait(until: .after(.seconds(60))) == .exited(0))
        host.postfix.stop()
        #expect(try host.examine()["postfix.default-action"] == nil)
    }

    /// The braces left out: Postfix takes no mail, and the doctor gives the line that it takes.
    @Test func aListThatCannotBeReadStopsMail() throws {
        let host = try Host()
        #expect(try host.answer() == 250)
        let configuration = host.daemon.path("postfix/config")
        func run(_ program: String, _ arguments: [String]) throws {
            let path = try Executable.require(program, package: "postfix")
            let child = try ChildProcess(
                path, ["-c", configuration] + arguments, output: host.daemon.path("said"),
                errors: host.daemon.path("said"))
            #expect(child.wait(until: .after(.seconds(120))) == .exited(0), "\(host.daemon.contents(of: "said"))")
        }
        let list = "smtpd_milters = \(host.daemon.socket), default_action=accept"
        try run("postconf", ["-e", list])
        try run("postfix", ["reload"])
        #expect(try Poll.until(.after(.seconds(60))) { try host.answer() == 451 })
        let report = try host.examine()
        #expect(report.faults == ["problem postfix.milter-syntax"])
        let remedy = try #require(report["postfix.milter-syntax"]?.remedy.first)
        // The line between the apostrophes.
        try run("postconf", ["-e", remedy.split(separator: "'").map(String.init)[1]])
        try run("postfix", ["reload"])
        #expect(try Poll.until(.after(.seconds(60))) { try host.answer() == 250 })
        try host.expect([])
    }

    /// Argot between two filters, without its default action, and asked about local mail: each remedy pasted as it is
    /// printed, and afterwards all three filters have the session.
    @Test func everyOtherFilterStillAnswersAfterTheRemedies() throws {
        let before = try ScriptedFilter()
        let behind = try ScriptedFilter(ScriptedFilter.probe)
        let name = { (filter: ScriptedFilter) in "\(filter.socket)" }
        let ours = "unix:DIRECTORY/argot.sock"
        let host = try Host(
            milters: "{ \(name(before)), default_action=tempfail }, $our_milter, \(name(behind))",
            overrides: [
                "our_milter": ours, "non_smtpd_milters": "$smtpd_milters", "milter_default_action": "tempfail",
            ])
        let faults = try host.examine().findings.filter { ["warning", "problem"].contains($0.severity) }
            .filter { $0.id.hasPrefix("postfix.") }
        #expect(Set(faults.map(\.id)).isSuperset(of: ["postfix.order", "postfix.default-action", "postfix.non-smtpd"]))
        for line in faults.flatMap(\.remedy) {
            let child = try ChildProcess(
                Executable.require("sh", package: "dash"), ["-c", line], output: host.daemon.path("said"),
                errors: host.daemon.path("said"))
            #expect(
                child.wait(until: .after(.seconds(120))) == .exited(0), "\(line) \(host.daemon.contents(of: "said"))")
        }
        try host.expect([])
        #expect(try Poll.until(.after(.seconds(60))) { try host.answer() == 250 && host.daemon.verdicts().count > 0 })
        try before.awaitClose(ofSession: 1)
        try behind.awaitClose(ofSession: 1)
        #expect(before.record(ofSession: 1).contains { $0.contains("user1@lab.example") })
        #expect(behind.record(ofSession: 1).contains { $0.contains("user1@lab.example") })
    }

    /// Starting does nothing for a daemon that is there and does not move.
    @Test func aDaemonThatHangsIsRestarted() throws {
        let host = try Host()
        host.daemon.send(SIGSTOP)
        defer { host.daemon.send(SIGCONT) }
        let report = try host.examine()
        #expect(report["daemon.unreachable"] == nil)
        #expect(report["daemon.hung"]?.remedy == ["systemctl restart argotd"])
    }

    /// A host that has seen nobody is not ready, and is told what is missing.
    @Test func aNewHostIsNotReadyToEnforce() throws {
        let host = try Host(overrides: ["mynetworks": "127.0.0.0/8 192.0.2.0/24"])
        #expect(try host.faults() == ["warning postfix.own-networks"])
        let report = try host.examine("--before-enforcing")
        #expect(report.status == 2)
        #expect(report["enforcing.observed"]?.text.contains("14 days are missing") == true)
        #expect(report["postfix.own-networks"]?.severity == "problem")
        #expect(report["enforcing.clients"]?.severity == "problem")
    }

    @Test(arguments: ["socket.permission", "socket.directory", "socket.missing"])
    func aSocketOutOfReachIsNamedAsPostfixSeesIt(_ id: String) throws {
        let milters = Host.documented.replacing("DIRECTORY/argot.sock", with: "DIRECTORY/inner/argot.sock")
        let daemon = try ArgotDaemon(["socket": "unix:DIRECTORY/inner/argot.sock"])
        let inner = daemon.path("inner")
        try FileManager.default.createDirectory(
            atPath: inner, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
        if id == "socket.permission" { try daemon.configure(["socket_mode": "0600"]) }
        let postfix = try PostfixInstance(
            directory: daemon.path("postfix"), milters: milters.replacing("DIRECTORY", with: daemon.directory.path))
        try daemon.start()
        if id == "socket.directory" {
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: inner)
        }
        if id == "socket.missing" { try FileManager.default.removeItem(atPath: inner + "/argot.sock") }
        try postfix.start()
        let report = try Report(daemon, ["--postfix-config", daemon.path("postfix/config")])
        #expect(report.faults == ["problem \(id)"])
        #expect(report[id]?.place == (id == "socket.directory" ? inner : inner + "/argot.sock"))
        // Postfix says the same in its log.
        let conversation = try SMTPConversation(port: postfix.port)
        #expect(try conversation.readReply().code == 220)
        _ = try conversation.command("EHLO mail.linden.example")
        let complaint = id == "socket.missing" ? "No such file or directory" : "Permission denied"
        try postfix.waitForLog(containing: "connect to Milter service unix:\(inner)/argot.sock: \(complaint)")
    }

    /// Debian confines smtpd to the queue directory: an absolute path is another one there.
    @Test func aConfinedServerLooksElsewhere() throws {
        let port = try LoopbackPort.free()
        let host = try Host(services: ["127.0.0.1:\(port) inet n - y - - smtpd"])
        let report = try host.examine()
        #expect(report.faults == ["problem postfix.socket"])
        let queue = host.daemon.path("postfix/queue")
        #expect(report["postfix.socket"]?.text.contains("unix:\(queue)\(host.daemon.socketPath)") == true)
        #expect(report["postfix.socket"]?.remedy.contains { $0.contains("unix:\(queue)/argot/argot.sock") } == true)
        let conversation = try SMTPConversation(port: port)
        #expect(try conversation.readReply().code == 220)
        let complaint = "connect to Milter service unix:\(host.daemon.socketPath): No such file or directory"
        try host.postfix.waitForLog(containing: complaint)
    }

    @Test func aPolicyServiceWithoutItsActionStopsMail() throws {
        let host = try Host(
            ["policy_socket": "unix:DIRECTORY/policy.sock"],
            overrides: ["smtpd_recipient_restrictions": "check_policy_service unix:DIRECTORY/policy.sock"])
        try host.expect(["problem postfix.policy-action"])
        #expect(try host.answer() == 250)
        host.daemon.kill()
        #expect(try host.answer() == 451)
    }

    @Test func postscreenInFrontIsExplained() throws {
        let port = try LoopbackPort.free()
        let services = ["127.0.0.1:\(port) inet n - n - 1 postscreen", "smtpd pass - - n - - smtpd"]
        try Host(services: services).expect(["note postfix.postscreen"])
        let host = try Host(overrides: ["postscreen_bare_newline_enable": "yes"], services: services)
        try host.expect(["note postfix.postscreen", "note postfix.postscreen-deep"])
    }

    /// The lists of macros in main.cf do not matter to Argot, which asks for its own.
    @Test func reducedMacrosDoNoHarm() throws {
        let none = ["connect", "helo", "mail", "rcpt", "data", "end_of_header", "end_of_data"]
        let lab = try FilteredPostfix(
            overrides: Dictionary(uniqueKeysWithValues: none.map { ("milter_\($0)_macros", "") }))
        _ = try lab.ask(.honest, for: "user1@lab.example")
        let verdict = try #require(lab.daemon.awaitVerdicts(1).first)
        #expect(verdict["name"] == "mail.linden.example")
        let report = try Report(lab.daemon, ["--postfix-config", lab.daemon.path("postfix/config")])
        #expect(report.findings.count { $0.id == "postfix.macros" && $0.severity == "note" } == 4)
    }

    /// A proxy that nobody told Postfix of: every client has its address.
    @Test func oneAddressForAllIsNoticed() throws {
        let host = try Host()
        for _ in 0..<60 { #expect(try host.answer() == 250) }
        #expect(host.daemon.awaitVerdicts(60).count == 60)
        // The journal reaches the disk within a second or so.
        #expect(
            try Poll.until(.after(.seconds(120))) {
                try host.faults() == ["problem clients.one-address"]
            })
    }

    @Test func faultsOfArgotItselfAreFoundToo() throws {
        let host = try Host(["model_file": "DIRECTORY/model"], runsDaemon: false)
        try host.daemon.write("argot-dialects 1\nnonsense\n", to: "model")
        #expect(
            Set(try host.faults()) == [
                "problem daemon.unreachable", "problem model.invalid", "problem store.unreadable",
                "problem socket.missing",
            ])
        try host.daemon.configure(["model_file": ""])
        try host.daemon.start()
        try host.expect([])
        // Files that argotd cannot use, though root can.
        let key = host.daemon.path("data/hashing.key")
        let bytes = try Data(contentsOf: URL(filePath: key))
        try Data("short".utf8).write(to: URL(filePath: key))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
        try host.expect(["problem store.key"])
        try bytes.write(to: URL(filePath: key))
        try FileManager.default.setAttributes([.ownerAccountID: 1, .posixPermissions: 0o600], ofItemAtPath: key)
        try host.expect(["problem store.owner"])
        #expect(try host.examine()["store.owner"]?.remedy.first?.hasPrefix("chown root: /") == true)
        try FileManager.default.setAttributes([.ownerAccountID: 0], ofItemAtPath: key)
        // A file changed behind the daemon's back, dated so that no clock's grain hides it.
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: 60)], ofItemAtPath: host.daemon.configurationFile)
        try host.expect(["warning configuration.not-loaded"])
        let good = host.daemon.contents(of: "argotd.conf")
        try host.daemon.write("mode = perhaps\n" + good, to: "argotd.conf")
        let report = try host.examine()
        #expect(report.faults == ["problem configuration.invalid", "note daemon.goes-on"])
        host.daemon.stop()
        try host.expect(["problem configuration.invalid", "problem daemon.unreachable"])
        #expect(report["configuration.invalid"]?.place == host.daemon.configurationFile + ":1")
    }

    @Test func whatCannotBeLookedAtIsAFailure() throws {
        let daemon = try ArgotDaemon()
        let nowhere = try Report(daemon, ["--postfix-config", daemon.path("nowhere")])
        #expect(nowhere.status == 1)
        #expect(nowhere.errors.contains(daemon.path("nowhere")))
        let noFile = try Report(daemon, ["--sendmail-cf", daemon.path("nowhere.cf")])
        #expect(noFile.status == 1)
        #expect(noFile.errors.contains("nowhere.cf: cannot be read"))
    }
}

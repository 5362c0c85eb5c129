import ClientLab
import DaemonLab
import FakeMTA
import Foundation
import Testing

/// `argotd --check` and what a start says about a configuration.
@Suite("Checking the configuration")
struct CheckTests {
    /// Runs `argotd --check`; its exit status and what it wrote.
    private static func check(_ daemon: ArgotDaemon, _ arguments: [String] = []) throws -> (
        ChildProcess.Ending?, String
    ) {
        let process = try ChildProcess(
            try FilterProcess.executable("argotd"), ["--check", "--config", daemon.configurationFile] + arguments,
            output: daemon.path("check"), errors: daemon.path("check"))
        let ending = process.wait(until: .after(.seconds(120)))
        return (ending, daemon.contents(of: "check"))
    }

    private static func check(text: String) throws -> (ending: ChildProcess.Ending?, output: String, file: String) {
        let daemon = try ArgotDaemon()
        try daemon.write(text, to: "argotd.conf")
        let (ending, output) = try check(daemon)
        return (ending, output, daemon.configurationFile)
    }

    @Test func aGoodOneIsFine() throws {
        let (ending, output) = try Self.check(try ArgotDaemon())
        #expect(ending == .exited(0), "\(output)")
        #expect(output.contains("configuration and model are valid"))
    }

    @Test(arguments: [
        ("mode = strict", "mode"), ("enforce = everything", "enforce"), ("socket = tcp:25@localhost", "socket"),
        ("socket = inet:0@127.0.0.1", "socket"), ("socket_mode = 999", "socket_mode"),
        ("greylist_delay = soon", "greylist_delay"), ("greylist_delay = 2d", "greylist_delay"),
        ("trusted_networks = 10.0.0.0/33", "trusted_networks"), ("trusted_networks = a.example", "trusted_networks"),
        ("maximum_sessions = 0", "maximum_sessions"), ("fake_reject_fraction = 2", "fake_reject_fraction"),
        ("trap_addresses = nobody", "trap_addresses"), ("data_directory = relative/path", "data_directory"),
        ("transcript_maximum_size = 1", "transcript_maximum_size"), ("breaker = maybe", "breaker"),
        ("log_format = xml # comment", "log_format"), ("mode =", "mode"), ("mode observe", "mode"),
        ("moed = observe", nil), ("= observe", nil),
    ])
    func aFaultIsNamedWithItsPlace(line: String, key: String?) throws {
        let (ending, output, file) = try Self.check(text: "# a comment\n\(line)\n")
        #expect(ending == .exited(1))
        let message = try #require(output.split(separator: "\n").first { $0.hasPrefix("\(file):2: ") }, "\(output)")
        let parts = message.dropFirst("\(file):2: ".count).split(separator: ": ")
        if let key { #expect(parts.first.map(String.init) == key, "\(message)") }
        #expect(parts.count >= (key == nil ? 2 : 3), "no problem or no remedy: \(message)")
    }

    @Test func allFaultsAreNamed() throws {
        let (ending, output, file) = try Self.check(
            text: "mode = strict\nbreaker = maybe\n\nsocket_mode = rw\nmode = observe\n")
        #expect(ending == .exited(1))
        for line in [1, 2, 4, 5] { #expect(output.contains("\(file):\(line): "), "\(output)") }
    }

    @Test func aMissingFileIsAnError() throws {
        let daemon = try ArgotDaemon()
        try FileManager.default.removeItem(atPath: daemon.configurationFile)
        let (ending, output) = try Self.check(daemon)
        #expect(ending == .exited(1))
        #expect(output.contains(daemon.configurationFile))
    }

    @Test func anOverrideIsChecked() throws {
        let (ending, output) = try Self.check(try ArgotDaemon(), ["--set", "mode=strict"])
        #expect(ending == .exited(1))
        #expect(output.contains("mode"))
    }

    @Test func aFaultyModelIsNamedWithItsPlace() throws {
        let daemon = try ArgotDaemon(["model_file": "DIRECTORY/bad.dialects"])
        try daemon.write("argot-dialects 1\n\ndialect x mta\n  nonsense\n", to: "bad.dialects")
        let (ending, output) = try Self.check(daemon)
        #expect(ending == .exited(1))
        #expect(output.contains("\(daemon.path("bad.dialects")):4: "), "\(output)")
    }

    @Test func aMissingModelIsNamed() throws {
        let daemon = try ArgotDaemon(["model_file": "DIRECTORY/no.dialects"])
        let (ending, output) = try Self.check(daemon)
        #expect(ending == .exited(1))
        #expect(output.contains(daemon.path("no.dialects")))
    }

    @Test func aFaultyOneDoesNotStart() throws {
        let daemon = try ArgotDaemon(["mode": "strict"])
        let (ending, message) = try daemon.failToStart()
        #expect(ending == .exited(1))
        #expect(message.contains("mode: "), "\(message)")
        #expect(!FileManager.default.fileExists(atPath: daemon.socketPath))
    }
}

/// Reloads: all or nothing, and never under a session's feet.
@Suite("Reloading")
struct ReloadTests {
    private static func isRefused(_ daemon: ArgotDaemon) throws -> Bool { try daemon.botReply() == refusal }

    @Test(arguments: [SIGHUP, SIGUSR1])
    func newSettingsTakeEffect(signal: Int32) throws {
        let daemon = try ArgotDaemon.started(ArgotDaemon.enforcing())
        #expect(try Self.isRefused(daemon))
        try daemon.configure(["mode": "observe"])
        #expect(try daemon.reload(with: signal))
        #expect(try !Self.isRefused(daemon))
        try daemon.configure(["mode": "enforce"])
        #expect(try daemon.reload(with: signal))
        #expect(try Self.isRefused(daemon))
    }

    @Test func aBrokenConfigurationChangesNothing() throws {
        let daemon = try ArgotDaemon.started(ArgotDaemon.enforcing())
        try daemon.configure(["mode": "observe", "breaker": "maybe"])
        #expect(try !daemon.reload())
        #expect(daemon.messages("\(daemon.configurationFile):").contains { $0["message"].contains(": breaker: ") })
        #expect(daemon.messages("the old configuration stays in force").count == 1)
        #expect(try Self.isRefused(daemon))
        // And a good one is taken after it.
        try daemon.configure(["breaker": "no"])
        #expect(try daemon.reload())
        #expect(try !Self.isRefused(daemon))
    }

    @Test func aMissingConfigurationChangesNothing() throws {
        let daemon = try ArgotDaemon.started(ArgotDaemon.enforcing())
        try FileManager.default.removeItem(atPath: daemon.configurationFile)
        #expect(try !daemon.reload())
        #expect(try Self.isRefused(daemon))
    }

    @Test func aBrokenModelChangesNothing() throws {
        let daemon = try ArgotDaemon.started(ArgotDaemon.enforcing())
        try daemon.write("argot-dialects 1\ndialect x mta\n  nonsense\n", to: "new.dialects")
        try daemon.configure(["mode": "observe", "model_file": "DIRECTORY/new.dialects"])
        #expect(try !daemon.reload())
        #expect(daemon.messages("\(daemon.path("new.dialects")):3: ").count == 1)
        #expect(try Self.isRefused(daemon))

        try daemon.write(Self.model, to: "new.dialects")
        #expect(try daemon.reload())
        #expect(daemon.messages("reloaded").last?["dialects"] == "1")
        #expect(try !Self.isRefused(daemon))
        #expect(daemon.awaitVerdicts(2).last?["dialect"] == "another-bot")
    }

    @Test func aSessionKeepsWhatItBeganWith() throws {
        let daemon = try ArgotDaemon.started(ArgotDaemon.enforcing())
        let connected = try daemon.session()
        _ = try connected.connect(.bot)
        let under = try daemon.botSession()
        #expect(try under.rcpt("<user1@lab.example>").replyText == refusal)
        try daemon.configure(["enforce": "tempfail"])
        #expect(try daemon.reload())
        #expect(try under.rcpt("<user2@lab.example>").replyText == refusal)
        _ = try connected.helo(ClientPeer.botName)
        _ = try connected.mail("<pat@elsewhere.example>")
        #expect(try connected.rcpt("<user1@lab.example>").replyText == refusal)
        #expect(try !Self.isRefused(daemon))
        // But for the lists, which hold at once,
        try daemon.configure(["allow_addresses": "192.0.2.14"])
        #expect(try daemon.reload())
        #expect(try under.rcpt("<user3@lab.example>").replyText == nil)
        try daemon.configure(["allow_addresses": ""])
        #expect(try daemon.reload())
        #expect(try under.rcpt("<user4@lab.example>").replyText == refusal)
        // and for the brake: observing begins at once.
        try daemon.configure(["mode": "observe"])
        #expect(try daemon.reload())
        #expect(try under.rcpt("<user5@lab.example>").replyText == nil)
    }

    @Test func whatNeedsARestartIsSaidAndLeft() throws {
        let daemon = try ArgotDaemon.started(ArgotDaemon.enforcing())
        try daemon.configure(["socket": "unix:DIRECTORY/other.sock", "greylist_delay": "90s"])
        #expect(try daemon.reload())
        #expect(daemon.lines.contains { $0["message"].contains("socket") && $0["message"].contains("restart") })
        #expect(try Self.isRefused(daemon))
        #expect(!FileManager.default.fileExists(atPath: daemon.path("other.sock")))
    }

    @Test func logLinesChangeTheirForm() throws {
        let daemon = try ArgotDaemon.started()
        _ = try daemon.botReply()
        #expect(daemon.awaitVerdicts(1).count == 1)
        try daemon.configure(["log_format": "text"])
        daemon.send(SIGHUP)
        let isTold = Poll.until(.after(.seconds(60))) {
            daemon.standardError.contains("argotd: level=info message=reloaded")
        }
        #expect(isTold, "\(daemon.standardError)")
        _ = try daemon.botReply()
        let isLogged = Poll.until(.after(.seconds(60))) {
            daemon.standardError.split(separator: "\n").contains {
                $0.hasPrefix("verdict: action=tempfail applied=accept") && $0.contains(" client=192.0.2.14 ")
            }
        }
        #expect(isLogged, "\(daemon.standardError)")
    }

    @Test func aBurstOfSignalsIsSurvived() throws {
        let daemon = try ArgotDaemon.started(ArgotDaemon.enforcing())
        for number in 1...500 { daemon.send(number.isMultiple(of: 2) ? SIGHUP : SIGUSR1) }
        #expect(try daemon.reload())
        #expect(daemon.isServing())
    }

    private static let model = """
        argot-dialects 1
        dialect another-bot bot
          origin invented
          state helo HELO "User.With.Error"
          state mail MAIL FROM:<{path}>
          state rcpt RCPT TO:<{addr}>
          on start 220 to helo
          on helo 250 to mail
          on mail 250 to rcpt
          on rcpt 250 to rcpt
          final good rcpt

        """
}

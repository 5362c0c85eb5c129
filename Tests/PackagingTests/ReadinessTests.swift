import ClientLab
import DaemonLab
import FakeMTA
import Foundation
import Testing

/// argotd under a service manager: what it says when, and what is true then.
@Suite("Readiness")
struct ReadinessTests {
    private static func daemon(_ manager: NotifySocket, _ settings: [String: String] = [:]) throws -> ArgotDaemon {
        let variables = ["NOTIFY_SOCKET=\(manager.address)", "WATCHDOG_USEC=1500000"]
        let env = try Executable.require("env", package: "coreutils")
        return try ArgotDaemon(settings) { path, arguments in (env, variables + [path] + arguments) }
    }

    @Test func eachChangeIsTold() throws {
        let directory = try ScratchDirectory(prefix: "argot")
        let manager = try NotifySocket("\(directory.path)/notify")
        let daemon = try Self.daemon(manager)
        try daemon.start()
        #expect(manager.nextChange() == "READY=1")
        #expect(daemon.isServing())
        #expect(manager.hearsWatchdog())

        #expect(try daemon.reload())
        #expect(manager.nextChange()?.hasPrefix("RELOADING=1\nMONOTONIC_USEC=") == true)
        #expect(manager.nextChange() == "READY=1")
        // A faulty file changes nothing, and the daemon is as ready as before.
        try daemon.write("mode = perhaps\n", to: "argotd.conf")
        #expect(try !daemon.reload())
        #expect(manager.nextChange()?.hasPrefix("RELOADING=1") == true)
        #expect(manager.nextChange() == "READY=1")
        #expect(manager.hearsWatchdog())

        #expect(daemon.stop() == .exited(0))
        #expect(manager.nextChange() == "STOPPING=1")
    }

    @Test func theProbeIsNoSession() throws {
        let directory = try ScratchDirectory(prefix: "argot")
        let manager = try NotifySocket("\(directory.path)/notify")
        let daemon = try Self.daemon(manager)
        try daemon.start()
        for _ in 1...3 { #expect(manager.hearsWatchdog()) }
        #expect(daemon.verdicts().isEmpty)
        #expect(daemon.stop() == .exited(0))
        let stopping = try #require(daemon.messages("stopping").last)
        #expect(stopping["sessions"] == "0")
    }

    @Test func whatCannotStartIsNeverReady() throws {
        let directory = try ScratchDirectory(prefix: "argot")
        let manager = try NotifySocket("\(directory.path)/notify")
        let daemon = try Self.daemon(manager, ["socket": "unix:\(directory.path)/missing/argot.sock"])
        #expect(try daemon.failToStart().ending == .exited(1))
        try daemon.configure(["socket": daemon.socket])
        try daemon.start()
        // The first message of both lives is that of the second.
        #expect(manager.nextChange() == "READY=1")
    }
}

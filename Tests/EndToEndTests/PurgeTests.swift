import ClientLab
import DaemonLab
import FakeMTA
import Foundation
import Testing

/// `argot purge`: what is removed is gone from the daemon's memory and from the disk, and nothing else is.
@Suite("argot purge")
struct PurgeTests {
    private struct Report: Decodable {
        var verdicts: Int
        var attempts: Int
        var clients: Int
        var list_entries: Int
        var files: [String]
    }

    private func argot(_ daemon: ArgotDaemon, _ arguments: [String]) throws -> (status: Int32, out: String, err: String)
    {
        let tag = UUID().uuidString
        let child = try ChildProcess(
            FilterProcess.executable("argot"), arguments + ["--config", daemon.configurationFile],
            output: daemon.path("out-\(tag)"), errors: daemon.path("err-\(tag)"))
        let ending = child.wait(until: .after(.seconds(300)))
        guard case .exited(let status) = ending else { throw LabError(.timedOut, "argot \(arguments)") }
        return (status, daemon.contents(of: "out-\(tag)"), daemon.contents(of: "err-\(tag)"))
    }

    private func purge(_ daemon: ArgotDaemon, _ arguments: String...) throws -> Report {
        let run = try argot(daemon, ["purge", "--json"] + arguments)
        #expect(run.status == 0, "\(run.err)")
        return try JSONDecoder().decode(Report.self, from: Data(run.out.utf8))
    }

    private func journal(_ daemon: ArgotDaemon) throws -> Int {
        let run = try argot(daemon, ["journal"])
        return run.out.split(separator: "\n").count - 1
    }

    /// What a suspicious device is answered; greylisted unless it is remembered.
    private func device(_ daemon: ArgotDaemon, at address: String = "203.0.113.9") throws -> String? {
        let session = try daemon.session()
        _ = try session.connect(ClientPeer(ip: address))
        _ = try session.helo(address)
        _ = try session.mail("<scan@elsewhere.example>")
        let reply = try session.rcpt("<user1@lab.example>").replyText
        try session.quit()
        return reply
    }

    private static let greylisting = ["mode": "enforce", "greylist_delay": "1s"]

    /// Tries until the greylist lets it in.
    private func pass(_ daemon: ArgotDaemon) throws {
        #expect(try device(daemon)?.hasPrefix("4") == true)
        #expect(try Poll.until(.after(.seconds(120))) { try device(daemon) == nil })
    }

    @Test func theGreylistIsForgottenAtOnceAndAfterARestart() throws {
        let daemon = try ArgotDaemon.started(Self.greylisting)
        try pass(daemon)
        #expect(try purge(daemon, "--client", "203.0.113.9").attempts == 0)
        #expect(try device(daemon) == nil)
        #expect(try purge(daemon, "--greylist").attempts > 0)
        #expect(try device(daemon)?.hasPrefix("4") == true)
        #expect(try purge(daemon, "--greylist").attempts > 0)
        daemon.stop()
        try daemon.start()
        #expect(try device(daemon)?.hasPrefix("4") == true)
    }

    @Test func oneClientGoesTheOtherStays() throws {
        let daemon = try ArgotDaemon.started()
        _ = try device(daemon, at: "203.0.113.9")
        _ = try device(daemon, at: "198.51.100.9")
        #expect(daemon.awaitVerdicts(2).count == 2)
        #expect(try purge(daemon, "--client", "203.0.113.9").verdicts == 1)
        #expect(try argot(daemon, ["journal", "--client", "203.0.113.9"]).out.split(separator: "\n").count == 1)
        #expect(try argot(daemon, ["journal", "--client", "198.51.100.9"]).out.split(separator: "\n").count == 2)
        #expect(try purge(daemon, "--older-than", "1h").verdicts == 0)
        #expect(try purge(daemon, "--recipient", "USER1@lab.example").verdicts == 1)
    }

    @Test func everythingGoesAndTheListsStay() throws {
        let daemon = try ArgotDaemon.started(["transcript_file": "DIRECTORY/transcripts"])
        _ = try device(daemon)
        #expect(daemon.awaitVerdicts(1).count == 1)
        #expect(Poll.until(.after(.seconds(60))) { !daemon.contents(of: "transcripts").isEmpty })
        #expect(try argot(daemon, ["deny", "192.0.2.77"]).status == 0)
        let refused = try argot(daemon, ["purge", "--everything"])
        #expect(refused.status != 0 && refused.err.contains("add --yes"))
        // The journal is written behind the verdict, not before it.
        #expect(try Poll.until(.after(.seconds(60))) { try journal(daemon) == 1 })
        let report = try purge(daemon, "--everything", "--yes")
        #expect(report.verdicts == 1 && report.attempts > 0 && report.list_entries == 0)
        #expect(report.files == [daemon.path("transcripts")])
        #expect(try journal(daemon) == 0)
        #expect(try argot(daemon, ["deny"]).out == "192.0.2.77\n")
        // The next session begins new files.
        _ = try device(daemon)
        #expect(Poll.until(.after(.seconds(60))) { !daemon.contents(of: "transcripts").isEmpty })
        #expect(try purge(daemon, "--all", "--lists", "--yes").list_entries == 1)
        #expect(try argot(daemon, ["deny"]).out == "")
    }

    @Test func withoutADaemonTheDatabaseIsOpened() throws {
        let daemon = try ArgotDaemon.started()
        _ = try device(daemon)
        #expect(daemon.awaitVerdicts(1).count == 1)
        #expect(try argot(daemon, ["allow", "192.0.2.77"]).status == 0)
        #expect(try argot(daemon, ["mode", "enforce"]).status == 0)
        daemon.stop()
        #expect(try purge(daemon, "--client", "203.0.113.9").verdicts == 1)
        #expect(try purge(daemon, "--everything", "--yes").attempts > 0)
        #expect(try purge(daemon, "--everything", "--lists", "--yes").list_entries == 1)
        try daemon.start()
        #expect(try argot(daemon, ["allow"]).out == "")
        #expect(try argot(daemon, ["mode"]).out == "enforce\n")
    }

    @Test(arguments: [
        ["purge"], ["purge", "--greylist", "--older-than", "1d"], ["purge", "--client", "nobody"],
        ["purge", "--greylist", "--lists"],
    ])
    func whatIsNotClearIsRefused(_ arguments: [String]) throws {
        let daemon = try ArgotDaemon()
        let run = try argot(daemon, arguments)
        #expect(run.status == 64 && run.err.contains("Error:"))
    }
}

import ClientLab
import DaemonLab
import FakeMTA
import Foundation
import Keeping
import SMTP
import TaughtSite
import Testing

/// An untouched argotd whose site was watched for some days teaches itself, and judges by that.
@Suite("Teaching")
struct TeachingTests {
    private func argot(_ daemon: ArgotDaemon, _ words: String...) throws -> (ending: ChildProcess.Ending?, text: String)
    {
        let tag = UUID().uuidString
        let child = try ChildProcess(
            FilterProcess.executable("argot"), words + ["--config", daemon.configurationFile],
            output: daemon.path("out-\(tag)"), errors: daemon.path("err-\(tag)"))
        let ending = child.wait(until: .after(.seconds(300)))
        return (ending, daemon.contents(of: "out-\(tag)") + daemon.contents(of: "err-\(tag)"))
    }

    /// A message that looks like a bot's.
    private func deliver(to daemon: ArgotDaemon, from address: String) throws {
        let session = try daemon.session()
        _ = try session.connect(ClientPeer(ip: address))
        _ = try session.helo("BOT77")
        _ = try session.mail("<a@o77.example>")
        _ = try session.rcpt("<user1@lab.example>")
        _ = try session.data()
        _ = try session.message(MessageContent(lines: ["From: a", "To: b", "Subject: c", "", "text"]))
        try session.quit()
    }

    private func filled(days: Int) throws -> ArgotDaemon {
        let daemon = try ArgotDaemon(["log_verdicts": "all"])
        let directory = DataDirectory(daemon.path("data"))
        try FileManager.default.createDirectory(atPath: directory.path, withIntermediateDirectories: true)
        let now = Int64(Date().timeIntervalSince1970)
        // The newest day is today's.
        try MadeUpSite(days: days, start: (now / 86_400 - Int64(days)) * 86_400).fill(directory)
        return daemon
    }

    @Test func anUntouchedSiteTeachesItselfAndJudgesByThat() throws {
        let daemon = try filled(days: 8)
        try daemon.start()
        try deliver(to: daemon, from: "203.0.113.77")
        #expect(daemon.awaitVerdicts(1).first?.reasons.contains("envelope.spam") == false)
        let taught = try argot(daemon, "teach", "run")
        #expect(taught.ending == .exited(0))
        #expect(taught.text.contains("model 1, taught"))
        #expect(taught.text.contains("promoted"))
        #expect(taught.text.contains("nobody judged anything"))
        #expect(!taught.text.contains("argotd does not take it"))
        // It observes, and says what it would do.
        try deliver(to: daemon, from: "203.0.113.78")
        // At RCPT, or once the headers have come.
        let isCalledSpam = Poll.until(.after(.seconds(60))) {
            daemon.verdicts(on: "203.0.113.78").contains { $0.reasons.contains("envelope.spam") }
        }
        #expect(isCalledSpam)
        #expect(daemon.verdicts(on: "203.0.113.78").allSatisfy { $0["applied"] == "accept" })
        let status = try argot(daemon, "status")
        #expect(status.text.contains("envelopes: \(daemon.path("data"))/models/0001.envelopes"))
        let report = try argot(daemon, "report").text
        #expect(report.contains("envelope model in force: 1"))
        #expect(try argot(daemon, "models", "list").text.contains("*"))
        let back = try argot(daemon, "models", "rollback")
        #expect(back.ending == .exited(0))
        try deliver(to: daemon, from: "203.0.113.79")
        #expect(daemon.awaitVerdicts(1, on: "203.0.113.79").count >= 1)
        #expect(daemon.stop() == .exited(0))
        #expect(!daemon.verdicts(on: "203.0.113.79").contains { $0.reasons.contains("envelope.spam") })
    }

    @Test func aSiteThatWasWatchedTooShortlySaysSo() throws {
        let daemon = try filled(days: 3)
        try daemon.start()
        let taught = try argot(daemon, "teach", "run")
        #expect(taught.ending == .exited(0))
        #expect(taught.text.contains("4 are needed"))
    }

    @Test func halfATaughtModelNeverKeepsArgotdFromStarting() throws {
        let daemon = try ArgotDaemon([:])
        try FileManager.default.createDirectory(
            atPath: daemon.path("data/models"), withIntermediateDirectories: true)
        try daemon.write("argot-envelopes 1\nmoment before-d", to: "data/models/envelopes.model")
        try daemon.start()
        #expect(daemon.awaitMessage("what was learned (envelopes) stays as it is"))
        try deliver(to: daemon, from: "203.0.113.77")
        #expect(daemon.awaitVerdicts(1).count == 1)
    }
}

import ClientLab
import DaemonLab
import FakeMTA
import Testing

/// A daemon behind something that hides its clients tells no lies, and says so.
@Suite("Lies stand down")
struct LieStandDownTests {
    /// An honest message, which is taken.
    private func deliver(_ daemon: ArgotDaemon, from address: String) throws {
        let session = try daemon.session()
        _ = try session.connect(ClientPeer(name: "mail.linden.example", ip: address))
        _ = try session.helo("mail.linden.example")
        _ = try session.mail("<dora@linden.example>", "SIZE=100")
        _ = try session.rcpt("<user1@lab.example>")
        _ = try session.data()
        _ = try session.header("Subject", " x")
        _ = try session.endOfHeaders()
        _ = try session.endOfMessage()
        try session.quit()
    }

    /// What a bot is told of a recipient.
    private func bot(_ daemon: ArgotDaemon, for recipient: String) throws -> String {
        let session = try daemon.session()
        _ = try session.connect(ClientPeer(ip: "203.0.113.9"))
        _ = try session.helo("User.With.Error")
        _ = try session.mail("<x@elsewhere.example>")
        let reply = try session.rcpt("<\(recipient)>").replyText
        try session.quit()
        return reply ?? "accept"
    }

    private func status(_ daemon: ArgotDaemon) throws -> String {
        try daemon.argot(["status", "--config", daemon.configurationFile])
    }

    @Test func behindAFrontNobodyIsLiedToUntilItIsGone() throws {
        let daemon = try ArgotDaemon.started(ArgotDaemon.enforcing("fakereject"))
        #expect(try bot(daemon, for: "user1@lab.example").hasPrefix("550 5.1.1"))
        #expect(try status(daemon).contains("lies      1 new this hour"))
        for _ in 0..<40 { try deliver(daemon, from: "192.0.2.10") }
        // Even what was told before is not told again.
        #expect(try bot(daemon, for: "user1@lab.example").hasPrefix("451"))
        #expect(daemon.awaitVerdicts(2, on: "203.0.113.9").contains { $0.reasons.contains("lie.front") })
        #expect(try status(daemon).contains("lies      none: one address brings most of the mail"))
        #expect(daemon.awaitMessage("no fake rejections are given: one address brings most of the mail"))
        for number in 1...80 { try deliver(daemon, from: "198.51.\(number).10") }
        #expect(try bot(daemon, for: "user1@lab.example").hasPrefix("550 5.1.1"))
        #expect(daemon.stop() == .exited(0))
        // What it has learned of its clients' recipients outlives it.
        let learned = daemon.contents(of: "data/lies.share").split(separator: " ")
        #expect(learned.count == 3 && (Double(learned[1]) ?? 0) > 50)
    }
}

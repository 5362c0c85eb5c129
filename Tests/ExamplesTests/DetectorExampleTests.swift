import Decision
import Dialects
import Examples
import KeyedHashing
import Policy
import SMTP
import Testing

/// A detector that is not Argot's own is plugged in, and what it finds counts as what any detector finds.
@Suite("Example: a detector")
struct DetectorExampleTests {
    /// The decision on a recipient of a client whose address has no name, or has one.
    private func decision(
        mail: String = "<a@example.net>", recipient: String = "<user1@lab.example>",
        _ resolution: HostResolution = .fail, isPluggedIn: Bool = true
    ) throws -> Decision {
        var policy = PolicyConfiguration()
        (policy.mode, policy.nameLookups) = (.enforce, .yes)
        let snapshot = DecisionSnapshot(
            model: DialectModel(dialects: []), modelSource: "none", policy: policy,
            otherDetectors: isPluggedIn ? [{ _ in SourceRouteDetector() }] : [])
        let peers = SessionPeers(
            client: ClientAddress("203.0.113.9"), clientPort: 4_242,
            clientName: resolution == .ok ? "mail.example.net" : nil, resolution: resolution,
            server: ClientAddress("198.51.100.25"), serverPort: 25, serverName: "mx.lab.example", mta: .postfix)
        let judge = SessionJudge(
            id: "s", snapshot: snapshot, memory: DecisionMemory(key: try HashingKey(bytes: 1...32), policy: policy),
            peers: peers)
        let now = UnixTime(seconds: 1_700_000_000)
        for (kind, text) in [(.helo, "mail.example.net"), (.mail, mail)] as [(SessionEvent.Kind, String)] {
            let bytes = Array(text.utf8)
            _ = judge.take(kind, bytes.span, at: now)
        }
        let bytes = Array(recipient.utf8)
        return try #require(judge.take(.rcpt, bytes.span, at: now).decision)
    }

    @Test(
        "its finding and another detector's lead to a verdict",
        arguments: [
            ("<@relay.example:a@example.net>", "<user1@lab.example>"),
            ("<a@example.net>", "<@lab.example:user1@lab.example>"),
        ])
    func counts(mail: String, recipient: String) throws {
        let decision = try decision(mail: mail, recipient: recipient)
        #expect(decision.reply?.isTemporary == true)
        #expect(decision.record.words.contains("route.source") && decision.record.words.contains("name.missing"))
    }

    @Test("by itself it leads to none, nor does the other one alone")
    func alone() throws {
        let routed = "<@relay.example:a@example.net>"
        #expect(try decision(mail: routed, .ok).reply == nil)
        #expect(try decision().reply == nil)
        #expect(try decision(mail: routed, isPluggedIn: false).reply == nil)
    }
}

import Dialects
import KeyedHashing
import Memory
import Policy
import SMTP
import Testing

@testable import Decision

/// One refusal for now to who may be a bot and may not (B@bel, section 4).
@Suite("Live probes")
struct LiveProbeTests {
    /// A server and a bot that differ only after a refusal.
    private static let model: String = {
        func dialect(_ name: String, _ dialectClass: String, _ next: String) -> String {
            """
            dialect \(name) \(dialectClass)
              origin test
              state ehlo EHLO {fqdn}
              state mail MAIL FROM:<{addr}> ODD={x}
              state rcpt RCPT TO:<{addr}>
              state data DATA
              state message {message}
              \(next == "rset" ? "state rset RSET\n  on rset 250 to mail" : "")
              on start 220 to ehlo
              on ehlo 250 to mail
              on mail 250 to rcpt
              on rcpt 250 to rcpt data
              on rcpt 450 to \(next)
              on data 354 to message
              final good message

            """
        }
        return "argot-dialects 1\n" + dialect("server", "mta", "rset") + dialect("engine", "bot", "rcpt data")
    }()

    private struct Site {
        let snapshot: DecisionSnapshot
        let memory: DecisionMemory

        init(_ change: (inout PolicyConfiguration) -> Void = { _ in }) throws {
            var policy = PolicyConfiguration()
            policy.mode = .enforce
            policy.asksLive = true
            policy.greylist.delay = 60
            change(&policy)
            let model = try DialectDocument.model(from: LiveProbeTests.model, file: "test").get()
            snapshot = DecisionSnapshot(model: model, modelSource: "test", policy: policy, matching: .paper)
            memory = DecisionMemory(key: try HashingKey(bytes: 1...32), policy: policy)
        }

        func client(_ address: String = "203.0.113.9") -> SessionJudge {
            let peers = SessionPeers(
                client: ClientAddress(address), clientPort: 4_242, clientName: "host.maple.example",
                resolution: .ok, mta: .sendmail)
            let judge = SessionJudge(id: "s", snapshot: snapshot, memory: memory, peers: peers)
            judge.take(.helo, "host.maple.example")
            judge.take(.proto, "ESMTP")
            mail(judge)
            return judge
        }

        func mail(_ judge: SessionJudge) {
            judge.take(.mail, "<a@maple.example>", "ODD=1")
        }

        func recipient(_ judge: SessionJudge, _ name: String = "user1", at time: Int64 = 0) -> Decision {
            guard let decision = judge.take(.rcpt, "<\(name)@lab.example>", at: time) else {
                preconditionFailure("RCPT without a decision")
            }
            return decision
        }
    }

    @Test func whoMayBeABotIsAskedOnce() throws {
        let site = try Site()
        let client = site.client()
        let asked = site.recipient(client)
        #expect(asked.record.applied == .tempfail)
        #expect(asked.reply?.isTemporary == true && asked.reply?.description.hasPrefix("45") == true)
        #expect(asked.record.words == ["greylist.new", "probe.rcpt.code.450"])
        #expect(asked.question?.variation.id == "rcpt.code.450")
        // What it does next is the answer; it is not asked again.
        client.take(.abort)
        site.mail(client)
        #expect(client.match.dialects.map(\.name) == ["server"])
        let next = site.recipient(client, "user2")
        #expect(next.reply == nil && next.question == nil && next.record.words == ["none"])
    }

    @Test func theAnswerConvicts() throws {
        let site = try Site()
        let client = site.client()
        #expect(site.recipient(client).question != nil)
        let next = site.recipient(client, "user2")
        #expect(next.record.dialect == "engine")
        #expect(next.record.words.contains("dialect.bot") && next.record.applied == .tempfail)
    }

    @Test func whoComesBackIsLetIn() throws {
        let site = try Site()
        let first = site.client()
        #expect(site.recipient(first).reply != nil)
        let early = site.client()
        #expect(site.recipient(early, at: 5).reply != nil)
        let late = site.client()
        let decision = site.recipient(late, at: 90)
        #expect(decision.reply == nil && decision.question == nil)
        #expect(decision.record.words == ["greylist.passed"])
    }

    @Test func itIsOffByDefault() throws {
        #expect(!PolicyConfiguration().asksLive)
        let site = try Site { $0.asksLive = false }
        let client = site.client()
        let decision = site.recipient(client)
        #expect(decision.reply == nil && decision.record.words == ["none"])
    }

    @Test func inObserveNobodyIsAsked() throws {
        let site = try Site { $0.mode = .observe }
        let client = site.client()
        let decision = site.recipient(client)
        #expect(decision.reply == nil && decision.question == nil)
        #expect(decision.record.verdict == .tempfail && decision.record.applied == .accept)
    }

    @Test func theExemptAndTheKnownAreNotAsked() throws {
        let allowed = try Site { $0.allowedAddresses = [AddressPrefix("203.0.113.0/24")].compactMap(\.self) }
        let client = allowed.client()
        #expect(allowed.recipient(client).reply == nil)

        let site = try Site()
        let seen = ClientRecord(
            firstSeen: UnixTime(seconds: -30 * 86_400), lastSeen: UnixTime(seconds: -86_400), count: 1)
        let key = site.memory.key.keys(of: try #require(ClientAddress("203.0.113.9"))).client
        site.memory.restore(clients: [(key, seen)], at: UnixTime(seconds: 0))
        let known = site.client()
        #expect(site.recipient(known).question == nil)

        let postmaster = site.client("203.0.113.77")
        #expect(site.recipient(postmaster, "postmaster").question == nil)
    }

    @Test func whatIsNotEnforcedIsNotAsked() throws {
        let site = try Site { $0.enforcedVerdicts = [] }
        let client = site.client()
        #expect(site.recipient(client).reply == nil)
    }
}

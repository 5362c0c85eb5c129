import Dialects
import KeyedHashing
import Policy
import SMTP
import Testing

@testable import Decision

/// What headers add to what was known before them.
@Suite("Verdicts on messages")
struct MessageVerdictTests {
    private struct Client {
        var judge: SessionJudge

        init(
            mode: EnforcementMode = .enforce, judgesHeaders: Bool = true, helo: String = "EHLO",
            memory: DecisionMemory? = nil,
            dialects: String
        ) throws {
            var policy = PolicyConfiguration()
            policy.mode = mode
            policy.judgesHeaders = judgesHeaders
            policy.greylist.delay = 60
            let model = try DialectDocument.model(from: "argot-dialects 1\n" + dialects, file: "test").get()
            let snapshot = DecisionSnapshot(model: model, modelSource: "test", policy: policy, matching: .paper)
            let peers = SessionPeers(
                client: ClientAddress("203.0.113.9"), clientPort: 4_242, clientName: "host.maple.example",
                resolution: .ok, mta: .postfix)
            judge = SessionJudge(
                id: "s", snapshot: snapshot, memory: memory ?? DecisionMemory(key: .random(), policy: policy),
                peers: peers)
        }

        mutating func send(_ headers: [(String, String)], at time: Int64 = 0) -> (rcpt: Decision, end: Decision?) {
            judge.take(.helo, "host.maple.example")
            judge.take(.mail, "<a@maple.example>")
            guard let decision = judge.take(.rcpt, "<user1@lab.example>", at: time) else {
                preconditionFailure("RCPT without a decision")
            }
            judge.take(.data)
            for (name, value) in headers { judge.take(.header, name, value) }
            judge.take(.eoh)
            return (decision, judge.take(.eom, at: time))
        }
    }

    /// A library that says who it is.
    static let library = """
        dialect lib library
          origin test
          state ehlo EHLO {fqdn}
          state mail MAIL FROM:<{addr}>
          state rcpt RCPT TO:<{addr}>
          state data DATA
          state message {message}
          on start 220 to ehlo
          on ehlo 250 to mail
          on mail 250 to rcpt
          on rcpt 250 to data
          on data 354 to message
          final good message
        """

    static let mta = library.replacing("dialect lib library", with: "dialect big mta")

    static let outlook = [
        ("From", " a@maple.example"), ("X-Mailer", " Microsoft Outlook 16.0"),
        ("Message-ID", " <000001d6$8a7b$4c20@host>"),
    ]

    @Test func aFalseClaimIsGreylistedAtTheEndOfTheMessage() throws {
        var client = try Client(dialects: Self.library)
        let (rcpt, end) = client.send(Self.outlook)
        #expect(rcpt.record.applied == .accept)
        let decision = try #require(end)
        #expect(decision.record.words.contains("claim.mailer"))
        #expect(decision.record.words.contains("message.headers"))
        #expect(decision.record.applied == .tempfail && decision.reply?.isTemporary == true)
    }

    @Test func whoComesBackPasses() throws {
        let memory = DecisionMemory(key: .random(), policy: PolicyConfiguration())
        var first = try Client(memory: memory, dialects: Self.library)
        #expect(first.send(Self.outlook).end?.record.applied == .tempfail)
        var second = try Client(memory: memory, dialects: Self.library)
        let decision = try #require(second.send(Self.outlook, at: 3_600).end)
        #expect(decision.record.applied == .accept && decision.reply == nil)
    }

    @Test func anMTAContradictsNothing() throws {
        var client = try Client(dialects: Self.mta)
        #expect(client.send(Self.outlook).end == nil)
    }

    @Test func whoIsUnknownContradictsNothing() throws {
        var client = try Client(dialects: Self.library.replacing("FROM:<{addr}>", with: "FROM:<{addr}> SIZE={n}"))
        #expect(client.send(Self.outlook).end == nil)
    }

    @Test func itCanBeSwitchedOff() throws {
        var client = try Client(judgesHeaders: false, dialects: Self.library)
        #expect(client.send(Self.outlook).end == nil)
    }

    @Test func inObserveItIsLoggedOnly() throws {
        var client = try Client(mode: .observe, dialects: Self.library)
        let decision = try #require(client.send(Self.outlook).end)
        #expect(decision.record.verdict == .tempfail && decision.record.applied == .accept && decision.reply == nil)
    }

    @Test func honestHeadersSayNothing() throws {
        var client = try Client(dialects: Self.library)
        #expect(client.send([("From", " a@maple.example"), ("Subject", " hello")]).end == nil)
    }
}

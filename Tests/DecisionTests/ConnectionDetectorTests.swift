import Dialects
import Memory
import Policy
import SMTP
import Testing

@testable import Decision

/// Hello and SYN in sessions: what they say is found where clients come by ways of their own, and decides nothing alone.
struct ConnectionDetectorTests {
    private static let openssl = "t13i871000_c66346c74e42_24695f2957a7"
    private static let goHello = "t13i190800_9dc949149365_e7c285222651"
    private static let linux = "64240/57/mss1460,sok,ts,nop,ws7"
    private static let windows = "8192/116/mss1460,nop,ws8,nop,nop,sok"

    private static let text = """
        argot-dialects 2
        dialect relay mta
          origin test
          state ehlo EHLO {fqdn}
          state mail MAIL FROM:<{path}>
          state rcpt RCPT TO:<{addr}>
          on start 220 to ehlo
          on ehlo 250 to mail
          on mail 250 to rcpt
          final good rcpt
          tls openssl
          hello \(openssl)
          tcp linux
        dialect script library
          origin test
          state ehlo EHLO {label}
          state mail MAIL FROM:<{path}>
          state rcpt RCPT TO:<{addr}>
          on start 220 to ehlo
          on ehlo 250 to mail
          on mail 250 to rcpt
          final good rcpt
          tls go
          hello \(goHello)
        dialect engine bot
          origin test
          state ehlo EHLO {ip}
          state mail MAIL FROM:<{path}>
          state rcpt RCPT TO:<{addr}>
          on start 220 to ehlo
          on ehlo 250 to mail
          on mail 250 to rcpt
          final good rcpt
          syn 128/mss

        """

    private let snapshot: DecisionSnapshot
    private let memory: DecisionMemory

    init() throws {
        var policy = PolicyConfiguration()
        policy.nameLookups = .yes
        policy.mode = .enforce
        policy.certainAction = .reject
        policy.enforcedVerdicts = Set(Verdict.allCases)
        snapshot = DecisionSnapshot(
            model: try DialectDocument.model(from: Self.text, file: "test").get(), modelSource: "test", policy: policy,
            matching: .paper, vantages: [.milterPostfixTap])
        memory = try Site.memory(for: snapshot)
    }

    /// Clients of so many networks come, so many hops away.
    private func come(_ networks: Int, hops: (Int) -> Int) {
        for number in 0..<networks {
            let judge = judge(ClientAddress("10.\(number / 256).\(number % 256).1"))
            judge.take(.tcp, "64240/\(hops(number))/mss1460,sok,ts,nop,ws7")
        }
    }

    private func judge(_ client: ClientAddress? = ClientAddress("192.0.2.10")) -> SessionJudge {
        var peers = SessionPeers(client: client, clientPort: 4_242)
        peers.clientName = "mail.maple.example"
        peers.resolution = .ok
        return SessionJudge(
            id: "s", snapshot: snapshot, memory: memory, peers: peers, vantage: .milterPostfixTap,
            fallback: .milterPostfix)
    }

    /// The decision on a client that greets so, with these traits.
    private func decision(_ helo: String, syn: String? = nil, hello: String? = nil) throws -> Decision {
        let judge = judge()
        if let syn { judge.take(.tcp, syn) }
        judge.take(.line, "EHLO \(helo)\0whole")
        judge.take(.helo, helo)
        if let hello { judge.take(.hello, hello) }
        judge.take(.line, "MAIL FROM:\0path")
        judge.take(.mail, "<a@maple.example>")
        judge.take(.line, "RCPT TO:\0path")
        let decision = judge.take(.rcpt, "<b@example.org>")
        return try #require(decision)
    }

    private func words(_ helo: String, syn: String? = nil, hello: String? = nil) throws -> [String] {
        try decision(helo, syn: syn, hello: hello).record.words.filter { $0.hasPrefix("t") }
    }

    @Test("What contradicts speech is found, and alone changes nothing")
    func contradictions() throws {
        come(20) { 40 + $0 }
        #expect(try words("mail.maple.example", syn: Self.linux, hello: Self.openssl) == [])
        #expect(try words("mail.maple.example", hello: Self.goHello) == ["tls.other"])
        #expect(try words("mail.maple.example", syn: Self.windows) == ["tcp.other"])
        let both = try decision("mail.maple.example", syn: Self.windows, hello: Self.goHello)
        #expect(both.record.words == ["tls.other", "tcp.other"] && both.record.verdict == .accept && both.reply == nil)
        #expect(both.record.dialectState.hasSuffix(" tls=go tcp=windows"))
        // A script that speaks for itself, and a host of which nothing is known.
        #expect(try words("maple", syn: Self.windows, hello: Self.goHello) == [])
        #expect(try words("mail.maple.example", syn: "nonsense", hello: "nonsense") == [])
    }

    @Test("A bot's own SYN confirms its speech")
    func own() throws {
        come(20) { 40 + $0 }
        #expect(try decision("198.51.100.7", syn: Self.windows).record.verdict == .tempfail)
        let own = try decision("198.51.100.7", syn: "512/100/mss1460")
        #expect(own.record.words.contains("tcp.own") && own.record.verdict == .reject)
        #expect(try words("mail.maple.example", syn: "512/100/mss1460") == [])
    }

    @Test("Behind a front, and before many clients have come, they do not count")
    func fronts() throws {
        #expect(memory.ways == "unknown")
        #expect(try words("mail.maple.example", syn: Self.windows) == [])
        // All by one way, whatever their own systems are.
        come(200) { _ in 61 }
        #expect(memory.ways == "front")
        #expect(try words("mail.maple.example", syn: Self.windows, hello: Self.goHello) == [])
        // Bots of one network that vary do not change it.
        for hops in 30..<128 {
            let judge = judge(ClientAddress("192.0.2.\(hops)"))
            judge.take(.tcp, "64240/\(hops)/mss1460,sok,ts,nop,ws7")
        }
        #expect(memory.ways == "front")
        come(200) { 40 + $0 % 20 }
        #expect(memory.ways == "direct")
        #expect(try words("mail.maple.example", syn: Self.windows) == ["tcp.other"])
    }

    @Test("A replay of transcripts judges by them as it was judged")
    func replayed() throws {
        let replay = TranscriptReplay(snapshot: snapshot, memory: memory)
        func transcript(_ client: String, _ events: [(SessionEvent.Kind, String)]) -> SessionTranscript {
            var log = EventLog()
            for (kind, text) in events { log.append(kind, Array(text.utf8)[...], at: 0) }
            var peers = SessionPeers(client: ClientAddress(client), clientPort: 4_242)
            (peers.clientName, peers.resolution) = ("mail.maple.example", .ok)
            return SessionTranscript(
                id: client, source: "argotd", began: 0, vantage: .milterPostfixTap, peers: peers, events: log,
                ending: .unknown)
        }
        for number in 1...20 {
            _ = replay.outcome(
                of: transcript("10.0.\(number).1", [(.tcp, "64240/\(40 + number)/mss1460,sok,ts,nop,ws7")]))
        }
        let judged = try #require(
            replay.outcome(
                of: transcript(
                    "192.0.2.10",
                    [
                        (.tcp, Self.windows), (.line, "EHLO mail.maple.example\0whole"), (.helo, "mail.maple.example"),
                        (.line, "MAIL FROM:\0path"), (.mail, "<a@maple.example>"), (.line, "RCPT TO:\0path"),
                        (.rcpt, "<b@example.org>"),
                    ])))
        #expect(judged.decisions.first?.record.words == ["tcp.other"])
        #expect(judged.states.hasSuffix("tcp=windows"))
    }

    @Test("Nothing is compiled for them where no tap is, until a transcript brings one")
    func lazily() throws {
        let plain = DecisionSnapshot(
            model: snapshot.model, modelSource: "test", policy: snapshot.policy.configuration, matching: .paper,
            vantages: [.milterPostfix, .milterPostfixWire])
        #expect(!plain.connections.isMade && snapshot.connections.isMade)
        let judge = SessionJudge(
            id: "s", snapshot: plain, memory: memory,
            peers: SessionPeers(client: ClientAddress("192.0.2.9"), clientPort: 1), vantage: .milterPostfix)
        judge.take(.helo, "mail.maple.example")
        #expect(!plain.connections.isMade)
        judge.take(.tcp, Self.linux)
        #expect(plain.connections.isMade)
        #expect(judge.states.hasSuffix("tcp=linux"))
    }
}

import Dialects
import Sink
import SMTP
import Testing

@Suite("The coverage advisor")
struct CoverageAdvisorTests {
    /// One session of a simple client that goes on after anything, says HELO when EHLO fails, and RSET when RCPT does.
    private func playSession(_ history: ProbeHistory, name: String, mode: SinkMode) -> [ReplyVariation] {
        let client = ProbedClient(address: ClientAddress("192.0.2.7"))
        var session = PlannedSession(mode: mode, choice: .advisor(CoverageAdvisor(), history), client: client)
        session.wait(seconds: 6)
        func say(_ text: String) -> String {
            let first = session.client(text + "\r\n")
            return first + session.wait(seconds: 6)
        }
        if say("EHLO \(name)").hasPrefix("500") { _ = say("HELO \(name)") }
        _ = say("MAIL FROM:<a@b>")
        if say("RCPT TO:<c@d>").hasPrefix("450") { _ = say("RSET") }
        if say("DATA").hasPrefix("354") { _ = say("x\r\n.") }
        _ = say("QUIT")
        session.hand(.inputClosed)
        history.add(
            session.plan.client, played: session.plan.played.map(\.variation), reached: session.plan.reached)
        return session.plan.played.map(\.variation)
    }

    @Test func oneClientIsAskedEverythingItPasses() {
        let history = ProbeHistory()
        var plays: [ReplyVariation: Int] = [:]
        let stages: Set<ProbeStage> = [.greeting, .ehlo, .helo, .mail, .rcpt, .data, .endOfData, .rset, .quit]
        let wanted = VariationCatalogue.all.filter { stages.contains($0.stage) }
        var sessions = 0
        while !wanted.allSatisfy({ plays[$0, default: 0] > 0 }), sessions < 400 {
            for variation in playSession(history, name: "c.example", mode: .learn) { plays[variation, default: 0] += 1 }
            sessions += 1
        }
        let missing = wanted.filter { plays[$0, default: 0] == 0 }.map(\.id)
        #expect(missing.isEmpty, "never asked in \(sessions) sessions: \(missing)")
        #expect(sessions <= wanted.count + 30)
    }

    @Test func theFirstQuestionsComeFromAllOverTheDialogue() {
        let history = ProbeHistory()
        let first = (0..<9).flatMap { _ in playSession(history, name: "c.example", mode: .learn) }
        #expect(first.first?.id == "rcpt.mixed.250-550", "the paper's question separates best")
        #expect(Set(first.map(\.stage)).count >= 6)
    }

    @Test func onAnMXOnlyHarmlessQuestionsAreAsked() {
        let history = ProbeHistory()
        var asked: Set<ReplyVariation> = []
        for _ in 0..<200 { asked.formUnion(playSession(history, name: "c.example", mode: .safe)) }
        #expect(asked.allSatisfy { $0.harm == .none })
        let stages: Set<ProbeStage> = [.greeting, .ehlo, .mail, .rcpt, .data, .endOfData, .quit]
        let wanted = VariationCatalogue.all.filter { stages.contains($0.stage) && $0.harm == .none }
        #expect(asked.isSuperset(of: wanted))
    }

    @Test func clientsBehindOneAddressAreAllAsked() {
        let history = ProbeHistory()
        for number in 0..<120 {
            let asked = playSession(history, name: "c\(number % 3).example", mode: .learn)
            #expect(!asked.isEmpty, "session \(number)")
        }
    }

    @Test func theHistoryIsBounded() {
        let history = ProbeHistory(limit: 100)
        for number in 0..<5_000 as Range<UInt32> {
            history.add(ProbedClient(address: ClientAddress(ipv4: number)), played: [], reached: [.greeting])
        }
        #expect(history.count <= 100)
        let last = ProbedClient(address: ClientAddress(ipv4: 4_999))
        #expect(history.record(of: last).sessions == 1)
    }

    @Test func namesAtOneAddressAreKeptApart() {
        let history = ProbeHistory()
        for _ in 0..<20 { _ = playSession(history, name: "one.example", mode: .learn) }
        let other = ProbedClient(address: ClientAddress("192.0.2.7"), greetedAs: Array("two.example".utf8))
        #expect(history.record(of: other) == ProbeRecord())
    }
}

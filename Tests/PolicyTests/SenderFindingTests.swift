import Policy
import SMTP
import Testing

/// What a sender's score may lead to, and what never.
struct SenderFindingTests {
    static func finding(_ probability: Double, _ confidence: Double) -> SenderFinding {
        SenderFinding(probability: probability, confidence: confidence, cluster: 3, domains: 4, age: 120)
    }

    @Test(arguments: [(0.96, 0.6, true), (0.94, 0.6, false), (0.96, 0.4, false), (0.95, 0.45, true)])
    func bothThresholdsMustBeMet(probability: Double, confidence: Double, isSignal: Bool) {
        let evidence = Showing.clean.with { $0.senderFinding = Self.finding(probability, confidence) }
        #expect(policy().signals(in: evidence) == (isSignal ? [.senderCluster] : []))
        #expect(policy().judgement(for: evidence).desert == (isSignal ? .greylist : .accept))
    }

    @Test("The score never makes anything certain: not with a bot's dialect, not with a trap, not with HELO")
    func neverCertain() {
        let changes: [(inout Showing) -> Void] = [
            { $0.dialect = .bot }, { $0.resolution = .fail }, { $0.heloShape = nil },
            { $0.recipient = MailAddress(argument: Array("<trap@example.org>".utf8)) },
        ]
        for change in changes {
            let evidence = Showing.clean.with {
                $0.senderFinding = Self.finding(1, 1)
                change(&$0)
            }
            #expect(policy().judgement(for: evidence).signals.contains(.senderCluster))
            #expect(policy().judgement(for: evidence).desert == .greylist)
        }
    }

    @Test func itIsShownInOneWord() {
        #expect(Self.finding(0.973, 0.6).description == "p=0.97,confidence=0.60,cluster=3,domains=4,age=120s")
    }
}

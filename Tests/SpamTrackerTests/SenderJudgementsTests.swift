import SMTP
import SpamTracker
import Testing

/// What is said of single messages becomes a word on their sender, and how far it goes.
struct SenderJudgementsTests {
    private static let day: Int64 = 86_400

    private func evidence(_ judgements: SenderJudgements, _ days: ClosedRange<Int64> = 0...99) -> LabelEvidence? {
        judgements.evidence(
            from: UnixTime(seconds: days.lowerBound * Self.day),
            until: UnixTime(seconds: (days.upperBound + 1) * Self.day))
    }

    @Test(
        "a sender is judged by most of its messages", arguments: [(9, 4, nil), (9, 5, true), (1, 1, true), (8, 4, nil)])
    func share(messages: Int, spam: Int, isSpam: Bool?) {
        var said = SenderJudgements()
        said.add(messages: messages, onDay: 3)
        said.add(.spam, rank: 3, count: spam, onDay: 3)
        #expect((evidence(said) == .judged(.spam, rank: 3)) == (isSpam ?? false))
        #expect(isSpam != nil || evidence(said) == nil)
    }

    @Test("the best rank that says anything holds, and honest where it is divided")
    func ranks() {
        var said = SenderJudgements()
        said.add(messages: 10, onDay: 3)
        #expect(evidence(said) == nil)
        said.add(.spam, rank: 4, count: 9, onDay: 3)
        #expect(evidence(said) == .judged(.spam, rank: 4))
        said.add(.honest, rank: 3, count: 1, onDay: 3)
        #expect(evidence(said) == .judged(.honest, rank: 3))
        said.add(.spam, rank: 3, count: 1, onDay: 3)
        #expect(evidence(said) == .judged(.honest, rank: 3))
        // A person who is wrong about one of ten messages does not make a spammer of their sender.
        said.add(.spam, rank: 1, count: 1, onDay: 3)
        #expect(evidence(said) == nil)
    }

    @Test("only the days of a span are asked about")
    func spans() {
        var said = SenderJudgements()
        for day in Int64(0)..<6 { said.add(messages: 1, onDay: day) }
        for day in Int64(4)..<6 { said.add(.spam, rank: 3, count: 1, onDay: day) }
        #expect(evidence(said, 0...3) == nil && evidence(said, 4...9) == .judged(.spam, rank: 3))
        // Two of six.
        #expect(evidence(said) == nil && evidence(said, 3...5) == .judged(.spam, rank: 3))
        let noon = UnixTime(seconds: 4 * Self.day + 43_200)
        #expect(said.evidence(from: noon, until: noon + 60) == .judged(.spam, rank: 3))
        #expect(said.evidence(from: noon + -Self.day, until: noon + -43_200) == nil)
    }
}

import SpamTracker
import Testing

@Suite("Labels")
struct LabelPolicyTests {
    @Test("a dialect verdict labels only when allowed, and never when it used a sender score")
    func guardsAgainstLearningFromItself() {
        let evidence = [LabelEvidence.botDialect(usedSenderScore: false)]
        let circular = [LabelEvidence.botDialect(usedSenderScore: true)]
        #expect(LabelPolicy().label(for: evidence) == nil)
        #expect(LabelPolicy(learnsFromDialects: true).label(for: evidence) == .spam)
        #expect(LabelPolicy(learnsFromDialects: true).label(for: circular) == nil)
    }

    @Test("the administrator outranks a trap, that an imported judgement, that a blocklist, that a dialect")
    func ranksSources() {
        let policy = LabelPolicy(learnsFromDialects: true)
        #expect(policy.label(for: [.trap, .administrator(.honest), .blocklist]) == .honest)
        #expect(policy.label(for: [.imported(.honest), .trap]) == .spam)
        #expect(policy.label(for: [.blocklist, .imported(.honest)]) == .honest)
        #expect(policy.label(for: [.botDialect(usedSenderScore: false), .blocklist]) == .spam)
    }

    @Test("where equals disagree the sender is honest, in either order")
    func doubtsInFavour() {
        let spamFirst: [LabelEvidence] = [.imported(.spam), .imported(.honest)]
        #expect(LabelPolicy().label(for: spamFirst) == .honest)
        #expect(LabelPolicy().label(for: spamFirst.reversed()) == .honest)
        #expect(LabelPolicy().label(for: [LabelEvidence]()) == nil)
    }

    @Test("judgements of messages stand where their source does")
    func judgements() {
        func label(_ evidence: LabelEvidence...) -> SenderLabel? {
            let label = LabelPolicy().label(for: evidence)
            #expect(LabelPolicy().label(for: evidence.reversed()) == label)
            return label
        }
        #expect(label(.judged(.spam, rank: 1), .trap) == .spam && label(.judged(.honest, rank: 1), .trap) == .honest)
        #expect(label(.administrator(.spam), .judged(.honest, rank: 1)) == .spam)
        #expect(label(.trap, .judged(.honest, rank: 3)) == .spam && label(.trap, .judged(.honest, rank: 2)) == .honest)
        #expect(label(.imported(.honest), .judged(.spam, rank: 4)) == .honest)
        #expect(label(.blocklist, .judged(.honest, rank: 4)) == .honest)
        for rank in [Int.min, 0, 5, .max] { #expect(label(.judged(.spam, rank: rank)) == .spam) }
    }
}

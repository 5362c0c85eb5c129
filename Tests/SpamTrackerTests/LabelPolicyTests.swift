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
}

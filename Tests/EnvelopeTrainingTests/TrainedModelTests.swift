import Seeded
import Testing

@testable import EnvelopeTraining
@testable import Envelopes

/// What the daemon makes of a model and of answers, on judged mail that is made up.
@Suite struct TrainedModelTests {
    @Test func theDocumentHoldsTheWholeModel() throws {
        let model = try EnvelopeTrainer().model(of: Synthetic.records(300, seed: 61), source: "made up")
        let text = EnvelopeModelDocument.text(for: model)
        let again = try EnvelopeModelDocument.model(from: text.utf8, file: "m")
        #expect(EnvelopeModelDocument.text(for: again) == text)
        #expect(again.origin == model.origin)
        for record in Synthetic.records(50, seed: 62) {
            for moment in EnvelopeMoment.allCases {
                #expect(
                    again.evidence(of: record.observer, at: moment) == model.evidence(of: record.observer, at: moment))
            }
        }
    }

    @Test func hashesAndTextsAreTheSameAnswers() throws {
        var generator = SeededGenerator(seed: 21)
        for _ in 0..<200 {
            let observer = Synthetic.record(isSpam: Bool.random(using: &generator), &generator).observer
            var hashes: [UInt64] = []
            var texts: [UInt64] = []
            observer.visit(at: .afterHeaders) { (token: HashedToken) in hashes.append(token.hash) }
            observer.visit(at: .afterHeaders) { (token: TextToken) in texts.append(token.hashed.hash) }
            #expect(hashes == texts)
            #expect(!hashes.isEmpty)
        }
    }
}

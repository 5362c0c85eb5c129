import SMTP
import Seeded
import Testing

@testable import EnvelopeTraining
@testable import Envelopes

@Suite struct EnvelopeTrainerTests {
    private func evaluation(_ model: EnvelopeModel, _ records: [EnvelopeRecord], _ moment: EnvelopeMoment) -> Double {
        RankingEvaluation(
            records.map {
                .init(
                    score: model.evidence(of: $0.observer, at: moment).logLikelihoodRatio, isSpam: $0.isSpam,
                    client: $0.client)
            }
        ).areaPerSender ?? 0
    }

    @Test func aModelTellsApartWhatItHasNotSeen() throws {
        let model = try EnvelopeTrainer().model(of: Synthetic.records(1500, seed: 41), source: "made up")
        let later = Synthetic.records(800, seed: 42)
        for moment in EnvelopeMoment.allCases {
            // 80 % of spam and 10 % of honest mail look bad: no classifier can do better than about 0.85.
            let area = evaluation(model, later, moment)
            #expect(area > 0.8)
            #expect(area < 0.9)
        }
    }

    @Test func probabilitiesAreThoseOfTheData() throws {
        let model = try EnvelopeTrainer().model(of: Synthetic.records(4000, seed: 43), source: "made up")
        var generator = SeededGenerator(seed: 44)
        var bad = Synthetic.record(isSpam: true, &generator)
        while bad.isExtended == true { bad = Synthetic.record(isSpam: true, &generator) }
        var good = Synthetic.record(isSpam: false, &generator)
        while good.isExtended == false { good = Synthetic.record(isSpam: false, &generator) }
        for moment in EnvelopeMoment.allCases {
            // Of what looks bad 8 in 9 are spam; of what looks good 2 in 11.
            #expect(abs(model.evidence(of: bad.observer, at: moment).probability() - 8.0 / 9) < 0.08)
            #expect(abs(model.evidence(of: good.observer, at: moment).probability() - 2.0 / 11) < 0.08)
        }
    }

    @Test func theSameRecordsGiveTheSameModel() throws {
        let records = Synthetic.records(400, seed: 45)
        let texts = try (0..<2).map { _ in
            EnvelopeModelDocument.text(for: try EnvelopeTrainer().model(of: records, source: "made up"))
        }
        #expect(texts[0] == texts[1])
    }

    @Test func whatTooFewOrganisationsSayIsNotLearned() throws {
        var records = Synthetic.records(400, seed: 46)
        for index in 0..<4 {
            records[index].clientName = "mail.rare\(index).example"
            records[index].headers = ["X-Secret-Name"]
        }
        func learned() throws -> Bool {
            try EnvelopeTrainer().model(of: records, source: "made up").afterHeaders.weights.contains {
                $0.token == TextToken(.headerName, Array("X-Secret-Name".utf8))
            }
        }
        #expect(try !learned())
        records[4].clientName = "mail.rare4.example"
        records[4].headers = ["X-Secret-Name"]
        #expect(try learned())
    }

    @Test func whatWasNeverSeenWeighsNothing() throws {
        let model = try EnvelopeTrainer().model(of: Synthetic.records(400, seed: 47), source: "made up")
        var generator = SeededGenerator(seed: 48)
        var record = Synthetic.record(isSpam: false, &generator)
        record.headers = []
        record.mailer = nil
        let before = model.evidence(of: record.observer, at: .afterHeaders).logLikelihoodRatio
        var observer = record.observer
        observer.take(.helo(HELOShape(form: .malformed)), Array("::nobody has this".utf8).span)
        let contributions = model.contributions(of: observer, at: .afterHeaders)
        #expect(contributions.allSatisfy { !$0.group.word.hasPrefix("helo.") })
        #expect(before.isFinite)
    }

    @Test func contributionsAddUpToTheEvidence() throws {
        let model = try EnvelopeTrainer().model(of: Synthetic.records(600, seed: 49), source: "made up")
        for record in Synthetic.records(50, seed: 50) {
            for moment in EnvelopeMoment.allCases {
                let part = model[moment]
                let sum = model.contributions(of: record.observer, at: moment).reduce(0) { $0 + $1.weight }
                let whole = model.evidence(of: record.observer, at: moment).logLikelihoodRatio
                #expect(abs(sum + part.slope * part.bias + part.offset - whole) < 1e-9)
            }
        }
    }

    @Test func oneKindAloneTeachesNothing() {
        let spam = Synthetic.records(50, seed: 51).filter(\.isSpam)
        #expect(throws: DocumentFault.self) { try EnvelopeTrainer().model(of: spam, source: "made up") }
        #expect(throws: DocumentFault.self) { try EnvelopeTrainer().model(of: [], source: "made up") }
    }

    @Test func excludedFamiliesAreNotLearned() throws {
        var options = TrainingOptions()
        options.excluded = [.helo, .order]
        let model = try EnvelopeTrainer(options: options).model(of: Synthetic.records(300, seed: 52), source: "made up")
        let families = Set((model.beforeData.weights + model.afterHeaders.weights).map(\.token.group.family))
        #expect(families.isDisjoint(with: options.excluded))
        #expect(families.contains(.name))
    }
}

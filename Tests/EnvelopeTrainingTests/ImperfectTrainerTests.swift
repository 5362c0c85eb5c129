import Envelopes
import Judgements
import SMTP
import Seeded
import Testing

@testable import EnvelopeTraining

/// Two weeks of a made-up site: servers that come back, bots that do not, a few of each that look like the other.
private struct Site {
    var records: [EnvelopeRecord] = []
    private var generator: SeededGenerator

    init(seed: UInt64, servers: Int = 40, bots: Int = 400, returningBots: Int = 6, newcomers: Int = 5) {
        generator = SeededGenerator(seed: seed)
        for _ in 0..<servers { add(isSpam: false, on: (0..<14).filter { _ in chance(7) }) }
        for _ in 0..<bots { add(isSpam: true, on: [Int64.random(in: 0..<14, using: &generator)].map(Int.init)) }
        for _ in 0..<returningBots { add(isSpam: true, on: (0..<14).filter { _ in chance(4) }) }
        for _ in 0..<newcomers { add(isSpam: false, on: [Int.random(in: 0..<14, using: &generator)]) }
    }

    private mutating func chance(_ ten: Int) -> Bool { Int.random(in: 0..<10, using: &generator) < ten }

    private mutating func add(isSpam: Bool, on days: [Int]) {
        let sender = Synthetic.record(isSpam: isSpam, &generator)
        for day in days {
            var record = sender
            record.time = UnixTime(seconds: Int64(day) * 86_400 + Int64.random(in: 0..<80_000, using: &generator))
            records.append(record)
        }
    }

    /// Of pairs of a spam sender and an honest one the share in which the model puts the spam higher.
    func area(_ model: EnvelopeModel, _ moment: EnvelopeMoment = .afterHeaders) -> Double {
        RankingEvaluation(
            records.map {
                .init(
                    score: model.evidence(of: $0.observer, at: moment).logLikelihoodRatio, isSpam: $0.isSpam,
                    client: $0.client)
            }
        ).areaPerSender ?? 0
    }
}

@Suite struct ImperfectTrainerTests {
    private func unlabelled(_ records: [EnvelopeRecord]) -> [EnvelopeRecord] {
        records.map { record in
            var record = record
            record.label = .unknown
            return record
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func learnsWithoutAnyJudgementWhoLooksLikeThoseWhoComeBack(seed: UInt64) throws {
        let site = Site(seed: seed)
        let other = Site(seed: seed + 100)
        let clean = try EnvelopeTrainer().model(of: site.records, source: "test")
        let lesson = try ImperfectTrainer().lesson(of: TrainingSet(unlabelled(site.records)), source: "test")
        #expect(lesson.sources.isEmpty)
        #expect(lesson.returning > 20)
        for moment in EnvelopeMoment.allCases {
            #expect(other.area(lesson.model, moment) > other.area(clean, moment) - 0.05)
        }
    }

    @Test func theSameSetGivesTheSameModelWhateverOrderItCameIn() throws {
        let records = unlabelled(Site(seed: 4).records)
        var generator = SeededGenerator(seed: 9)
        let first = try ImperfectTrainer().lesson(of: TrainingSet(records), source: "test").model
        let second = try ImperfectTrainer()
            .lesson(of: TrainingSet(records.shuffled(using: &generator)), source: "test").model
        #expect(EnvelopeModelDocument.text(for: first) == EnvelopeModelDocument.text(for: second))
    }

    @Test func aBorderSparesThoseWhoComeBack() throws {
        let site = Site(seed: 5)
        let lesson = try ImperfectTrainer().lesson(of: TrainingSet(unlabelled(site.records)), source: "test")
        let read = try EnvelopeModelDocument.model(
            from: EnvelopeModelDocument.text(for: lesson.model).utf8, file: "test")
        for moment in EnvelopeMoment.allCases {
            let flagged = Site(seed: 205).records.filter {
                read.evidence(of: $0.observer, at: moment).isSpam(threshold: 2)
            }
            #expect(flagged.count { !$0.isSpam } < flagged.count / 4)
            #expect(read.part(at: moment).border == lesson.model.part(at: moment).border)
            #expect(read.part(at: moment).border != nil)
        }
    }

    @Test func bordersLieInTheGapBelowTheLowestScoreThatTheBudgetAllows() {
        let scored = (0..<1_000).map { (score: Double($0), weight: 1.0) }
        #expect(ImperfectTrainer.border(scored, budget: 0.003) == 996.5)
        #expect(ImperfectTrainer.border(scored, budget: 1) == 0)
        #expect(ImperfectTrainer.border([(1, 1), (1, 1)], budget: 0.5) == 1.0.nextUp)
        #expect(ImperfectTrainer.border([(3, 0), (2, 1), (1, 0)], budget: 0) == 2.5)
        #expect(ImperfectTrainer.border([], budget: 0.1) == nil)
    }

    @Test func theOtherServersOfAnOrganisationThatComesBackHaveItsHistory() throws {
        var generator = SeededGenerator(seed: 11)
        let record = Synthetic.record(isSpam: false, &generator)
        let envelope = EnvelopeSummary(record.observer, hasHeaders: true)
        var set = TrainingSet()
        for record in unlabelled(Site(seed: 11).records).sorted(by: { $0.time < $1.time }) {
            set.add(record, judgements: [:])
        }
        let first = set.senders.count
        // Two of four servers come back; of a provider's hundred lines one does.
        for (organisation, senders, returning) in [("farm", 4, 2), ("provider", 100, 1)] {
            for number in 0..<senders {
                for day in 0..<(number < returning ? 12 : 1) {
                    set.add(
                        envelope, sender: "\(organisation)\(number)", organisation: organisation,
                        at: UnixTime(seconds: Int64(day) * 86_400))
                }
            }
        }
        let estimate = HonestyEstimate(set, TrainingOptions())
        #expect(estimate.honestWeights[first + 3] > 0.5)
        #expect(estimate.honestWeights[first + 4 + 50] < 0.2)
    }

    @Test func whoIsCalledSpamLosesItsStanding() throws {
        var site = Site(seed: 6, returningBots: 30)
        let before = HonestyEstimate(TrainingSet(unlabelled(site.records)), TrainingOptions())
        let judged = HonestyEstimate(TrainingSet(site.records), TrainingOptions())
        let names = TrainingSet(site.records).senders.map(\.name)
        site.records.sort { $0.time < $1.time }
        let bots = Set(site.records.filter(\.isSpam).map(\.client.description))
        for index in names.indices where bots.contains(names[index]) && before.returns[index] {
            #expect(judged.honesty[index] < 0.2)
        }
        #expect(judged.sources.count == 1)
        #expect(judged.sources[0].recall > 0.9)
    }

    @Test func aPersonsWordCountsMoreThanAFilters() throws {
        var set = TrainingSet()
        for record in Site(seed: 7).records.sorted(by: { $0.time < $1.time }) {
            set.add(record, judgements: record.isSpam ? [.filterHeader: .spam, .person: .honest] : [:])
        }
        let estimate = HonestyEstimate(set, TrainingOptions())
        let bots = set.messages.filter { $0.judgements[.person] != nil }.map(\.sender)
        #expect(bots.count { estimate.honesty[$0] > 0.02 } > bots.count / 2)
    }

    @Test func aSourceThatCallsEverythingSpamIsLeftOut() throws {
        var set = TrainingSet()
        for record in Site(seed: 8).records.sorted(by: { $0.time < $1.time }) {
            set.add(record, judgements: record.isSpam ? [.filterHeader: .spam, .trap: .spam] : [.filterHeader: .spam])
        }
        let lesson = try ImperfectTrainer().lesson(of: set, source: "test")
        let states = Dictionary(uniqueKeysWithValues: lesson.sources.map { ($0.source, $0.astray) })
        #expect(states[.filterHeader] != .some(nil))
        #expect(states[.trap] == .some(nil))
    }

    @Test func tooLittleIsSaid() throws {
        let few = unlabelled(Site(seed: 9, servers: 3, bots: 20, returningBots: 0, newcomers: 0).records)
        #expect {
            try ImperfectTrainer().lesson(of: TrainingSet(few), source: "here")
        } throws: { "\($0)".contains("here") && "\($0)".contains("8 are needed") }
        #expect(throws: DocumentFault.self) { try ImperfectTrainer().lesson(of: TrainingSet(), source: "here") }
    }

    @Test func messagesWhoseHeadersWereNotSeenTeachWhatIsKnownBeforeData() throws {
        var set = TrainingSet()
        for record in Site(seed: 10).records.sorted(by: { $0.time < $1.time }) {
            set.add(record, judgements: record.isSpam ? [.blocklist: .spam] : [:], hasHeaders: !record.isSpam)
        }
        // No spam was seen whole.
        #expect {
            try ImperfectTrainer().lesson(of: set, source: "here")
        } throws: { "\($0)".contains("headers") }
    }
}

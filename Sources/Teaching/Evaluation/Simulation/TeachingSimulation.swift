package import EnvelopeTraining
import Envelopes
import Judgements
import SMTP
import Spectral

/// A site that begins with nothing and teaches itself day by day, on recorded mail of which the truth is known: what it
/// would find later, beside a model of clean labels.
package struct TeachingSimulation {
    /// Recall of spam messages at rates of honest messages.
    package struct Recall: Encodable {
        package let at_0_1: Double
        package let at_0_3: Double
        package let at_1: Double
    }

    /// What one model does to the days after it was taught.
    package struct Judged: Encodable {
        package let before_data: Recall
        package let after_headers: Recall

        /// Honest addresses that the border of 0.3 % of honest messages touches: seen while teaching, and new.
        package let known_honest_touched: Int
        package let new_honest_touched: Int
    }

    /// A day of the site.
    package struct Day: Encodable {
        /// How many days have taught, from the first on.
        package let day: Int
        package let messages: Int
        package let senders: Int
        /// How many messages sources have called spam.
        package let judged_spam: Int
        /// When a sender counts as one that comes back.
        package let return_days: Int?
        package let returning: Int?
        /// Sources that were left out, and why.
        package let left_out: [String]
        package let taught: Judged?
        /// What clean labels of the same days give.
        package let clean: Judged?
        /// Recall after the headers at 0.3 % as a share of what clean labels give.
        package let share_of_clean: Double?
        /// At the model's own border: recall, and the share of honest messages above it.
        package let own_recall: Double?
        package let own_false: Double?
        /// Honest organisations that the model's own border touches, and how many there are.
        package let own_organisations_touched: Int?
        package let organisations: Int
        /// Of the planted senders' later messages, the share that the border of 0.3 % touches.
        package let planted_touched: Double?
        /// Why nothing was taught.
        package let problem: String?
    }

    private let records: [EnvelopeRecord]
    private let words: [[JudgementSource: JudgementKind]]
    private let hides: [Bool]
    private let unseen: [Bool]
    private let source: String
    private let start: Int64

    /// How many days the records cover.
    package let days: Int

    /// A site on the days of `records`, whose labels are the truth, with sources drawn from it.
    ///
    /// - Parameter spamShare: the share of the spam that the site sees while it learns; it is judged by all of it.
    package init(
        _ given: [EnvelopeRecord], sources: [SimulatedSource], planted: [PlantedSenders], spamShare: Double = 1,
        seed: UInt64, source: String
    ) {
        var generator = SplitMix64(seed: seed)
        var records = given
        for plant in planted { records += plant.records(among: given, &generator) }
        records.sort { ($0.time, $0.client.description) < ($1.time, $1.client.description) }
        var words: [[JudgementSource: JudgementKind]] = Array(repeating: [:], count: records.count)
        var hides = Array(repeating: false, count: records.count)
        for source in sources {
            guard let name = source.source else { continue }
            for (index, kind) in source.words(on: records, &generator).enumerated() {
                guard let kind else { continue }
                words[index][name] = kind
                if source.hidesHeaders, kind == .spam { hides[index] = true }
            }
        }
        for plant in planted {
            for (index, word) in plant.words(on: records, &generator).enumerated() {
                if let (source, kind) = word { words[index][source] = kind }
            }
        }
        unseen = records.map { spamShare < 1 && $0.isSpam && generator.unit() >= spamShare }
        self.records = records
        self.words = words
        self.hides = hides
        self.source = source
        start = (records.first?.time.seconds ?? 0)
        days = Int(clamping: ((records.last?.time.seconds ?? 0) - start) / Self.day + 1)
    }

    private static let day: Int64 = 86_400

    /// How many messages of one client argotd keeps a day.
    private static let dailyLimit = 50

    /// The site after `day` days, judging all later ones. A training of each kind.
    package func after(_ day: Int) -> Day {
        let border = start + Int64(day) * Self.day
        let split = records.firstIndex { $0.time.seconds >= border } ?? records.count
        let site = SiteHeaders(of: records[..<split])
        let taught = records[..<split].map { site.removed(from: $0) }
        let judged = records[split...].map { site.removed(from: $0) }
        var set = TrainingSet()
        var kept: [ClientAddress: (day: Int64, count: Int)] = [:]
        for (index, record) in taught.enumerated() where !unseen[index] {
            let today = record.time.seconds / Self.day
            let count = kept[record.client].map { $0.day == today ? $0.count : 0 } ?? 0
            kept[record.client] = (today, count + 1)
            guard count < Self.dailyLimit else { continue }
            set.add(record, judgements: words[index], hasHeaders: !hides[index])
        }
        let known = Set(taught.map(\.client))
        let clean = (try? EnvelopeTrainer().model(of: taught.filter { !PlantedSenders.isPlanted($0) }, source: source))
            .map { self.judge(judged, by: $0, known: known).judged }
        let judgedSpam = (0..<split).count { !unseen[$0] && words[$0].values.contains(.spam) }
        do throws(DocumentFault) {
            let lesson = try ImperfectTrainer().lesson(of: set, source: source)
            let result = judge(judged, by: lesson.model, known: known)
            return Day(
                day: day, messages: set.messages.count, senders: set.senders.count, judged_spam: judgedSpam,
                return_days: lesson.rule.days, returning: lesson.returning,
                left_out: lesson.sources.compactMap { one in one.astray.map { "\(one.source.rawValue): \($0)" } },
                taught: result.judged, clean: clean,
                share_of_clean: clean.flatMap {
                    $0.after_headers.at_0_3 > 0 ? result.judged.after_headers.at_0_3 / $0.after_headers.at_0_3 : nil
                }, own_recall: result.ownRecall, own_false: result.ownFalse,
                own_organisations_touched: result.touched, organisations: result.organisations,
                planted_touched: result.planted,
                problem: nil)
        } catch {
            return Day(
                day: day, messages: set.messages.count, senders: set.senders.count, judged_spam: judgedSpam,
                return_days: nil,
                returning: nil, left_out: [], taught: nil, clean: clean, share_of_clean: nil, own_recall: nil,
                own_false: nil, own_organisations_touched: nil, organisations: 0, planted_touched: nil,
                problem: error.problem)
        }
    }

    private struct Result {
        let judged: Judged
        let ownRecall: Double?
        let ownFalse: Double?
        let touched: Int?
        let organisations: Int
        let planted: Double?
    }

    private func judge(_ records: [EnvelopeRecord], by model: EnvelopeModel, known: Set<ClientAddress>) -> Result {
        let real = records.filter { !PlantedSenders.isPlanted($0) }
        func evidence(_ record: EnvelopeRecord, _ moment: EnvelopeMoment) -> EnvelopeEvidence {
            model.evidence(of: record.observer, at: moment)
        }
        func ranking(_ found: [EnvelopeEvidence]) -> RankingEvaluation {
            RankingEvaluation(
                zip(found, real).map { .init(score: $0.logLikelihoodRatio, isSpam: $1.isSpam, client: $1.client) })
        }
        func recall(_ ranking: RankingEvaluation) -> Recall {
            Recall(
                at_0_1: ranking.recall(atMailRate: 0.001), at_0_3: ranking.recall(atMailRate: 0.003),
                at_1: ranking.recall(atMailRate: 0.01))
        }
        let after = real.map { evidence($0, .afterHeaders) }
        let honest = zip(after, real).filter { !$1.isSpam }
        let scores = honest.map(\.0.logLikelihoodRatio).sorted(by: >)
        let allowed = Int(0.003 * Double(scores.count))
        // What lies above the first honest message that the budget does not allow.
        let border = scores.indices.contains(allowed) ? scores[allowed] : -.infinity
        let touched = Set(honest.filter { $0.0.logLikelihoodRatio > border }.map(\.1.client))
        let spam = zip(after, real).filter { $1.isSpam }
        let hasBorder = after.first?.border != nil
        let planted = records.filter { PlantedSenders.isPlanted($0) }
        return Result(
            judged: Judged(
                before_data: recall(ranking(real.map { evidence($0, .beforeData) })),
                after_headers: recall(ranking(after)),
                known_honest_touched: touched.count { known.contains($0) },
                new_honest_touched: touched.count { !known.contains($0) }),
            ownRecall: hasBorder ? Self.share(spam.map(\.0)) { $0.isSpam(threshold: 1) } : nil,
            ownFalse: hasBorder ? Self.share(honest.map(\.0)) { $0.isSpam(threshold: 1) } : nil,
            touched: hasBorder
                ? Set(honest.filter { $0.0.isSpam(threshold: 1) }.map(\.1.organisation)).count : nil,
            organisations: Set(honest.map(\.1.organisation)).count,
            planted: planted.isEmpty
                ? nil : Self.share(planted) { evidence($0, .afterHeaders).logLikelihoodRatio > border })
    }

    private static func share<Element>(_ all: [Element], of isCounted: (Element) -> Bool) -> Double {
        all.isEmpty ? 0 : Double(all.count(where: isCounted)) / Double(all.count)
    }
}

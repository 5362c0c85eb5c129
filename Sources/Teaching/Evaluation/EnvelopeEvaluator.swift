import EnvelopeTraining
private import Glibc
import Envelopes
import SMTP

/// Trains on one set of records, judges another, and takes the result apart.
package struct EnvelopeEvaluator {
    private let taught: [EnvelopeRecord]
    private let judged: [EnvelopeRecord]
    private let source: String
    private let isImperfect: Bool

    /// How many parts the organisations are divided into to judge those that a model has not seen.
    private static let folds = 5
    private static let worstShown = 12

    /// Of one file, the first two thirds of the days teach: 16 of 24.
    private static let taughtShare = (of: 3, taught: 2)
    private static let day: Int64 = 86_400

    /// Reads files of judged mail to be judged by what `train` teaches; without it the later days by the earlier ones.
    ///
    /// - Throws: `DocumentFault` when a file cannot be read, or covers too few days.
    package init(files: [String], train: [String] = [], isImperfect: Bool = false) throws {
        let source = files.joined(separator: ", ")
        let records = try EnvelopeRecord.read(files, needsLabels: !isImperfect)
        guard train.isEmpty else {
            self.init(
                taught: try EnvelopeRecord.read(train, needsLabels: !isImperfect), judged: records, source: source,
                isImperfect: isImperfect)
            return
        }
        let start = records.map(\.time.seconds).min() ?? 0
        let days = ((records.map(\.time.seconds).max() ?? 0) - start) / Self.day + 1
        let border = start + days * Int64(Self.taughtShare.taught) / Int64(Self.taughtShare.of) * Self.day
        guard days >= 3 else {
            throw DocumentFault(
                file: source, line: 0,
                problem:
                    "the records cover \(days) days: three are needed to learn from earlier days and judge later "
                    + "ones; or name a file to learn from with --train"
            )
        }
        self.init(
            taught: records.filter { $0.time.seconds < border }, judged: records.filter { $0.time.seconds >= border },
            source: source, isImperfect: isImperfect)
    }

    /// What the site's servers added is learned from `taught` and removed from both.
    init(taught: [EnvelopeRecord], judged: [EnvelopeRecord], source: String, isImperfect: Bool = false) {
        let site = SiteHeaders(of: taught)
        self.taught = taught.map { site.removed(from: $0) }
        self.judged = judged.filter { $0.label != .unknown }.map { site.removed(from: $0) }
        self.source = source
        self.isImperfect = isImperfect
    }

    /// Trains and judges. A training for the whole, for each family of questions and each part of the organisations.
    package func report() throws -> EnvelopeEvaluationReport {
        let model = try model(of: taught)
        let before = scores(model, .beforeData)
        let after = scores(model, .afterHeaders)
        let evaluation = RankingEvaluation(ranked(after))
        let full = EnvelopeEvaluationReport.Ranking(evaluation)
        let origin = model.origin
        return EnvelopeEvaluationReport(
            recall_at_fpr: full.recall_at_fpr, recall_at_fpr_of_addresses: full.recall_at_fpr_of_addresses,
            auc: full.auc, n_spam: evaluation.spamMails, n_ham: evaluation.honestMails,
            n_ham_addresses: evaluation.honestSenders, n_train_spam: origin.spamMails, n_train_ham: origin.honestMails,
            before_data: ranking(before), after_headers: full,
            plain_helo_and_name: plain(PlainNaiveBayes.heloAndName), plain_all: plain(PlainNaiveBayes.all),
            calibration: [
                EnvelopeMoment.beforeData.rawValue: calibration(before),
                EnvelopeMoment.afterHeaders.rawValue: calibration(after),
            ],
            unknown_organisations: try unknownOrganisations(), ablation: try ablation(),
            worst_honest: worst(model, .beforeData, before) + worst(model, .afterHeaders, after))
    }

    /// What is taught by records, in the way that their labels ask for.
    private func model(
        of records: [EnvelopeRecord], options: TrainingOptions = TrainingOptions()
    ) throws(DocumentFault) -> EnvelopeModel {
        guard isImperfect else { return try EnvelopeTrainer(options: options).model(of: records, source: source) }
        return try ImperfectTrainer(options: options).lesson(of: TrainingSet(records), source: source).model
    }

    private func scores(_ model: EnvelopeModel, _ moment: EnvelopeMoment) -> [Double] {
        judged.map { model.evidence(of: $0.observer, at: moment).logLikelihoodRatio }
    }

    private func ranked(_ scores: [Double], _ records: [EnvelopeRecord]? = nil) -> [RankingEvaluation.Judged] {
        zip(scores, records ?? judged).map { .init(score: $0, isSpam: $1.isSpam, client: $1.client) }
    }

    private func ranking(_ scores: [Double]) -> EnvelopeEvaluationReport.Ranking {
        .init(RankingEvaluation(ranked(scores)))
    }

    private func plain(_ groups: [FeatureGroup]) -> EnvelopeEvaluationReport.Ranking {
        let classifier = PlainNaiveBayes(of: taught, groups: groups)
        return ranking(judged.map { classifier.score(of: $0) })
    }

    private func ablation() throws -> [EnvelopeEvaluationReport.Ablation] {
        try FeatureFamily.allCases.compactMap { family in
            // What the records do not tell cannot be left out.
            guard family != .identifier else { return nil }
            var options = TrainingOptions()
            options.excluded = [family]
            let model = try model(of: taught, options: options)
            return .init(
                without: family.rawValue,
                before_data: family.isKnownBeforeData ? ranking(scores(model, .beforeData)) : nil,
                after_headers: ranking(scores(model, .afterHeaders)))
        }
    }

    /// Every organisation of `taught` judged by a model that has seen none of its mail: what a new honest sender meets.
    private func unknownOrganisations() throws -> [String: EnvelopeEvaluationReport.Ranking] {
        var found: [EnvelopeMoment: [RankingEvaluation.Judged]] = [:]
        var options = TrainingOptions()
        options.isCalibrated = false
        for fold in 0..<Self.folds {
            let part = Dictionary(grouping: taught) { $0.fold(of: Self.folds) == fold }
            guard let left = part[true], let rest = part[false] else { continue }
            let model = try model(of: rest, options: options)
            for moment in EnvelopeMoment.allCases {
                let scores = left.map { model.evidence(of: $0.observer, at: moment).logLikelihoodRatio }
                found[moment, default: []] += ranked(scores, left)
            }
        }
        return Dictionary(
            uniqueKeysWithValues: found.map { ($0.key.rawValue, .init(RankingEvaluation($0.value))) })
    }

    private func calibration(_ scores: [Double]) -> EnvelopeEvaluationReport.Calibration {
        var counts: [Bool: [ClientAddress: Int]] = [:]
        for record in judged { counts[record.isSpam, default: [:]][record.client, default: 0] += 1 }
        var loss = 0.0
        var above = 0.0
        for (score, record) in zip(scores, judged) {
            let senders = counts[record.isSpam] ?? [:]
            let weight = 1 / Double(senders[record.client] ?? 1) / Double(senders.count)
            loss += weight / 2 * log1p(exp(record.isSpam ? -score : score))
            if !record.isSpam, score >= log(99) { above += weight }
        }
        return .init(
            log_loss: EnvelopeEvaluationReport.rounded(loss),
            honest_senders_above_99: EnvelopeEvaluationReport.rounded(above))
    }

    private func worst(
        _ model: EnvelopeModel, _ moment: EnvelopeMoment, _ scores: [Double]
    ) -> [EnvelopeEvaluationReport.WorstSender] {
        var seen: Set<ClientAddress> = []
        let order = judged.indices.filter { !judged[$0].isSpam }.sorted { scores[$0] > scores[$1] }
        return order.filter { seen.insert(judged[$0].client).inserted }.prefix(Self.worstShown).map { index in
            let record = judged[index]
            let evidence = EnvelopeEvidence(moment: moment, logLikelihoodRatio: scores[index])
            let reasons = model.contributions(of: record.observer, at: moment).filter { $0.weight > 0 }.prefix(4)
            return .init(
                moment: moment.rawValue, client: record.client.description, helo: record.helo ?? "",
                name: record.clientName ?? "", probability: EnvelopeEvaluationReport.rounded(evidence.probability()),
                reasons: reasons.map { "\($0.group.word)=\($0.answer)" })
        }
    }
}

public import Envelopes
private import Glibc
public import SMTP

/// Learns envelope models from judged mails. Deterministic: the same records give the same model, bit for bit.
public struct EnvelopeTrainer: Sendable {
    private let options: TrainingOptions

    /// The weight of all spam together, and of all honest mail together. With `strength` it says how many senders it
    /// takes to overcome the penalty.
    private static let classWeight = 1000.0

    /// A trainer.
    public init(options: TrainingOptions = TrainingOptions()) {
        precondition(options.fewestOrganisations >= 1 && options.strength > 0)
        self.options = options
    }

    /// A model of the given records, from which the site's own headers have been removed.
    ///
    /// - Throws: `DocumentFault` when the records do not hold both spam and honest mail. O(answers) an iteration.
    public func model(of records: [EnvelopeRecord], source: String) throws(DocumentFault) -> EnvelopeModel {
        let spam = records.filter(\.isSpam)
        let honest = records.filter { !$0.isSpam }
        let origin = EnvelopeModel.Origin(
            spamMails: spam.count, spamSenders: Set(spam.map(\.client)).count, honestMails: honest.count,
            honestSenders: Set(honest.map(\.client)).count)
        guard origin.spamMails > 0, origin.honestMails > 0 else {
            throw DocumentFault(
                file: source, line: 0,
                problem:
                    "\(origin.spamMails) spam and \(origin.honestMails) honest messages are not enough to learn from: "
                    + "both kinds are needed")
        }
        return EnvelopeModel(
            origin: origin, beforeData: fit(records, at: .beforeData), afterHeaders: fit(records, at: .afterHeaders))
    }

    private func fit(_ records: [EnvelopeRecord], at moment: EnvelopeMoment) -> MomentModel {
        let answers = records.map { self.answers(of: $0, at: moment) }
        let whole = fit(records, answers, moment)
        let (slope, offset) = options.isCalibrated ? calibration(records, answers, moment) : (1, 0)
        return MomentModel(bias: whole.bias, slope: slope, offset: offset, weights: whole.weights)
    }

    private func fit(_ records: [EnvelopeRecord], _ answers: [[TextToken]], _ moment: EnvelopeMoment) -> MomentModel {
        let columns = vocabulary(records, answers)
        let number = Dictionary(uniqueKeysWithValues: columns.enumerated().map { ($1, Int32($0)) })
        let regression = LogisticRegression(
            rows: answers.map { $0.compactMap { number[$0] } }, targets: records.map { $0.isSpam ? 1 : 0 },
            rowWeights: SenderWeights.balanced(records, total: Self.classWeight), columns: columns.count,
            strength: options.strength)
        let (coefficients, intercept) = regression.fit()
        let weights = zip(columns, coefficients).map { (token: $0, weight: Self.rounded($1)) }
        return MomentModel(
            bias: Self.rounded(intercept), slope: 1, offset: 0, weights: weights.filter { $0.weight != 0 })
    }

    private func answers(of record: EnvelopeRecord, at moment: EnvelopeMoment) -> [TextToken] {
        // A pair of headers may come twice.
        Set(record.observer.answers(at: moment).filter { !options.excluded.contains($0.group.family) }).sorted()
    }

    /// The answers that enough organisations gave, sorted.
    private func vocabulary(_ records: [EnvelopeRecord], _ answers: [[TextToken]]) -> [TextToken] {
        var organisations: [TextToken: Set<String>] = [:]
        for (record, given) in zip(records, answers) {
            let organisation = record.organisation
            for answer in given {
                // Full sets need not grow.
                guard organisations[answer]?.count ?? 0 < options.fewestOrganisations else { continue }
                organisations[answer, default: []].insert(organisation)
            }
        }
        return organisations.filter { $0.value.count >= options.fewestOrganisations }.keys.sorted()
    }

    /// What scores are worth on later mail: the first three quarters of the time teach, the last quarter is judged,
    /// and slope and offset are fitted to that (Platt scaling). 1 and 0 when either part lacks spam or honest mail.
    private func calibration(
        _ records: [EnvelopeRecord], _ answers: [[TextToken]], _ moment: EnvelopeMoment
    ) -> (slope: Double, offset: Double) {
        guard let first = records.map(\.time).min(), let last = records.map(\.time).max() else { return (1, 0) }
        let border = first.seconds + (last.seconds - first.seconds) / 4 * 3
        let early = records.indices.filter { records[$0].time.seconds < border }
        let late = records.indices.filter { records[$0].time.seconds >= border }
        for part in [early, late] {
            guard part.contains(where: { records[$0].isSpam }), part.contains(where: { !records[$0].isSpam }) else {
                return (1, 0)
            }
        }
        let model = fit(early.map { records[$0] }, early.map { answers[$0] }, moment)
        let judged = late.map { records[$0] }
        let scores = judged.map { model.logLikelihoodRatio($0.observer, at: moment) }
        return PlattScaling.fit(scores: scores, records: judged)
    }

    /// Weights are written with four decimals; they are used as they are written.
    static func rounded(_ number: Double) -> Double { (number * 10_000).rounded() / 10_000 }
}

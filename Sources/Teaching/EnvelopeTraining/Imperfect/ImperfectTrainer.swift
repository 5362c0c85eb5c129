public import Envelopes
private import Glibc
public import SMTP

/// Learns envelope models from whatever judgements there are, down to none. Deterministic: the same set gives the same
/// model, bit for bit.
///
/// Judgements are not labels: a filter misses spam, a blocklist knows half of it, a trap sees a fiftieth. A sender is an
/// example of honest mail by its history and of spam by its lack of it, by what sources say, and by what it looks like
/// (``ReturnRule``); where there is no judgement at all, history and looks do it alone.
public struct ImperfectTrainer: Sendable {
    /// A model with what it was learned from.
    public struct Lesson: Sendable {
        /// The model, calibrated, with its borders.
        public let model: EnvelopeModel

        /// When a sender was taken to come back.
        public let rule: ReturnRule

        /// How many senders came back.
        public let returning: Int

        /// How many senders there were.
        public let senders: Int

        /// What each source has said, and whether it was believed.
        public let sources: [SourceReading]

        /// For each sender of the set the probability that it is honest.
        package let honesty: [Double]

        /// For each sender of the set whether it comes back and is more likely honest than not.
        package let isHonest: [Bool]

        /// The names of the senders that come back and are more likely honest than not.
        public func honestSenders(of set: TrainingSet) -> Set<String> {
            Set(set.senders.indices.lazy.filter { isHonest[$0] }.map { set.senders[$0].name })
        }
    }

    /// The share of honest messages that may lie at the border or above it.
    public static let budget = 0.003

    private let options: TrainingOptions

    /// A trainer.
    public init(options: TrainingOptions = TrainingOptions()) {
        precondition(options.fewestOrganisations >= 1 && options.strength > 0)
        self.options = options
    }

    /// Learns a model.
    ///
    /// - Throws: `DocumentFault` when nobody comes back, or everybody does: it says how many senders and days there are.
    ///   About twenty trainings, each O(answers) an iteration.
    public func lesson(of set: TrainingSet, source: String) throws(DocumentFault) -> Lesson {
        let estimate = HonestyEstimate(set, options)
        let returning = estimate.returns.count { $0 }
        guard returning >= Self.fewestReturning, estimate.spamWeights.reduce(0, +) >= 1 else {
            throw DocumentFault(
                file: source, line: 0,
                problem:
                    "\(returning) of \(set.senders.count) senders came back on \(estimate.rule.days) days within \(set.span) "
                    + "days: \(Self.fewestReturning) are needed, and somebody who does not come back")
        }
        let origin = origin(set, estimate)
        guard let before = part(set, estimate, .beforeData), let after = part(set, estimate, .afterHeaders)
        else {
            throw DocumentFault(
                file: source, line: 0,
                problem:
                    "the headers of messages of \(Self.fewestReturning) senders who came back and as many others are needed: wait "
                    + "another day"
            )
        }
        return Lesson(
            model: EnvelopeModel(origin: origin, beforeData: before, afterHeaders: after), rule: estimate.rule,
            returning: returning, senders: set.senders.count(where: { $0.messages > 0 }), sources: estimate.sources,
            honesty: estimate.honesty,
            isHonest: estimate.sparedWeights.map { $0 > 0 })
    }

    /// Fewer senders than this of either kind teach nothing.
    public static let fewestReturning = 8

    /// The model of a moment: learned from all, calibrated by scores of organisations that the scoring model had not seen.
    private func part(_ set: TrainingSet, _ estimate: HonestyEstimate, _ moment: EnvelopeMoment) -> MomentModel? {
        let seen = set.messages.indices.filter { set.row(set.messages[$0], at: moment) != nil }
        let senders = Set(seen.map { set.messages[$0].sender })
        guard senders.count(where: { estimate.honesty[$0] > 0.5 && estimate.returns[$0] }) >= Self.fewestReturning,
            senders.count(where: { estimate.honesty[$0] < 0.5 }) >= Self.fewestReturning
        else { return nil }
        let design = Design(set, seen, at: moment, options)
        let honest = estimate.honestWeights
        let spam = estimate.spamWeights
        guard
            let problem = design.problem(
                honest: honest, spam: spam, total: estimate.sideWeight
            )
        else { return nil }
        let (coefficients, intercept) = problem.fit()
        let weights = design.weights(coefficients, of: set)
            .map { (token: $0.token, weight: EnvelopeTrainer.rounded($0.weight)) }.filter { $0.weight != 0 }
        var fitting = CrossFitting(set, lots: Self.lots, options, at: moment)
        let held = fitting.scores(honest: honest, spam: spam, total: estimate.sideWeight)
        let judged = set.messages.indices.compactMap { index in
            held[index].map { (score: $0, sender: set.messages[index].sender) }
        }
        guard !judged.isEmpty else { return nil }
        let spared = estimate.sparedWeights
        let (slope, offset) = calibration(judged, set, honest: spared, spam: spam)
        let border = Self.border(judged.map { (slope * $0.score + offset, spared[$0.sender]) }, budget: Self.budget)
        return MomentModel(
            bias: EnvelopeTrainer.rounded(intercept), slope: slope, offset: offset,
            border: border.map(EnvelopeTrainer.rounded), weights: weights)
    }

    private static let lots = 5

    private func calibration(
        _ judged: [(score: Double, sender: Int)], _ set: TrainingSet, honest: [Double], spam: [Double]
    ) -> (slope: Double, offset: Double) {
        let sums = (honest: honest.reduce(0, +), spam: spam.reduce(0, +))
        var targets: [Double] = []
        var weights: [Double] = []
        guard sums.honest > 0, sums.spam > 0 else { return (1, 0) }
        for (_, sender) in judged {
            let messages = Double(set.senders[sender].messages)
            let good = honest[sender] / messages / sums.honest
            let bad = spam[sender] / messages / sums.spam
            weights.append(good + bad)
            targets.append(good + bad > 0 ? bad / (good + bad) : 0)
        }
        return PlattScaling.fit(scores: judged.map(\.score), targets: targets, weights: weights)
    }

    /// The middle of the gap between the lowest score with no more than `budget` of the weight at it or above it, and the
    /// next lower one: what lies between was never seen, and is nearer to one side or the other.
    static func border(_ scored: [(score: Double, weight: Double)], budget: Double) -> Double? {
        let sorted = scored.sorted { $0.score > $1.score }
        let allowed = budget * sorted.reduce(0) { $0 + $1.weight }
        var sum = 0.0
        var lowest: Double?
        var index = 0
        while index < sorted.count {
            let score = sorted[index].score
            while index < sorted.count, sorted[index].score == score {
                sum += sorted[index].weight
                index += 1
            }
            guard sum <= allowed else { return lowest.map { ($0 + score) / 2 } ?? score.nextUp }
            lowest = score
        }
        return lowest
    }

    private func origin(_ set: TrainingSet, _ estimate: HonestyEstimate) -> EnvelopeModel.Origin {
        let isSpam = estimate.honesty.map { $0 < 0.5 }
        let spamMails = set.messages.count { isSpam[$0.sender] }
        let spamSenders = isSpam.count { $0 }
        return EnvelopeModel.Origin(
            spamMails: spamMails, spamSenders: spamSenders, honestMails: set.messages.count - spamMails,
            honestSenders: isSpam.count - spamSenders)
    }
}

/// How envelopes of spam differ from those of honest mail: learned once, immutable, the same at every look.
///
/// Logistic regression on the answers of `FeatureGroup`, with every sending address weighing the same and spam and
/// honest senders weighing the same in sum, so that a score is a logarithm of a likelihood ratio. Unlike naive Bayes
/// it does not count one fact twice because two questions ask for it. What was never seen in training weighs nothing.
///
/// An answer gets into a model only when enough different organisations gave it (`TrainingOptions`), so a model holds
/// no name of a host, an organisation or a person.
public struct EnvelopeModel: Sendable {
    /// What a model was learned from.
    public struct Origin: Sendable, Hashable {
        /// Mails of spam.
        public let spamMails: Int
        /// Addresses that they came from.
        public let spamSenders: Int
        /// Honest mails.
        public let honestMails: Int
        /// Addresses that they came from.
        public let honestSenders: Int

        package init(spamMails: Int, spamSenders: Int, honestMails: Int, honestSenders: Int) {
            self.spamMails = spamMails
            self.spamSenders = spamSenders
            self.honestMails = honestMails
            self.honestSenders = honestSenders
        }
    }

    /// What the model was learned from.
    public let origin: Origin

    let beforeData: MomentModel
    let afterHeaders: MomentModel

    package init(origin: Origin, beforeData: MomentModel, afterHeaders: MomentModel) {
        self.origin = origin
        self.beforeData = beforeData
        self.afterHeaders = afterHeaders
    }

    /// The number of answers with a weight, over both moments.
    public var weightCount: Int { beforeData.weights.count + afterHeaders.weights.count }

    /// What the envelope says at `moment`. O(bytes of what is asked for); allocates nothing that grows with the model.
    public func evidence(of observer: EnvelopeObserver, at moment: EnvelopeMoment) -> EnvelopeEvidence {
        let part = self[moment]
        return EnvelopeEvidence(
            moment: moment, logLikelihoodRatio: part.logLikelihoodRatio(observer, at: moment), border: part.border)
    }

    /// The answers behind `evidence(of:at:)`, the weightiest first, equal ones in the order of their questions. For
    /// explanations, not for the hot path.
    public func contributions(of observer: EnvelopeObserver, at moment: EnvelopeMoment) -> [EnvelopeContribution] {
        let model = self[moment]
        var found: [EnvelopeContribution] = []
        observer.visit(at: moment) { (token: TextToken) in
            let weight = model.weight(of: token)
            guard weight != 0 else { return }
            found.append(
                EnvelopeContribution(
                    group: token.group, answer: String(decoding: token.bytes, as: UTF8.self), weight: weight))
        }
        return found.sorted {
            abs($0.weight) != abs($1.weight)
                ? abs($0.weight) > abs($1.weight)
                : ($0.group.rawValue, $0.answer) < ($1.group.rawValue, $1.answer)
        }
    }

    /// All weights of a moment, calibrated, the one that speaks most for spam first.
    public func weights(at moment: EnvelopeMoment) -> [EnvelopeContribution] {
        let model = self[moment]
        return model.weights
            .map {
                EnvelopeContribution(
                    group: $0.token.group, answer: String(decoding: $0.token.bytes, as: UTF8.self),
                    weight: model.slope * $0.weight)
            }
            .sorted {
                $0.weight != $1.weight
                    ? $0.weight > $1.weight : ($0.group.rawValue, $0.answer) < ($1.group.rawValue, $1.answer)
            }
    }

    /// The part for a moment.
    package func part(at moment: EnvelopeMoment) -> MomentModel { self[moment] }

    /// The part for a moment.
    subscript(moment: EnvelopeMoment) -> MomentModel {
        switch moment {
        case .beforeData: beforeData
        case .afterHeaders: afterHeaders
        }
    }
}

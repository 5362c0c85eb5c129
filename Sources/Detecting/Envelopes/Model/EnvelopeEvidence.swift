private import Glibc

/// What an envelope says about the kind of program behind a session, whatever that program's name.
public struct EnvelopeEvidence: Sendable, Hashable {
    /// When it was judged.
    public let moment: EnvelopeMoment

    /// The natural logarithm of how much likelier the envelope is for spam than for honest mail; 0 says nothing.
    public let logLikelihoodRatio: Double

    /// The ratio from which on the model calls an envelope spam's; `nil` for a model that leaves this to a probability.
    public let border: Double?

    /// Evidence from its parts.
    public init(moment: EnvelopeMoment, logLikelihoodRatio: Double, border: Double? = nil) {
        self.border = border
        self.moment = moment
        self.logLikelihoodRatio = logLikelihoodRatio
    }

    /// Whether the model calls the envelope spam's: by its own border, or where it has none from a probability of
    /// `threshold` on.
    public func isSpam(threshold: Double) -> Bool {
        border.map { logLikelihoodRatio >= $0 } ?? (probability() >= threshold)
    }

    /// The probability that a sending address with such an envelope sends spam, 0 to 1, when `prior` of all do.
    ///
    /// - Parameter prior: the share of spam senders among all sending addresses, strictly between 0 and 1.
    public func probability(prior: Double = 0.5) -> Double {
        precondition(prior > 0 && prior < 1)
        return 1 / (1 + exp(-(logLikelihoodRatio + log(prior / (1 - prior)))))
    }
}

/// What one question's answer adds to the evidence.
public struct EnvelopeContribution: Sendable, Hashable {
    /// The question.
    public let group: FeatureGroup

    /// The answer.
    public let answer: String

    /// What it adds to the logarithm of the likelihood ratio; positive speaks for spam.
    public let weight: Double
}

/// What a model knows for one moment: a weight for every answer that was learned, in natural logarithms of likelihood
/// ratios, spam against honest mail.
package struct MomentModel: Sendable {
    /// The evidence of a session about which nothing is known.
    package let bias: Double

    /// The factor between what the weights say and what they were found to be worth on later mail.
    let slope: Double

    /// What is added after the factor.
    let offset: Double

    /// The calibrated score from which on an envelope counts as spam's, where the model brings one of its own: set so that of
    /// the mail of those who come back no more than a budget lies there.
    package let border: Double?

    /// The weights, in the order of their answers.
    package let weights: [(token: TextToken, weight: Double)]

    private let table: WeightTable

    package init(
        bias: Double, slope: Double, offset: Double, border: Double? = nil,
        weights: [(token: TextToken, weight: Double)]
    ) {
        self.border = border
        self.bias = bias
        self.slope = slope
        self.offset = offset
        self.weights = weights.sorted { $0.token < $1.token }
        table = WeightTable(weights.map { ($0.token.hashed, $0.weight) })
    }

    /// The logarithm of the likelihood ratio that the weights give, calibrated.
    @inline(__always)
    package func logLikelihoodRatio(_ observer: EnvelopeObserver, at moment: EnvelopeMoment) -> Double {
        var sum = bias
        observer.visit(at: moment) { (token: HashedToken) in sum += table[token] }
        return slope * sum + offset
    }

    /// The calibrated score of an envelope of which no answer weighs anything.
    package var calibratedBias: Double { slope * bias + offset }

    /// The calibrated weight of an answer.
    package func weight(of token: TextToken) -> Double { slope * table[token.hashed] }
}

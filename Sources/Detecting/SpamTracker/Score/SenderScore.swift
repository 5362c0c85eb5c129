/// What Argot thinks of a sender by whom it writes to: a probability with its reasons. Evidence for greylisting, never
/// a ground to refuse.
public struct SenderScore: Hashable, Sendable {
    /// How much there is to judge the targets by.
    public enum Evidence: String, Hashable, Sendable {
        /// No recipient domain is known to the model.
        case none

        /// One domain: targets alone do not separate such senders; history of address and network has to.
        case little

        /// Two or three domains.
        case some

        /// Four or more.
        case ample
    }

    /// Probability of spam, from targets and history, at this site's share of spam senders.
    public let probability: Double

    /// The same as log odds.
    public let logOdds: Double

    /// Log odds from the targets alone, without history: the `contrast` score.
    public let contrast: Double

    /// What went in.
    public let features: ScoreFeatures

    /// The weights that the model gave to the features.
    let weights: [Double]

    /// How much there is to judge the targets by.
    public let evidence: Evidence

    /// 0...1, growing with the number of distinct known domains n: n/(n + 2), where n is the effective number (the
    /// exponential of the entropy of the row's weights).
    public let confidence: Double

    /// The distinct domains of the row.
    public let domainCount: Int

    /// The cluster of the model whose targets the sender's resemble most; `nil` for senders to one domain.
    public let cluster: Int?

    /// Whether the sender, or a network around it, has a history.
    public var hasHistory: Bool { features.history != 0 }

    /// The contributions to `logOdds` beyond the intercept, the weightiest first.
    public var reasons: [(feature: String, contribution: Double)] {
        zip(ScoreFeatures.names, zip(features.values, weights))
            .map { (feature: $0, contribution: $1.0 * $1.1) }
            .filter { $0.contribution != 0 }
            .sorted { abs($0.contribution) > abs($1.contribution) }
    }
}

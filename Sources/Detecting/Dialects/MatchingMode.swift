/// How a client is told from what it has said.
public enum MatchingMode: String, Sendable, Hashable, CaseIterable {
    /// Hard sets, as published (B@bel, section 4): one deviation rules a dialect out, one dialect left is a decision.
    case paper

    /// Likelihoods with an open-set model: a deviation costs, and a decision needs a probability.
    case likelihood
}

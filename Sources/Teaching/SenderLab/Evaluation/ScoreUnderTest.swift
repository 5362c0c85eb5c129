/// The scores that an evaluation compares, in the order of the ablation, and the baselines.
public enum ScoreUnderTest: String, CaseIterable, Sendable {
    /// S(r) as published: all spam senders clustered on raw counts, the sender's raw counts compared.
    case paper

    /// The same with the sender's row scaled to length one.
    case unit

    /// Counts as log(1 + count), in clusters and row.
    case log

    /// Clusters of senders to two or more domains only.
    case multiOnly = "multi_only"

    /// Spam clusters against the site's background, calibrated; taught by the window before the judged one only.
    case contrastOneWindow = "contrast_one_window"

    /// The same, taught by all earlier windows with decay: what Argot uses for targets alone.
    case contrast

    /// Contrast combined with the history of senders and networks: what Argot acts on.
    case history

    /// Baseline: how many senders of the window before wrote to the sender's domains, on average.
    case popularity

    /// Baseline: 1 unless the sender was seen in an earlier window.
    case seenBefore = "seen_before"

    /// Baseline: 1 unless an honest sender of the same /24 (IPv6: /48) was seen in an earlier window.
    case prefixSeenBefore = "prefix_seen_before"

    /// Baseline: the history feature alone, without targets.
    case historyOnly = "history_only"

    /// No forecast: each domain's odds of spam in the judged window itself, averaged over the sender's domains. What
    /// targets one by one could tell at most, had the future been known.
    case hindsight

    /// Whether it stands beside the scores for comparison: a simple rule to be beaten, or a bound.
    public var isBaseline: Bool {
        switch self {
        case .popularity, .seenBefore, .prefixSeenBefore, .historyOnly, .hindsight: true
        default: false
        }
    }

    /// The score that this one is an improvement on, in the ablation.
    public var predecessor: ScoreUnderTest? {
        switch self {
        case .unit: .paper
        case .log: .unit
        case .multiOnly: .log
        case .contrast: .multiOnly
        case .history: .contrast
        default: nil
        }
    }
}

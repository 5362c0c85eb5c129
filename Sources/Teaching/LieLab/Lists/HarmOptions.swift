/// How much mail of what kind a site gets, for what lies cost it.
public struct HarmOptions: Sendable, Hashable {
    /// Messages offered per month.
    public var volume = 100_000.0

    /// The share of spam in them: that of the judged mail of 2007 in `argot replay --envelopes` (20,065 of 27,064).
    public var spamShare = 0.74

    /// The share of list mail in honest mail: an assumption.
    public var listShare = 0.3

    /// The share of the spam that is judged certain.
    public var recall = 0.5

    /// How lists write.
    public var habits = ListHabits.assumed

    /// The defaults.
    public init() {}

    /// Subscriptions of the site's users.
    public var subscriptions: Double {
        let posts = habits.postsPerMonth
        return posts > 0 ? volume * (1 - spamShare) * listShare / posts : 0
    }

    /// The share of honest messages that are judged certain if so large a share of all that are is spam; 0...1.
    public func falsePositiveRate(precision: Double) -> Double {
        let honest = precision * (1 - spamShare)
        guard honest > 0 else { return 1 }
        return min(1, max(0, recall * spamShare * (1 - precision) / honest))
    }
}

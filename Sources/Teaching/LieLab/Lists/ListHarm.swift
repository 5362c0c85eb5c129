/// What lies cost those who are written to by honest lists. Exact: every history of a subscription is followed with its
/// probability.
public enum ListHarm {
    /// The probability that a subscription whose subscriber is lied about is lost within so many days.
    ///
    /// - Parameters:
    ///   - probability: that a post (or, with `.server`, all posts) is judged falsely.
    ///   - undoneAfter: days after the first post is lied to after which the list server is let in; `nil` for never.
    public static func lossProbability(
        _ rule: BounceRule, by misjudgement: Misjudgement, probability: Double, days: Int, undoneAfter: Int? = nil,
        habits: ListHabits = .assumed
    ) -> Double {
        switch misjudgement {
        case .server:
            let lost = habits.mean(
                { posts in
                    var subscription = Subscription(rule)
                    // The server is noticed so many days after the verdict first holds, at day 0, for all of its lists.
                    for day in posts { subscription.take(isBounced: undoneAfter.map { day < $0 } ?? true, on: day) }
                    return subscription.isLost ? 1 : 0
                }, days: days)
            return probability * lost
        case .post:
            return habits.mean(
                { posts in
                    var states: [Subscription: Double] = [Subscription(rule): 1]
                    for day in posts {
                        var next: [Subscription: Double] = [:]
                        for (state, share) in states {
                            for (isBounced, part) in [(true, probability), (false, 1 - probability)] where part > 0 {
                                var after = state
                                after.take(isBounced: isBounced, on: day)
                                next[after, default: 0] += share * part
                            }
                        }
                        states = next
                    }
                    // In the order of their size, so that the sum is the same each time.
                    return states.filter { $0.key.isLost }.values.sorted().reduce(0, +)
                }, days: days)
        }
    }
}

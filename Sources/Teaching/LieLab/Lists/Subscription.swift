/// A subscription, as the list's software keeps it: posts in, subscribed or not out.
public struct Subscription: Sendable, Hashable {
    /// What the software goes by.
    public let rule: BounceRule

    /// Whether the subscriber was given up.
    public private(set) var isLost = false

    private var bounces = 0
    private var lastBounce = 0

    /// A subscription on which nothing has bounced.
    public init(_ rule: BounceRule) { self.rule = rule }

    /// Takes what came of a post. Days do not go back.
    public mutating func take(isBounced: Bool, on day: Int) {
        guard !isLost else { return }
        switch rule {
        case .atOnce:
            isLost = isBounced
        case .inARow(let count):
            bounces = isBounced ? bounces + 1 : 0
            isLost = bounces >= count
        case .score(let threshold, let stale):
            guard isBounced else { return }
            if bounces > 0, day - lastBounce > stale { bounces = 0 }
            // Several bounces of a day are one.
            if bounces == 0 || day > lastBounce { bounces += 1 }
            lastBounce = day
            isLost = bounces >= threshold
        }
    }
}

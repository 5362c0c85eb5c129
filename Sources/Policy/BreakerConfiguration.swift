/// The false-positive budget: when refusals of clients that used to pass exceed it, Argot drops to `observe`.
public struct BreakerConfiguration: Sendable, Hashable {
    /// Whether the breaker is armed.
    public var isEnabled = true

    /// The share of known good clients seen in the window that may be refused, 0...1.
    public var budget = 0.01

    /// How many refused good clients it takes at least.
    public var minimumCount = 3

    /// The sliding window in seconds.
    public var window: Int64 = 3_600

    /// How long Argot stays in `observe` in seconds; a reload ends it early.
    public var cooldown: Int64 = 86_400

    /// The defaults.
    public init() {}
}

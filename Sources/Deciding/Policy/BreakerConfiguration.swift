/// The false-positive budget: when refusals of clients with a good history exceed it, the breaker switches off what
/// refuses them.
public struct BreakerConfiguration: Sendable, Hashable {
    /// Whether the breaker is armed.
    public var isEnabled = true

    /// The share of the organisations and networks with a good history, seen in the window, that may be refused, 0...1.
    public var budget = 0.01

    /// How many different organisations or networks it takes at least.
    public var minimumCount = 5

    /// The sliding window in seconds.
    public var window: Int64 = 3_600

    /// How long what was switched off stays off, in seconds; a reload ends it early.
    public var cooldown: Int64 = 86_400

    /// The defaults.
    public init() {}
}

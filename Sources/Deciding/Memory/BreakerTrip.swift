public import Policy

/// What the breaker has switched off.
public enum BreakerTrip: Sendable, Hashable, CustomStringConvertible {
    /// One dialect or one detector: what it says counts for nothing until the cooldown is over.
    case narrow(BreakerCause)

    /// All refusals but those of the deny list: Argot observes until the cooldown is over.
    case whole

    /// The word used in logs: the cause, or `all`.
    public var description: String {
        switch self {
        case .narrow(let cause): cause.description
        case .whole: "all"
        }
    }
}

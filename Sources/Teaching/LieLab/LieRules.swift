/// What a lie depends on, besides the site's key.
public enum LieScope: String, Sendable, Hashable, CaseIterable {
    /// The recipient alone: all bots are told the same.
    case recipient

    /// Recipient and network of the client: each network is told its own.
    case pair
}

/// What keeps the share of unknown users that judged clients see plausible.
public enum Plausibility: Sendable, Hashable {
    /// Nothing.
    case unlimited

    /// The daemon's rule, by the share that the site learns from everybody whom no lies are due to.
    case learned

    /// The daemon's rule, by this share.
    case share(Double)
}

/// About whom a site lies, and how often.
public enum LieRate: Sendable, Hashable {
    /// About nobody.
    case never

    /// About traps only, always.
    case traps

    /// About a share of all recipients, 0...1.
    case fraction(Double)

    /// What is compared: nothing, traps alone, and fractions up to all.
    public static let compared: [LieRate] =
        [.never, .traps] + [0.05, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1].map(LieRate.fraction)

    /// The share of recipients that are not traps that are lied about.
    public var fraction: Double {
        switch self {
        case .never, .traps: 0
        case .fraction(let share): share
        }
    }

    /// As tables name it.
    public var name: String {
        switch self {
        case .never: "none"
        case .traps: "traps"
        case .fraction(let share): share == 1 ? "1" : String(share)
        }
    }
}

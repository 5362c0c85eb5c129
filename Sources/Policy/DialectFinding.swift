public import SMTP

/// What the dialect machine says of a session, as far as a verdict needs it.
public enum DialectFinding: Sendable, Hashable {
    /// Nothing known speaks like this. An unknown dialect is not a bot's.
    case noOpinion

    /// Several dialects are still possible; the classes of all of them.
    case candidates(Set<DialectClass>)

    /// One dialect is left.
    case decided(name: String, class: DialectClass)

    /// The signal that the finding raises, if any. A set of candidates raises one only when all agree on it.
    public var signal: Signal? {
        switch self {
        case .noOpinion: nil
        case .decided(_, let dialectClass): Self.signal(of: [dialectClass])
        case .candidates(let classes): classes.isEmpty ? nil : Self.signal(of: classes)
        }
    }

    private static func signal(of classes: Set<DialectClass>) -> Signal? {
        if classes.contains(.mta) { return nil }
        if classes == [.attack] { return .dialectAttack }
        return classes.allSatisfy(\.isHostile) ? .dialectBot : .dialectNotMTA
    }
}

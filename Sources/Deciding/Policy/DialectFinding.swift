public import SMTP

/// What the dialect machine says of a session, as far as a verdict needs it.
public enum DialectFinding: Sendable, Hashable {
    /// Nothing known speaks like this. An unknown dialect is not a bot's.
    case noOpinion

    /// Several dialects are still possible; the classes of all of them.
    case candidates(Set<DialectClass>)

    /// One dialect is left.
    case decided(name: String, class: DialectClass)

    /// How likely the client is hostile, in likelihood mode.
    ///
    /// - name: the likely dialects, for logs; empty when the client is unknown.
    /// - hostile: the probability of a hostile engine, known or not, 0...1.
    /// - classes: the classes that the client can be of; empty when it can be software that nobody knows.
    /// - device: the probability that it is known software which is not a mail transfer agent, 0...1.
    case posterior(name: String, hostile: Double, classes: Set<DialectClass>, device: Double)

    /// From which probability on a client counts as hostile.
    public static let hostileThreshold = 0.98

    /// The probability of a hostile engine as far as the finding tells: 1 for a decision, `nil` for hard candidates.
    public var likelihood: Double? {
        switch self {
        case .posterior(_, let hostile, _, _): hostile
        case .decided(_, let dialectClass): dialectClass.isHostile ? 1 : 0
        case .noOpinion, .candidates: nil
        }
    }

    /// The dialect's name, or those of the likely ones; `nil` where none is named.
    public var name: String? {
        switch self {
        case .noOpinion, .candidates: nil
        case .decided(let name, _): name
        case .posterior(let name, _, _, _): name.isEmpty ? nil : name
        }
    }

    /// Whether the client speaks like a known program that is neither hostile nor a mail transfer agent: a device, a
    /// script, a monitoring probe. Many of them never come back when they are asked to.
    public var isKnownDevice: Bool {
        switch self {
        case .noOpinion: false
        case .decided(_, let dialectClass): Self.isDevice(dialectClass)
        case .candidates(let classes): !classes.isEmpty && classes.allSatisfy(Self.isDevice)
        case .posterior(_, let hostile, _, let device):
            device >= Self.deviceThreshold && hostile <= Self.harmlessThreshold
        }
    }

    private static func isDevice(_ dialectClass: DialectClass) -> Bool {
        !dialectClass.isHostile && dialectClass != .mta
    }

    /// From which probability on a client counts as a known program, and up to which one of a hostile engine.
    private static let deviceThreshold = 0.5
    private static let harmlessThreshold = 0.05

    /// Who speaks, as far as one dialect or one class is left.
    public var speaker: (name: String?, dialectClass: DialectClass?) {
        switch self {
        case .noOpinion: (nil, nil)
        case .decided(let name, let dialectClass): (name, dialectClass)
        case .candidates(let classes): (nil, classes.count == 1 ? classes.first : nil)
        case .posterior(let name, let hostile, let classes, _):
            if classes.count == 1, let only = classes.first, !only.isHostile || hostile >= Self.hostileThreshold {
                (name.contains("|") || name.hasPrefix("?") || name.isEmpty ? nil : name, only)
            } else {
                (nil, nil)
            }
        }
    }

    /// The signal that the finding raises, if any. A set of candidates raises one only when all agree on it.
    public var signal: Signal? {
        switch self {
        case .noOpinion: nil
        case .decided(_, let dialectClass): Self.signal(of: [dialectClass])
        case .candidates(let classes): classes.isEmpty ? nil : Self.signal(of: classes)
        case .posterior(_, let hostile, let classes, _):
            if hostile >= Self.hostileThreshold {
                classes == [.attack] ? .dialectAttack : .dialectBot
            } else {
                // Less than certain is no accusation, whatever the classes.
                classes.isEmpty || classes.contains(.mta) ? nil : .dialectNotMTA
            }
        }
    }

    private static func signal(of classes: Set<DialectClass>) -> Signal? {
        if classes.contains(.mta) { return nil }
        if classes == [.attack] { return .dialectAttack }
        return classes.allSatisfy(\.isHostile) ? .dialectBot : .dialectNotMTA
    }
}

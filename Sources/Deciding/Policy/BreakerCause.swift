/// What the breaker can hold responsible for refusals, and switch off by itself.
public enum BreakerCause: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// One dialect, by the name that the log gives it.
    case dialect(String)

    /// Everything that a detector says.
    case detector(Detector)

    /// The word used in logs: `dialect.NAME`, or the detector's.
    public var description: String {
        switch self {
        case .dialect(let name): "dialect.\(name)"
        case .detector(let detector): detector.word
        }
    }

    /// The cause of a word; one that names no detector of Argot's own is taken for a dialect's.
    public init(word: String) {
        let prefix = "\(Detector.dialect)."
        if let detector = Detector.all.first(where: { $0.word == word }) {
            self = .detector(detector)
        } else {
            self = .dialect(word.hasPrefix(prefix) ? String(word.dropFirst(prefix.count)) : word)
        }
    }

    /// The narrower cause comes first, then the alphabet.
    public static func < (left: BreakerCause, right: BreakerCause) -> Bool {
        switch (left, right) {
        case (.dialect(let one), .dialect(let other)): one < other
        case (.dialect, .detector): true
        case (.detector, .dialect): false
        case (.detector(let one), .detector(let other)): one.word < other.word
        }
    }

    /// Whether a client that gives this cause has no standing by it, unless the model or the lists have just changed.
    public var isHostile: Bool {
        switch self {
        case .dialect, .detector(.dialect), .detector(.trap): true
        case .detector: false
        }
    }
}

/// Something that a stranger tries, against a site without a mail server, and what must come of it.
public struct Attack: Sendable {
    /// What came of it.
    public struct Outcome: Sendable {
        /// The attacker's sessions.
        public var sessions = 0
        /// Honest messages that were sent beside, to see what becomes of them.
        public var offered = 0
        /// Those of them that were taken at once.
        public var delivered = 0
        /// What should not have happened; empty if everything held.
        public var broken: [String] = []

        /// Nothing yet.
        public init() {}

        /// Notes what should not have happened.
        public mutating func require(_ holds: Bool, _ otherwise: String) {
            if !holds { broken.append(otherwise) }
        }
    }

    /// The name, such as `evict-history`.
    public let name: String
    /// What the stranger does.
    public let what: String
    /// What must hold.
    public let right: String
    /// Does it. The number is a seed.
    public let run: @Sendable (UInt64) throws -> Outcome

    /// An attack of its parts.
    public init(
        _ name: String, _ what: String, right: String, run: @escaping @Sendable (UInt64) throws -> Outcome
    ) {
        self.name = name
        self.what = what
        self.right = right
        self.run = run
    }

    /// All attacks.
    public static let all: [Attack] = breaker + memory + exemptions + lists + words
}

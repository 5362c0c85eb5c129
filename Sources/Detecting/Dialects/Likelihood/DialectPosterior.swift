public import SMTP

/// How likely a client is of each kind after what it has shown: the answer of the decision machine in likelihood mode.
public struct DialectPosterior: Sendable, Hashable {
    /// A dialect and its probability.
    public struct Share: Sendable, Hashable {
        /// The dialect.
        public let name: DialectMatch.DialectName

        /// Its probability, 0...1.
        public let probability: Double
    }

    /// What a posterior amounts to.
    public enum Verdict: String, Sendable, Hashable, CaseIterable {
        /// A hostile engine.
        case bot

        /// Software that the model knows.
        case legit

        /// Both are still possible.
        case ambiguous

        /// Nothing known speaks like this, and nothing speaks for a hostile engine. No opinion.
        case unknown
    }

    /// How many dialects are named.
    static let shown = 8

    /// From which probability on a client is called hostile.
    public static let hostileThreshold = 0.98

    /// How much likelier than hostile a client must be known software to be called legitimate.
    public static let softwareOdds = 9.0

    /// From which probability on a client without known dialect is called ambiguous instead of unknown.
    public static let suspicionThreshold = 0.9

    /// The most likely dialects, most likely first; a few of them.
    public let best: [Share]

    /// By the number of a class: the probability of its dialects, and whether the model has any.
    private let shares: [Double]
    private let hasClass: [Bool]

    /// The probability of software that the model does not know.
    public let unknownSoftware: Double

    /// The probability of a hostile engine that the model does not know.
    public let unknownEngine: Double

    /// What the client showed beside its dialect.
    public let signs: BehaviourSigns

    /// Whether the client has logged in. Then it uses somebody's account, and its dialect condemns nobody.
    public let isAuthenticated: Bool

    init(
        best: [Share], shares: [Double], hasClass: [Bool], unknownSoftware: Double, unknownEngine: Double,
        signs: BehaviourSigns, isAuthenticated: Bool
    ) {
        self.best = best
        self.shares = shares
        self.hasClass = hasClass
        self.unknownSoftware = unknownSoftware
        self.unknownEngine = unknownEngine
        self.signs = signs
        self.isAuthenticated = isAuthenticated
    }

    /// The probability of each class of known dialects.
    public var classes: [DialectClass: Double] {
        var found: [DialectClass: Double] = [:]
        for dialectClass in DialectClass.ordered where hasClass[dialectClass.number] {
            found[dialectClass] = shares[dialectClass.number]
        }
        return found
    }

    /// The probability of the dialects of one class; 0 where the model has none.
    public func probability(of dialectClass: DialectClass) -> Double { shares[dialectClass.number] }

    /// The probability that the client is hostile, known or not.
    public var hostile: Double { unknownEngine + probability(of: .bot) + probability(of: .attack) }

    /// The probability that the client is known software.
    public var knownSoftware: Double {
        var sum = 0.0
        for dialectClass in DialectClass.ordered where !dialectClass.isHostile { sum += probability(of: dialectClass) }
        return sum
    }

    /// What it amounts to.
    public var verdict: Verdict {
        if hostile >= Self.hostileThreshold { return isAuthenticated ? .unknown : .bot }
        if unknownSoftware + unknownEngine > 0.5 { return hostile < Self.suspicionThreshold ? .unknown : .ambiguous }
        return knownSoftware >= Self.softwareOdds * hostile ? .legit : .ambiguous
    }

    /// The likely dialects in a word that does not hang on which of them is a little likelier, nor on how likely unknown
    /// software is: the same for hosts that speak alike.
    public var poolWord: String {
        guard let first = best.first, first.probability > 0.01 else { return "" }
        return best.filter { $0.probability >= first.probability * 0.5 }.map(\.name.name).sorted().joined(
            separator: "|")
    }

    /// The likely dialects in a word for logs: up to three names joined by `|`. A `?` stands before them when the client
    /// is more likely unknown than any of those known; nothing stands there when it is like none.
    public var label: String {
        guard let first = best.first, first.probability > 0.01 else { return "" }
        let named = shares.reduce(0, +)
        let doubt = named > unknownSoftware + unknownEngine ? "" : "?"
        let likely = best.filter { $0.probability >= first.probability * 0.1 }
        let others = likely.count > 3 ? "|+\(likely.count - 3)" : ""
        return doubt + likely.prefix(3).map(\.name.name).joined(separator: "|") + others
    }
}

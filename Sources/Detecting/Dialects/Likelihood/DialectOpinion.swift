public import SMTP

/// What likelihoods say of a session at one moment, with all that verdicts need of it: worked out once for all sessions that
/// have done the same.
public final class DialectOpinion: Sendable {
    /// How likely the client is of each kind.
    public let posterior: DialectPosterior

    /// The likely dialects in a word for logs: see ``DialectPosterior/label``.
    public let label: String

    /// The likely dialects in a word for keys: see ``DialectPosterior/poolWord``.
    public let poolWord: String

    /// The classes that the client can be of; empty when it can be software that nobody knows.
    public let classes: Set<DialectClass>

    /// The probability that the client is known software which is neither hostile nor a mail transfer agent.
    public let device: Double

    /// From which probability on a class is one that the client can be of.
    private static let leastShare = 0.02

    init(_ posterior: DialectPosterior) {
        self.posterior = posterior
        label = posterior.label
        poolWord = posterior.poolWord
        var classes: Set<DialectClass> = []
        var device = 0.0
        for dialectClass in DialectClass.ordered {
            let share = posterior.probability(of: dialectClass)
            if share >= Self.leastShare { classes.insert(dialectClass) }
            if !dialectClass.isHostile, dialectClass != .mta { device += share }
        }
        if posterior.unknownEngine >= Self.leastShare { classes.insert(.bot) }
        if posterior.unknownSoftware >= Self.leastShare { classes = [] }
        self.classes = classes
        self.device = device
    }

    /// About how many bytes it takes.
    var weight: Int { 600 + posterior.best.count * MemoryLayout<DialectPosterior.Share>.stride }
}

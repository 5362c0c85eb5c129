public import Policy
public import SMTP
public import SpamTracker

/// The scores in force, frozen: asked without a lock by any number of sessions. The slow side publishes new ones.
public final class SenderScores: Sendable {
    /// The compiled scores.
    public let snapshot: ScoreSnapshot

    private let pseudonyms: SenderPseudonyms
    private let numbers: DomainNumbers

    /// Scores by pseudonyms.
    public init(_ snapshot: ScoreSnapshot, pseudonyms: SenderPseudonyms) {
        self.snapshot = snapshot
        self.pseudonyms = pseudonyms
        numbers = DomainNumbers(snapshot.table)
    }

    /// What is to be thought of a sender that now writes to these domains, beside those of its row. Keyed hashes are
    /// given. O(domains).
    public func finding(on sender: SenderKey, domains: [UInt64], at now: UnixTime) -> SenderFinding {
        let score = snapshot.score(
            of: sender, domains: domains.enumerated().map { numbers.number(of: $1) ?? numbers.unknown(at: $0) })
        return SenderFinding(
            probability: score.probability, confidence: score.confidence, cluster: score.cluster,
            domains: score.domainCount, age: max(0, snapshot.age(at: now)))
    }

    /// The keyed hash of a domain.
    public func domain(_ name: String) -> UInt64 { pseudonyms.domain(name) }

    /// The pseudonym of a client.
    public func sender(_ client: ClientAddress) -> SenderKey { pseudonyms.sender(client) }
}

/// That a client has asked for a recipient: what the slow side counts.
public struct SenderAim: Sendable, Hashable {
    /// Who asked.
    public var client: ClientAddress

    /// The recipient's domain in lower case.
    public var domain: String

    /// When.
    public var time: UnixTime

    /// Whether the recipient is a trap.
    public var isTrap: Bool

    /// Whether the dialect is a bot's; `false` when the verdict used the sender's score, so that it never learns from
    /// itself.
    public var isBotDialect: Bool

    /// An aim of its parts.
    public init(client: ClientAddress, domain: String, time: UnixTime, isTrap: Bool = false, isBotDialect: Bool = false)
    {
        self.client = client
        self.domain = domain
        self.time = time
        self.isTrap = isTrap
        self.isBotDialect = isBotDialect
    }
}

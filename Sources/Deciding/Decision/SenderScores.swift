public import Policy
public import SMTP
public import SpamTracker

/// The scores in force, frozen: asked without a lock by any number of sessions. The slow side publishes new ones.
public final class SenderScores: Sendable {
    /// The compiled scores.
    public let snapshot: ScoreSnapshot

    /// What the snapshot knows senders and domains by.
    private enum Naming {
        case pseudonyms(SenderPseudonyms, DomainNumbers)
        case clear(SenderPrefixes)
    }

    private let naming: Naming

    /// Whether the site has scores of its own.
    private let isOwn: Bool

    /// What a group of sites says; `nil` without one.
    public let shared: SharedScores?

    /// Scores by pseudonyms, as a daemon has them.
    public init(_ snapshot: ScoreSnapshot, pseudonyms: SenderPseudonyms, shared: SharedScores? = nil) {
        self.snapshot = snapshot
        self.shared = shared
        isOwn = true
        naming = .pseudonyms(pseudonyms, DomainNumbers(snapshot.table))
    }

    /// No scores of the site's own, only what a group of sites says.
    public init(shared: SharedScores, pseudonyms: SenderPseudonyms) {
        snapshot = ScoreSnapshot(SenderModel(), created: UnixTime(seconds: 0))
        self.shared = shared
        isOwn = false
        naming = .pseudonyms(pseudonyms, DomainNumbers(snapshot.table))
    }

    /// The same scores with what a group of sites says now; `nil` for nothing.
    public init(_ scores: SenderScores, shared: SharedScores?) {
        snapshot = scores.snapshot
        naming = scores.naming
        isOwn = scores.isOwn
        self.shared = shared
    }

    /// Scores by addresses and domains' names, as a model has them that was made from a list of mails.
    public init(_ snapshot: ScoreSnapshot, prefixes: SenderPrefixes = SenderPrefixes()) {
        self.snapshot = snapshot
        shared = nil
        isOwn = true
        naming = .clear(prefixes)
    }

    /// What is to be thought of a sender that now writes to these domains, beside those of its row. What `domain` gives for
    /// them is given. Of this site's own scores and the group's that one holds which has more to go by; between equals the
    /// site's own. O(domains).
    ///
    /// - Parameter sharedSender: what ``sharedSender(_:)`` gives for the sender.
    public func finding(
        on sender: SenderKey, sharedSender: SenderKey? = nil, domains: [UInt64], at now: UnixTime
    ) -> SenderFinding {
        let score = snapshot.score(of: sender, domains: numbers(of: domains))
        let own = SenderFinding(
            probability: score.probability, confidence: score.confidence, cluster: score.cluster,
            domains: score.domainCount, age: max(0, snapshot.age(at: now)))
        guard let shared, let sharedSender else { return own }
        let theirs = shared.finding(on: sharedSender, domains: domains, at: now)
        return theirs.confidence > own.confidence || !isOwn ? theirs : own
    }

    /// What stands for a client with the group; `nil` without one.
    public func sharedSender(_ client: ClientAddress) -> SenderKey? { shared?.sender(client) }

    private func numbers(of domains: [UInt64]) -> [UInt32] {
        switch naming {
        case .pseudonyms(_, let numbers):
            domains.enumerated().map { numbers.number(of: $1) ?? numbers.unknown(at: $0) }
        case .clear: domains.map { UInt32(truncatingIfNeeded: $0) }
        }
    }

    /// What stands for a domain: its keyed hash, or its number in the model.
    public func domain(_ name: String) -> UInt64 {
        switch naming {
        case .pseudonyms(let pseudonyms, _): return pseudonyms.domain(name)
        case .clear:
            if let number = snapshot.table.number(of: name) { return UInt64(number) }
            // Unknown domains need to be told apart, no more.
            let hash = name.utf8.reduce(UInt32(0x811c_9dc5)) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
            let first = UInt32(snapshot.table.capacity + snapshot.table.tailBuckets)
            return UInt64(first + hash % (.max - first))
        }
    }

    /// What stands for a client: its pseudonym, or its address.
    public func sender(_ client: ClientAddress) -> SenderKey {
        switch naming {
        case .pseudonyms(let pseudonyms, _): pseudonyms.sender(client)
        case .clear(let prefixes): SenderKey(client, prefixes: prefixes)
        }
    }
}

/// That a client has asked for a recipient: what the slow side counts.
public struct SenderAim: Sendable, Hashable {
    /// Who asked.
    public var client: ClientAddress

    /// The recipient's domain, folded.
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

public import Policy
public import SMTP
public import SpamTracker

/// What a group of sites has found out together about senders, frozen: asked without a lock, beside the site's own scores.
///
/// Senders have pseudonyms under the group's key here. A recipient domain is known if this site has submitted counts to the
/// group; to others' domains nobody here writes.
public final class SharedScores: Sendable {
    /// The group's model, compiled.
    public let snapshot: ScoreSnapshot

    /// Whom the group lists.
    public let listed: ListedSenders

    /// What the snapshot goes by: its number, which grows.
    public let sequence: UInt64

    private let group: SenderPseudonyms
    private let site: SenderPseudonyms
    private let columns: [UInt64: UInt32]

    /// Scores of a group.
    ///
    /// - Parameters:
    ///   - snapshot: the group's model, compiled; its time is what its age counts from.
    ///   - listed: whom the group lists.
    ///   - columns: the numbers of this site's domains in the model, by ``SenderPseudonyms/sharedColumn(of:)``.
    ///   - group: names senders as the group does.
    ///   - site: names domains as this site does.
    public init(
        _ snapshot: ScoreSnapshot, listed: ListedSenders, sequence: UInt64, columns: [UInt64: UInt32],
        group: SenderPseudonyms, site: SenderPseudonyms
    ) {
        self.snapshot = snapshot
        self.listed = listed
        self.sequence = sequence
        self.columns = columns
        self.group = group
        self.site = site
    }

    /// The group's pseudonym of a client. Some microseconds for who was not asked for lately.
    public func sender(_ client: ClientAddress) -> SenderKey { group.sender(client) }

    /// What the group says of a sender that now writes to these domains, given as the site's keyed hashes: what its list says,
    /// or what its model says, whichever has more to go by. O(domains).
    public func finding(on sender: SenderKey, domains: [UInt64], at now: UnixTime) -> SenderFinding {
        let unknown = UInt32(snapshot.table.capacity + snapshot.table.tailBuckets)
        let numbers = domains.enumerated().map {
            columns[site.sharedColumn(of: $1)] ?? unknown + UInt32(clamping: $0)
        }
        let score = snapshot.score(of: sender, domains: numbers)
        let age = max(0, snapshot.age(at: now))
        if let line = listed[sender], Double(line.confidence) / 100 >= score.confidence {
            return SenderFinding(
                probability: Double(line.probability) / 1_000, confidence: Double(line.confidence) / 100,
                cluster: line.cluster.map(Int.init), domains: Int(line.domains), age: age, isShared: true)
        }
        return SenderFinding(
            probability: score.probability, confidence: score.confidence, cluster: score.cluster,
            domains: score.domainCount, age: age, isShared: true)
    }
}

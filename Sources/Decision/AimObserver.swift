import Policy
import SMTP
import SpamTracker

/// Whom a client writes to in its session: what the slow side is told, and what the scores say of it.
struct AimObserver: Sendable {
    private let snapshot: DecisionSnapshot
    /// The senders' scores in force when the session began; `nil` without any.
    private let scores: SenderScores?
    private let senderKey: SenderKey?
    /// The domains asked for, as the scores know them.
    private var domains: [UInt64] = []

    /// The last recipient; `nil` before one, and for clients that are none: those that have logged in, trusted networks,
    /// local submissions.
    private(set) var last: SenderAim?

    /// Recipients of one session that its score looks at.
    private static let maximumDomains = 100

    init(snapshot: DecisionSnapshot, client: ClientAddress?, scores: SenderScores?) {
        self.snapshot = snapshot
        self.scores = scores
        senderKey = scores.flatMap { scores in client.map { scores.sender($0) } }
    }

    /// Remembers a recipient, refused or not.
    mutating func note(_ recipient: MailAddress, from peers: SessionPeers, isAuthenticated: Bool) {
        last = nil
        guard let client = peers.client, peers.clientPort != 0, !isAuthenticated, !recipient.foldedDomain.isEmpty,
            !snapshot.policy.configuration.trustedNetworks.contains(where: { $0.contains(client) })
        else { return }
        last = SenderAim(
            client: client, domain: recipient.foldedDomain, time: UnixTime(seconds: 0),
            isTrap: snapshot.policy.isTrap(recipient))
        if let scores, domains.count < Self.maximumDomains { domains.append(scores.domain(recipient.foldedDomain)) }
    }

    /// What the scores say of whom the client writes to. O(recipients).
    func finding(at now: UnixTime) -> SenderFinding? {
        guard let scores, let senderKey, last != nil else { return nil }
        return scores.finding(on: senderKey, domains: domains, at: now)
    }

    /// Completes the last recipient with the verdict's evidence: a bot's dialect counts only if the score took no part, so
    /// that it never learns from itself.
    mutating func complete(with evidence: Evidence, at now: UnixTime) {
        last?.time = now
        guard last != nil, evidence.dialect.signal == .dialectBot else { return }
        last?.isBotDialect = !snapshot.policy.signals(in: evidence).contains(.senderCluster)
    }
}

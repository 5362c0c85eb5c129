import Policy
import SMTP
import SpamTracker

/// Whom a client writes to in its session: what the slow side is told, and what the scores say of it.
struct SenderDetector: SessionDetector {
    static var detector: Detector { .senders }

    private let policy: VerdictPolicy
    /// The client whose aims are counted; `nil` for those that are none: trusted networks, local submissions.
    private let client: ClientAddress?
    /// The senders' scores in force when the session began; `nil` without any.
    private let scores: SenderScores?
    private let senderKey: SenderKey?
    /// The same for the group of sites, where there is one.
    private let sharedSender: SenderKey?
    /// The domains asked for, as the scores know them.
    private var domains: [UInt64] = []
    private var isAuthenticated = false

    /// The last recipient; `nil` before one, and for clients that are none.
    private(set) var last: SenderAim?

    /// Recipients of one session that its score looks at.
    private static let maximumDomains = 100

    init(policy: VerdictPolicy, peers: SessionPeers, scores: SenderScores?) {
        self.policy = policy
        let client = peers.clientPort == 0 || policy.trusts(peers.client) ? nil : peers.client
        self.client = client
        self.scores = scores
        senderKey = scores.flatMap { scores in client.map { scores.sender($0) } }
        sharedSender = scores.flatMap { scores in client.flatMap { scores.sharedSender($0) } }
    }

    /// Remembers a recipient, refused or not.
    mutating func take(_ event: ObservedEvent, _ bytes: Span<UInt8>) {
        switch event {
        case .auth: isAuthenticated = true
        case .rcpt(let recipient):
            last = nil
            guard let client, !isAuthenticated, !recipient.foldedDomain.isEmpty else { return }
            last = SenderAim(
                client: client, domain: recipient.foldedDomain, time: UnixTime(seconds: 0),
                isTrap: policy.isTrap(recipient))
            if let scores, domains.count < Self.maximumDomains {
                domains.append(scores.domain(recipient.foldedDomain))
            }
        default: break
        }
    }

    /// What the scores say of whom the client writes to. O(recipients).
    func finding(at now: UnixTime) -> SenderFinding? {
        guard let scores, let senderKey, last != nil else { return nil }
        return scores.finding(on: senderKey, sharedSender: sharedSender, domains: domains, at: now)
    }

    func find(_ found: inout [Signal], in attempt: DeliveryAttempt, under policy: VerdictPolicy) {
        guard let finding = attempt.senderFinding, let signal = policy.signal(of: finding) else { return }
        found.append(signal)
    }

    /// The last recipient with the verdict's evidence: a bot's dialect counts only if the score took no part, so that it
    /// never learns from itself.
    func aim(at now: UnixTime, with evidence: Evidence? = nil) -> SenderAim? {
        guard var aim = last else { return nil }
        aim.time = now
        if let evidence, evidence.attempt.dialect.signal == .dialectBot {
            aim.isBotDialect = !evidence.signals.contains(.senderCluster)
        }
        return aim
    }
}

extension VerdictPolicy {
    /// Whether a client is one of the site's own, none at all, or on the allow list by its address. O(networks).
    func leavesAlone(_ client: ClientAddress?) -> Bool {
        trusts(client)
            || client.map { client in configuration.allowedAddresses.contains { $0.contains(client) } } ?? false
    }

    /// Whether a client is one of the site's own, or none at all. O(networks).
    func trusts(_ client: ClientAddress?) -> Bool {
        guard let client else { return true }
        return configuration.trustedNetworks.contains { $0.contains(client) }
    }
}

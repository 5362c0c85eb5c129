import Dialects
import Policy
import SMTP
import SpamTracker

/// The detectors of one session. This is where a detector is added: a property, and a line in each of the two lists.
struct Detectors: Sendable {
    private(set) var dialect: DialectDetector
    private(set) var siteDialect: SiteDialectDetector?
    private(set) var senders: SenderDetector
    private let lists = ListDetector()
    private let traps = TrapDetector()
    private var recipients = RecipientsDetector()
    private var helo: HELODetector
    private(set) var envelope: EnvelopeDetector?
    private var claims: ClaimDetector
    private let name: NameDetector
    /// Detectors that are not Argot's own.
    private var others: [any SessionDetector]

    init(
        snapshot: DecisionSnapshot, peers: SessionPeers, vantage: Vantage, scores: SenderScores?, isOwnHost: Bool,
        naming: GreetingNaming?
    ) {
        dialect = DialectDetector(snapshot: snapshot, peers: peers, vantage: vantage)
        siteDialect = snapshot.siteDialects.flatMap {
            $0.callsNobody ? nil : SiteDialectDetector(dialects: $0, vantage: vantage, naming: naming)
        }
        senders = SenderDetector(policy: snapshot.policy, peers: peers, scores: scores)
        helo = HELODetector(isOwnHost: isOwnHost)
        if snapshot.envelopes != nil || snapshot.learning != nil {
            envelope = EnvelopeDetector(model: snapshot.envelopes, peers: peers)
        }
        claims = ClaimDetector(peers: peers)
        name = NameDetector(peers: peers)
        others = snapshot.otherDetectors.map { $0(peers) }
    }

    /// Hands an event to all that follow the session.
    mutating func take(_ event: ObservedEvent, _ bytes: Span<UInt8>) {
        dialect.take(event, bytes)
        siteDialect?.take(event, bytes)
        senders.take(event, bytes)
        recipients.take(event, bytes)
        helo.take(event, bytes)
        envelope?.take(event, bytes)
        claims.take(event, bytes)
        for index in others.indices { others[index].take(event, bytes) }
    }

    /// What the client speaks, in a word for logs: a dialect of this site where it counts and the model knows none.
    var dialectLabel: String { siteDialect?.called?.name ?? dialect.label }

    /// Works out what the dialect machine says, before several ask for it.
    mutating func settle() { dialect.settle() }

    /// Everything that counts against an attempt, most telling first.
    ///
    /// - Parameter earlier: what was found at the recipient, when the message has come since: only those that read headers
    ///   are asked again then.
    func signals(
        in attempt: DeliveryAttempt, under configuration: PolicyConfiguration, after earlier: [Signal] = []
    ) -> [Signal] {
        var found = earlier
        ask(lists, &found, attempt, configuration)
        ask(dialect, &found, attempt, configuration)
        if let siteDialect { ask(siteDialect, &found, attempt, configuration) }
        ask(traps, &found, attempt, configuration)
        ask(senders, &found, attempt, configuration)
        ask(recipients, &found, attempt, configuration)
        ask(helo, &found, attempt, configuration)
        if let envelope { ask(envelope, &found, attempt, configuration) }
        ask(claims, &found, attempt, configuration)
        ask(name, &found, attempt, configuration)
        for other in others { ask(other, &found, attempt, configuration) }
        if found.count > 1 { found.sort() }
        return found
    }

    private func ask<One: SessionDetector>(
        _ one: One, _ found: inout [Signal], _ attempt: DeliveryAttempt, _ configuration: PolicyConfiguration
    ) {
        if attempt.isAtEnd {
            guard One.readsHeaders else { return }
            found.removeAll { $0.detector == One.detector }
        }
        one.find(&found, in: attempt, under: configuration)
    }
}

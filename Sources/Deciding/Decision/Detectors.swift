import Dialects
import Policy
import SMTP
import SpamTracker

/// The detectors of one session. This is where a detector is added: a property, and a line in each of the two lists.
struct Detectors: Sendable {
    /// How the client speaks, by what the filter is handed.
    private(set) var handed: Speech
    /// The same with its command lines, as long as all of them are told: one, or none. Apart from the session's own memory, which
    /// those without lines pay for too.
    private var lines: [Speech] = []
    /// What a tap tells of the connection: one, or none, for the same reason.
    private var connection: [ConnectionDetectors] = []
    private let tables: ConnectionTables
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
        snapshot: DecisionSnapshot, peers: SessionPeers, vantage: Vantage, fallback: Vantage, scores: SenderScores?,
        isOwnHost: Bool,
        naming: GreetingNaming?
    ) {
        // Where lines are told, what the filter is handed alone is followed too: a line may be lost at any time.
        handed = Speech(snapshot: snapshot, peers: peers, vantage: fallback, naming: naming)
        if fallback != vantage {
            lines = [Speech(snapshot: snapshot, peers: peers, vantage: vantage, naming: naming)]
        }
        tables = snapshot.connections
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
        switch event {
        case .syn, .hello:
            if connection.isEmpty { connection = [ConnectionDetectors(table: tables.table)] }
            return connection[0].take(event, bytes)
        default: break
        }
        handed.take(event, bytes)
        if !lines.isEmpty { lines[0].take(event, bytes) }
        if case .linesLost = event { lines = [] }
        senders.take(event, bytes)
        recipients.take(event, bytes)
        helo.take(event, bytes)
        envelope?.take(event, bytes)
        claims.take(event, bytes)
        for index in others.indices { others[index].take(event, bytes) }
    }

    /// How the client speaks, as far as it shows. Lent, not copied: it is kilobytes, and asked for often.
    var speech: Speech {
        _read { if lines.isEmpty { yield handed } else { yield lines[0] } }
    }

    /// Works out what the dialect machine says, before several ask for it.
    mutating func settle(_ front: FrontWatch) {
        if lines.isEmpty { handed.settle() } else { lines[0].settle() }
        guard !connection.isEmpty else { return }
        connection[0].hear(speech.dialect.speakers, standing: front.standing)
    }

    /// The states that the session can be in, and what its connection shows.
    var states: String {
        let states = speech.dialect.matcher.states
        let words = connection.first?.words ?? []
        return words.isEmpty ? states : ([states] + words).joined(separator: states.isEmpty ? "" : " ")
    }

    /// The session is over.
    mutating func finish() { if !lines.isEmpty { lines[0].finish() } }

    /// Everything that counts against an attempt, most telling first.
    ///
    /// - Parameter earlier: what was found at the recipient, when the message has come since: only those that read headers
    ///   are asked again then.
    func signals(
        in attempt: DeliveryAttempt, under configuration: PolicyConfiguration, after earlier: [Signal] = []
    ) -> [Signal] {
        var found = earlier
        ask(lists, &found, attempt, configuration)
        ask(speech.dialect, &found, attempt, configuration)
        if let siteDialect = speech.siteDialect { ask(siteDialect, &found, attempt, configuration) }
        ask(traps, &found, attempt, configuration)
        ask(senders, &found, attempt, configuration)
        ask(recipients, &found, attempt, configuration)
        ask(helo, &found, attempt, configuration)
        if let envelope { ask(envelope, &found, attempt, configuration) }
        ask(claims, &found, attempt, configuration)
        ask(name, &found, attempt, configuration)
        if let connection = connection.first {
            ask(connection.hello, &found, attempt, configuration)
            ask(connection.syn, &found, attempt, configuration)
        }
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

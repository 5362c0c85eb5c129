import Dialects
import Policy
import SMTP
import SpamTracker

/// The detectors of one session, which cannot be copied. This is where a detector is added: a property, and a line in each of
/// the two lists.
struct Detectors: ~Copyable {
    /// How the client speaks, by what the filter is handed.
    private(set) var handed: Speech
    /// The same with its command lines, as long as all of them are told. Apart from the session's own memory, which those
    /// without lines pay for too.
    private var lines: LinedSpeech?
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
            lines = LinedSpeech(Speech(snapshot: snapshot, peers: peers, vantage: vantage, naming: naming))
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
        lines?.speech.take(event, bytes)
        if case .linesLost = event { lines = nil }
        senders.take(event, bytes)
        recipients.take(event, bytes)
        helo.take(event, bytes)
        envelope?.take(event, bytes)
        claims.take(event, bytes)
        for index in others.indices { others[index].take(event, bytes) }
    }

    /// Asks how the client speaks, as far as it shows.
    func ofSpeech<Answer>(_ ask: (borrowing Speech) -> Answer) -> Answer {
        if let lines { ask(lines.speech) } else { ask(handed) }
    }

    /// What the dialect machine says. O(1) where it was settled.
    var reading: DialectReading { ofSpeech { $0.reading } }

    /// What the client speaks, in a word for logs.
    var label: String { ofSpeech { $0.label } }

    /// Works out what the dialect machine says, before several ask for it.
    mutating func settle(_ front: FrontWatch) {
        if let lines { lines.speech.settle() } else { handed.settle() }
        guard !connection.isEmpty else { return }
        connection[0].hear(ofSpeech { $0.dialect.speakers }, standing: front.standing)
    }

    /// The states that the session can be in, and what its connection shows.
    var states: String {
        let states = ofSpeech { $0.dialect.matcher.states }
        guard let words = connection.first?.words else { return states }
        return words.isEmpty ? states : ([states] + words).joined(separator: states.isEmpty ? "" : " ")
    }

    /// The session is over.
    mutating func finish() { lines?.speech.finish() }

    /// Everything that counts against an attempt, most telling first.
    ///
    /// - Parameter earlier: what was found at the recipient, when the message has come since: only those that read headers
    ///   are asked again then.
    func signals(
        in attempt: DeliveryAttempt, under policy: VerdictPolicy, after earlier: [Signal] = []
    ) -> [Signal] {
        var found = earlier
        ask(lists, &found, attempt, policy)
        if attempt.isAtEnd {
            found.removeAll { $0.detector == DialectDetector.detector }
            ofSpeech { $0.dialect.find(&found, in: attempt, under: policy) }
        } else {
            ofSpeech { $0.find(&found, in: attempt, under: policy) }
        }
        ask(traps, &found, attempt, policy)
        ask(senders, &found, attempt, policy)
        ask(recipients, &found, attempt, policy)
        ask(helo, &found, attempt, policy)
        if let envelope { ask(envelope, &found, attempt, policy) }
        ask(claims, &found, attempt, policy)
        ask(name, &found, attempt, policy)
        if let connection = connection.first {
            ask(connection.hello, &found, attempt, policy)
            ask(connection.syn, &found, attempt, policy)
        }
        for other in others { ask(other, &found, attempt, policy) }
        if found.count > 1 { found.sort() }
        return found
    }

    private func ask<One: SessionDetector>(
        _ one: One, _ found: inout [Signal], _ attempt: DeliveryAttempt, _ policy: VerdictPolicy
    ) {
        if attempt.isAtEnd {
            guard One.readsHeaders else { return }
            found.removeAll { $0.detector == One.detector }
        }
        one.find(&found, in: attempt, under: policy)
    }
}

/// How the client speaks by its command lines, by itself.
private final class LinedSpeech {
    var speech: Speech

    init(_ speech: consuming Speech) { self.speech = speech }
}

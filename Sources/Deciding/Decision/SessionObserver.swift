import Dialects
import Memory
import Policy
import SMTP
import SpamTracker

/// What a client has shown in its session so far: reads events, hands them to the detectors, and says what they have
/// found. Never decides, and cannot be copied.
struct SessionObserver: ~Copyable {
    let peers: SessionPeers
    private let reader: EventReader
    private(set) var detectors: Detectors
    private(set) var helo: String?
    private(set) var isAuthenticated = false
    private var sender = MailAddress.null

    init(
        snapshot: DecisionSnapshot, peers: SessionPeers, vantage: Vantage, fallback: Vantage, scores: SenderScores?,
        isOwnHost: Bool = false, naming: GreetingNaming? = nil
    ) {
        self.peers = peers
        reader = EventReader(peers: peers, isOwnHost: isOwnHost)
        detectors = Detectors(
            snapshot: snapshot, peers: peers, vantage: vantage, fallback: fallback, scores: scores,
            isOwnHost: isOwnHost,
            naming: naming)
    }

    /// What the client has said and what it is called, where a refusal may quote it.
    var saidByClient: [String] { [helo ?? "", peers.clientName ?? "", sender.unquoted] }

    /// What an event means; `nil` for one that says nothing of the client.
    func read(_ kind: SessionEvent.Kind, _ bytes: Span<UInt8>) -> ObservedEvent? { reader.read(kind, bytes) }

    /// Takes an event and its bytes.
    mutating func take(_ event: ObservedEvent, _ bytes: Span<UInt8>) {
        switch event {
        case .helo: helo = String(decoding: EventReader.argument(bytes), as: UTF8.self)
        case .auth: isAuthenticated = true
        case .mail(let address): sender = address
        default: break
        }
        detectors.take(event, bytes)
    }

    /// What the last recipient was answered.
    mutating func answered(isTemporary: Bool) {
        detectors.take(.answered(isTemporary: isTemporary), [UInt8]().span)
    }

    /// The session is over.
    mutating func finish() { detectors.finish() }

    /// What counts for and against the client at a recipient that the mail server accepts.
    mutating func evidence(
        on recipient: MailAddress, standing: ClientStanding, front: FrontWatch,
        under configuration: PolicyConfiguration, at now: UnixTime
    ) -> Evidence {
        detectors.settle(front)
        var attempt = DeliveryAttempt(
            client: peers.client, clientPort: peers.clientPort.map(Int.init), clientName: peers.clientName ?? "",
            resolution: peers.resolution, sender: sender, recipient: recipient,
            dialect: detectors.reading.finding,
            time: now)
        attempt.senderFinding = detectors.senders.finding(at: now)
        return Evidence(
            attempt, signals: detectors.signals(in: attempt, under: configuration), isAuthenticated: isAuthenticated,
            helo: helo, hasGoodHistory: standing.isGood, networkHasDelivered: standing.networkHasDelivered)
    }

    /// The same evidence with what the headers have added to it.
    mutating func afterHeaders(
        _ evidence: Evidence, front: FrontWatch, under configuration: PolicyConfiguration, at now: UnixTime
    ) -> Evidence {
        var evidence = evidence
        detectors.settle(front)
        evidence.attempt.dialect = detectors.reading.finding
        evidence.attempt.isAtEnd = true
        evidence.attempt.time = now
        evidence.signals = detectors.signals(in: evidence.attempt, under: configuration, after: evidence.signals)
        return evidence
    }
}

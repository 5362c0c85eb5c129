import Dialects
import Memory
import Policy
import SMTP
import SpamTracker

/// What a client has shown in its session so far: reads events, hands them to the detectors, and says what they have
/// found. Never decides, and cannot be copied.
struct SessionObserver: ~Copyable {
    let peers: SessionPeers
    /// Whether the client is the host that the mail server runs on, which may bear its name.
    private let isOwnHost: Bool
    private(set) var detectors: Detectors
    private(set) var helo: String?
    private(set) var isAuthenticated = false
    private var sender = MailAddress.null

    init(
        snapshot: DecisionSnapshot, peers: SessionPeers, vantage: Vantage, fallback: Vantage, scores: SenderScores?,
        isOwnHost: Bool = false, naming: GreetingNaming? = nil
    ) {
        self.peers = peers
        self.isOwnHost = isOwnHost
        detectors = Detectors(
            snapshot: snapshot, peers: peers, vantage: vantage, fallback: fallback, scores: scores,
            isOwnHost: isOwnHost,
            naming: naming)
    }

    /// What the client has said and what it is called, where a refusal may quote it.
    var saidByClient: [String] { [helo ?? "", peers.clientName ?? "", sender.unquoted] }

    /// Takes an event by its bytes. Returns what it means; `nil` for one that says nothing of the client.
    mutating func take(_ kind: SessionEvent.Kind, _ bytes: Span<UInt8>) -> ObservedEvent? {
        let read = EventReader.read(kind, bytes) { argument in
            HELOShape(
                of: argument, client: peers.client, ptr: peers.clientName, server: isOwnHost ? nil : peers.serverName,
                serverAddress: isOwnHost ? nil : peers.server)
        }
        guard let event = read else { return nil }
        switch event {
        case .helo: helo = String(decoding: EventReader.argument(bytes), as: UTF8.self)
        case .auth: isAuthenticated = true
        case .mail(let address): sender = address
        default: break
        }
        detectors.take(event, bytes)
        return event
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
        under policy: VerdictPolicy, at now: UnixTime
    ) -> Evidence {
        detectors.settle(front)
        var attempt = DeliveryAttempt(
            client: peers.client, clientPort: peers.clientPort.map(Int.init), clientName: peers.clientName ?? "",
            resolution: peers.resolution, sender: sender, recipient: recipient,
            dialect: detectors.reading.finding,
            time: now)
        attempt.senderFinding = detectors.senders.finding(at: now)
        return Evidence(
            attempt, signals: detectors.signals(in: attempt, under: policy), isAuthenticated: isAuthenticated,
            helo: helo, hasGoodHistory: standing.isGood, networkHasDelivered: standing.networkHasDelivered,
            networkHadDelivered: standing.networkHadDelivered)
    }

    /// The same evidence with what the headers have added to it.
    mutating func afterHeaders(
        _ evidence: Evidence, front: FrontWatch, under policy: VerdictPolicy, at now: UnixTime
    ) -> Evidence {
        var evidence = evidence
        detectors.settle(front)
        evidence.attempt.dialect = detectors.reading.finding
        evidence.attempt.isAtEnd = true
        evidence.attempt.time = now
        evidence.signals = detectors.signals(in: evidence.attempt, under: policy, after: evidence.signals)
        return evidence
    }
}

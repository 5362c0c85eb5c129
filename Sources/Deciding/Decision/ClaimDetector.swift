import Envelopes
import Policy
import SMTP

/// What a message and its client claim to be, against what they are.
struct ClaimDetector: SessionDetector {
    static var detector: Detector { .claim }
    static var readsHeaders: Bool { true }

    private var observer: ClaimObserver

    init(peers: SessionPeers) { observer = ClaimObserver(clientName: peers.clientName, resolution: peers.resolution) }

    mutating func take(_ event: ObservedEvent, _ bytes: Span<UInt8>) { observer.take(event, bytes) }

    /// Claims are held against the client once the whole message is there: each kind once.
    func find(_ found: inout [Signal], in attempt: DeliveryAttempt, under policy: VerdictPolicy) {
        guard attempt.isAtEnd, !observer.claims.isEmpty else { return }
        let speaker = attempt.dialect.speaker
        let disproved = Contradiction.all(in: observer, dialect: speaker.name, dialectClass: speaker.dialectClass)
        for field in Set(disproved.map(\.claim.field)) { found.append(Signal(of: field)) }
    }
}

extension Signal {
    /// What a disproved claim says.
    init(of field: Claim.Field) {
        self =
            switch field {
            case .mailer: .claimMailer
            case .messageID: .claimMessageID
            case .received: .claimReceived
            case .boundary: .claimBoundary
            case .helo: .claimHELO
            }
    }
}

import Envelopes
import Policy
import SMTP

/// What HELO, names and headers are like, by a model that was learned from spam and from mail that is not.
struct EnvelopeDetector: SessionDetector {
    static var detector: Detector { .envelope }
    static var readsHeaders: Bool { true }

    /// What the envelope is judged by; `nil` where it is only observed.
    private let model: EnvelopeModel?

    /// What the envelope has shown.
    private(set) var observer: EnvelopeObserver

    init(model: EnvelopeModel?, peers: SessionPeers) {
        self.model = model
        observer = EnvelopeObserver(peers: peers)
    }

    mutating func take(_ event: ObservedEvent, _ bytes: Span<UInt8>) { observer.take(event, bytes) }

    func find(_ found: inout [Signal], in attempt: DeliveryAttempt, under policy: VerdictPolicy) {
        guard let model else { return }
        let moment: EnvelopeMoment = attempt.isAtEnd ? .afterHeaders : .beforeData
        let evidence = model.evidence(of: observer, at: moment)
        if evidence.isSpam(threshold: policy.configuration.envelopeThreshold) { found.append(.envelopeSpam) }
    }
}

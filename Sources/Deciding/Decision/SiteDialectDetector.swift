import Dialects
import Policy
import SMTP

/// How the client speaks, by what this site has learned from judgements of mail: greets and addresses recipients, or sends
/// its message, as only senders of spam have done here.
struct SiteDialectDetector: SessionDetector {
    static var detector: Detector { .siteDialect }
    static var readsHeaders: Bool { true }

    private let dialects: SiteDialects
    private var fingerprint: SessionFingerprint
    private var hasMessage = false

    init(dialects: SiteDialects, vantage: Vantage) {
        self.dialects = dialects
        fingerprint = SessionFingerprint(vantage: vantage)
    }

    mutating func take(_ event: ObservedEvent, _ bytes: Span<UInt8>) {
        switch event {
        case .mail: hasMessage = false
        case .eoh: hasMessage = true
        default: break
        }
        fingerprint.take(event, bytes)
    }

    /// The hostile dialect of this site that the client speaks, if any, as far as it has come. O(length of the commands).
    var called: SiteDialect? {
        hasMessage ? dialects.hostile(by: fingerprint.fingerprints) : dialects.hostile(speech: fingerprint.speech)
    }

    func find(_ found: inout [Signal], in attempt: DeliveryAttempt, under configuration: PolicyConfiguration) {
        guard let called else { return }
        // A name is the administrator's word, no longer that of judgements.
        let signal: Signal =
            switch called.label?.dialectClass {
            case .bot?: .dialectBot
            case .attack?: .dialectAttack
            default: .dialectSite
            }
        if !found.contains(signal) { found.append(signal) }
    }
}

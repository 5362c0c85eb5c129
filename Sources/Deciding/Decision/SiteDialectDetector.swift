import Dialects
import Policy
import SMTP

/// How the client speaks, by what this site has learned from judgements of mail: greets and asks for recipients as only
/// senders of spam have done here.
struct SiteDialectDetector: SessionDetector {
    static var detector: Detector { .siteDialect }

    /// What is known; `nil` where sessions are followed only to learn from them.
    private let dialects: SiteDialects?
    /// How the client speaks.
    private(set) var fingerprint: SessionFingerprint

    init(dialects: SiteDialects?, vantage: Vantage, naming: GreetingNaming?) {
        self.dialects = dialects
        fingerprint = SessionFingerprint(vantage: vantage, naming: naming)
    }

    mutating func take(_ event: ObservedEvent, _ bytes: Span<UInt8>) {
        fingerprint.take(event, bytes)
    }

    /// The hostile dialect of this site that the client speaks, if any, as far as it has come. O(length of the commands).
    var called: SiteDialect? {
        dialects?.hostile(speech: fingerprint.speech, named: fingerprint.named)
    }

    func find(_ found: inout [Signal], in attempt: DeliveryAttempt, under policy: VerdictPolicy) {
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

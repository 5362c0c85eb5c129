public import SMTP

/// Whether the recipients that a session asks for exist.
public struct RecipientsDetector: SessionDetector {
    /// `recipients`.
    public static var detector: Detector { .recipients }

    private var recipients = 0
    private var unknown = 0
    private var isRefusalUnknownUser = false

    /// A detector for a session that begins.
    public init() {}

    /// Takes an event.
    public mutating func take(_ event: ObservedEvent, _ bytes: Span<UInt8>) {
        switch event {
        case .refused(let code, let text):
            isRefusalUnknownUser = GenuineReply.isAboutUnknownUser(enhancedCode: code, text: text)
        case .rcpt:
            recipients += 1
            if isRefusalUnknownUser { unknown += 1 }
            isRefusalUnknownUser = false
        default: break
        }
    }

    /// Adds that most of the recipients do not exist, once there are enough of them. O(1).
    public func find(_ found: inout [Signal], in attempt: DeliveryAttempt, under policy: VerdictPolicy) {
        // Halves are compared without a product, which could overflow.
        if unknown >= policy.configuration.unknownRecipientThreshold, unknown >= recipients - unknown {
            found.append(.recipientsUnknown)
        }
    }
}

public import SMTP

/// Whether the client knows an address that nobody honest knows.
public struct TrapDetector: SessionDetector {
    /// `trap`.
    public static var detector: Detector { .trap }

    /// A detector.
    public init() {}

    /// Adds that the recipient is a trap. O(length of the address).
    public func find(_ found: inout [Signal], in attempt: DeliveryAttempt, under policy: VerdictPolicy) {
        if policy.isTrap(attempt.recipient) { found.append(.trapRecipient) }
    }
}

extension VerdictPolicy {
    /// Whether nobody honest knows the recipient. O(length of the address).
    public func isTrap(_ recipient: MailAddress) -> Bool {
        if configuration.trapAddresses.isEmpty, configuration.trapDomains.isEmpty { return false }
        return configuration.trapAddresses.contains(recipient.folded)
            || configuration.trapDomains.contains(recipient.foldedDomain)
    }
}

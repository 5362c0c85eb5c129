public import SMTP

/// Whether the client knows an address that nobody honest knows.
public struct TrapDetector: SessionDetector {
    /// `trap`.
    public static var detector: Detector { .trap }

    /// A detector.
    public init() {}

    /// Adds that the recipient is a trap. O(length of the address).
    public func find(_ found: inout [Signal], in attempt: DeliveryAttempt, under configuration: PolicyConfiguration) {
        if configuration.isTrap(attempt.recipient) { found.append(.trapRecipient) }
    }
}

extension PolicyConfiguration {
    /// Whether nobody honest knows the recipient. O(length of the address).
    public func isTrap(_ recipient: MailAddress) -> Bool {
        if trapAddresses.isEmpty, trapDomains.isEmpty { return false }
        return trapAddresses.contains(recipient.folded) || trapDomains.contains(recipient.foldedDomain)
    }
}

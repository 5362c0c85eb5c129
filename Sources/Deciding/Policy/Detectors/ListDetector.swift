import SMTP

/// What the administrator has said of the client: the deny list.
public struct ListDetector: SessionDetector {
    /// `list`.
    public static var detector: Detector { .list }

    /// A detector.
    public init() {}

    /// Adds that the client or the sender is on the deny list. O(listed networks).
    public func find(_ found: inout [Signal], in attempt: DeliveryAttempt, under policy: VerdictPolicy) {
        if policy.denies(attempt) { found.append(.denied) }
    }
}

extension VerdictPolicy {
    /// Whether the client or the sender is on the deny list. O(listed networks).
    fileprivate func denies(_ attempt: DeliveryAttempt) -> Bool {
        if let client = attempt.client, configuration.deniedAddresses.contains(where: { $0.contains(client) }) {
            return true
        }
        guard !configuration.deniedDomains.isEmpty else { return false }
        return attempt.resolution == .ok && configuration.deniedDomains.contains(attempt.clientName)
            || configuration.deniedDomains.contains(attempt.sender.foldedDomain)
    }
}

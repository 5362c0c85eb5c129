/// From which figures on a finding counts against a client.
extension VerdictPolicy {
    /// What a score of the client's targets says; `nil` below the thresholds.
    public func signal(of finding: SenderFinding) -> Signal? {
        finding.probability >= configuration.senderThreshold && finding.confidence >= configuration.senderConfidence
            ? .senderCluster : nil
    }
}

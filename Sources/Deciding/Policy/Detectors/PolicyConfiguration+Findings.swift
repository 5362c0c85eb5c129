/// From which figures on a finding counts against a client.
extension PolicyConfiguration {
    /// What a score of the client's targets says; `nil` below the thresholds.
    public func signal(of finding: SenderFinding) -> Signal? {
        finding.probability >= senderThreshold && finding.confidence >= senderConfidence ? .senderCluster : nil
    }
}

/// From which figures on a finding counts against a client.
extension PolicyConfiguration {
    /// What a model's probability that HELO, names and headers are those of spam says; `nil` below the threshold.
    public func signal(ofEnvelope probability: Double) -> Signal? {
        probability >= envelopeThreshold ? .envelopeSpam : nil
    }

    /// What a score of the client's targets says; `nil` below the thresholds.
    public func signal(of finding: SenderFinding) -> Signal? {
        finding.probability >= senderThreshold && finding.confidence >= senderConfidence ? .senderCluster : nil
    }
}

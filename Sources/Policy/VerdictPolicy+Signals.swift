public import SMTP

extension VerdictPolicy {
    /// Everything that speaks against the client, most telling first. O(number of rules and listed networks).
    public func signals(in evidence: Evidence) -> [Signal] {
        var signals: [Signal] = []
        if isDenied(evidence) { signals.append(.denied) }
        if let signal = evidence.dialect.signal { signals.append(signal) }
        if isTrap(evidence.recipient) { signals.append(.trapRecipient) }
        if let finding = evidence.senderFinding, finding.probability >= configuration.senderThreshold,
            finding.confidence >= configuration.senderConfidence
        {
            signals.append(.senderCluster)
        }
        let unknown = evidence.unknownRecipients
        // Halves are compared without a product, which could overflow.
        if unknown >= configuration.unknownRecipientThreshold, unknown >= evidence.recipients - unknown {
            signals.append(.recipientsUnknown)
        }
        signals += heloSignals(in: evidence)
        if let envelope = evidence.envelope, envelope >= configuration.envelopeThreshold {
            signals.append(.envelopeSpam)
        }
        signals += evidence.contradictions
        switch evidence.resolution {
        case .fail: signals.append(.nameMissing)
        case .forged: signals.append(.nameForged)
        case .ok, .temporary, .unknown: if evidence.nameHoldsAddress { signals.append(.nameGeneric) }
        }
        return signals
    }

    private func heloSignals(in evidence: Evidence) -> [Signal] {
        guard let shape = evidence.heloShape else { return [.heloMissing] }
        var signals: [Signal] = []
        // A program on this very host may say what the host is called.
        if shape.traits.contains(.equalsServer), !evidence.isOwnHost { signals.append(.heloIsOurs) }
        if shape.form == .bareIPv4 { signals.append(.heloBareAddress) }
        if shape.traits.contains(.otherAddress), !shape.traits.contains(.equalsServer), !evidence.isOwnHost {
            signals.append(.heloOtherAddress)
        }
        if shape.form == .malformed { signals.append(.heloMalformed) }
        if [.singleLabel, .localhost, .localhostLocaldomain].contains(shape.form) { signals.append(.heloNotFQDN) }
        if evidence.saidHELO { signals.append(.heloPlain) }
        return signals
    }

    private func isDenied(_ evidence: Evidence) -> Bool {
        if let client = evidence.client, configuration.deniedAddresses.contains(where: { $0.contains(client) }) {
            return true
        }
        guard !configuration.deniedDomains.isEmpty else { return false }
        return evidence.resolution == .ok && configuration.deniedDomains.contains(evidence.clientName)
            || configuration.deniedDomains.contains(evidence.sender.foldedDomain)
    }

    /// Whether nobody honest knows the recipient.
    public func isTrap(_ recipient: MailAddress) -> Bool {
        if configuration.trapAddresses.isEmpty, configuration.trapDomains.isEmpty { return false }
        return configuration.trapAddresses.contains(recipient.folded)
            || configuration.trapDomains.contains(recipient.foldedDomain)
    }
}

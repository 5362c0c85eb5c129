public import SMTP

/// From evidence to verdict: a pure function of evidence and configuration.
///
/// 1. Whoever is exempt is left alone; whoever is on the deny list is refused.
/// 2. A hostile dialect or a trap, and an independent detector that agrees: the certain action.
///    Not every signal can confirm another there: see ``Signal/confirms``.
/// 3. A strong signal, or signals of two independent detectors: greylisting.
/// 4. Everybody else, unknown dialects included, is left alone.
public struct VerdictPolicy: Sendable {
    /// What the administrator has decided.
    public let configuration: PolicyConfiguration

    /// A policy by its configuration.
    public init(configuration: PolicyConfiguration) {
        self.configuration = configuration
    }

    /// What the evidence amounts to. O(number of rules and listed networks).
    public func judgement(for evidence: Evidence) -> Judgement {
        let signals = signals(in: evidence)
        if let exemption = exemption(for: evidence) {
            return Judgement(desert: .accept, exemption: exemption, signals: signals)
        }
        func agree(_ signals: [Signal]) -> Bool {
            let detectors = Set(signals.map(\.detector))
            return detectors.contains { one in detectors.contains { one.isIndependent(of: $0) } }
        }
        let desert: Judgement.Desert =
            if signals.contains(.denied) {
                .denied
            } else if agree(signals.filter(\.confirms)),
                signals.contains(where: { $0 == .dialectBot || $0 == .dialectAttack || $0 == .trapRecipient })
            {
                .certain
            } else if agree(signals) || signals.contains(where: \.isStrong) {
                .greylist
            } else {
                .accept
            }
        return Judgement(desert: desert, exemption: nil, signals: signals)
    }

    /// The verdict that a judgement leads to.
    ///
    /// - Parameters:
    ///   - standing: where the client stands with the greylist; asked for unless it deserves to be accepted.
    ///   - draw: the keyed number in 0..<1 that belongs to recipient and client network.
    public func verdict(for judgement: Judgement, standing: GreylistStanding, draw: Double) -> Verdict {
        switch judgement.desert {
        case .accept: return .accept
        case .denied: return .reject
        case .certain where configuration.certainAction == .reject: return .reject
        case .certain where configuration.certainAction == .fakeReject && draw < configuration.fakeRejectFraction:
            return .fakeReject
        case .certain, .greylist: return standing.isPassed ? .accept : .tempfail
        }
    }

    /// What is applied of a verdict to a recipient in `domain` (lower case).
    public func applied(_ verdict: Verdict, domain: String) -> Verdict {
        let isApplied =
            configuration.mode == .enforce && configuration.enforcedVerdicts.contains(verdict)
            && (configuration.enforcedDomains.isEmpty || configuration.enforcedDomains.contains(domain))
        return isApplied ? verdict : .accept
    }

    /// Why the client or the recipient is left alone, if so; the first reason that holds.
    public func exemption(for evidence: Evidence) -> Exemption? {
        if evidence.isAuthenticated { return .authenticated }
        guard let client = evidence.client, evidence.clientPort != 0 else { return .localSubmission }
        if configuration.trustedNetworks.contains(where: { $0.contains(client) }) { return .trustedNetwork }
        if configuration.allowedAddresses.contains(where: { $0.contains(client) }) { return .allowedAddress }
        if !configuration.allowedDomains.isEmpty {
            let isVerified = evidence.resolution == .ok && configuration.allowedDomains.contains(evidence.clientName)
            if isVerified || configuration.allowedDomains.contains(evidence.sender.foldedDomain) {
                return .allowedDomain
            }
        }
        if let helo = evidence.helo, !configuration.allowedHELONames.isEmpty,
            configuration.allowedHELONames.contains(helo.lowercased())
        {
            return .allowedHELO
        }
        if configuration.protectedRecipients.contains(evidence.recipient.localPart.lowercased()) {
            return .protectedRecipient
        }
        if evidence.sender.form == .null { return .nullSender }
        return evidence.hasGoodHistory ? .goodHistory : nil
    }

    /// Everything that speaks against the client, most telling first.
    public func signals(in evidence: Evidence) -> [Signal] {
        var signals: [Signal] = []
        if let signal = evidence.dialect.signal { signals.append(signal) }
        if isDenied(evidence) { signals.insert(.denied, at: 0) }
        if isTrap(evidence.recipient) { signals.append(.trapRecipient) }
        if let finding = evidence.senderFinding, finding.probability >= configuration.senderThreshold,
            finding.confidence >= configuration.senderConfidence
        {
            signals.append(.senderCluster)
        }
        let unknown = evidence.unknownRecipients
        if unknown >= configuration.unknownRecipientThreshold, unknown * 2 >= evidence.recipients {
            signals.append(.recipientsUnknown)
        }
        if let shape = evidence.heloShape {
            if shape.traits.contains(.equalsServer) { signals.append(.heloIsOurs) }
            if shape.form == .bareIPv4 { signals.append(.heloBareAddress) }
            if shape.traits.contains(.otherAddress), !shape.traits.contains(.equalsServer) {
                signals.append(.heloOtherAddress)
            }
            if shape.form == .malformed { signals.append(.heloMalformed) }
            if [.singleLabel, .localhost, .localhostLocaldomain].contains(shape.form) { signals.append(.heloNotFQDN) }
        } else {
            signals.append(.heloMissing)
        }
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

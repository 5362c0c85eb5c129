import SMTP

/// From evidence to verdict: a pure function of evidence and configuration.
///
/// 1. Whoever has logged in or lies in a trusted network is left alone; whoever is on the deny list is refused, whatever
///    else is known; whoever is let in by an address or a verified name is left alone.
/// 2. Exemptions that a stranger may claim or earn reach as far as ``Exemption/Reach`` says: hostile dialects and traps
///    count in spite of them.
/// 3. A hostile dialect or a trap, and an independent detector that agrees: the certain action.
///    Not every signal can confirm another there: see ``Signal/confirms``.
/// 4. A strong signal, or weak signals of two independent detectors: greylisting. Weak signals alone greylist nobody
///    whose network has delivered before, who speaks like a known device, or who is known to retry badly.
/// 5. Everybody else, unknown dialects included, is left alone.
///
/// Shared by all sessions that go by it, not copied into each.
public final class VerdictPolicy: Sendable {
    /// What the administrator has decided.
    public let configuration: PolicyConfiguration

    /// A policy by its configuration.
    public init(configuration: PolicyConfiguration) {
        self.configuration = configuration
    }

    /// What the evidence amounts to. O(number of rules and listed networks).
    ///
    /// - Parameters:
    ///   - suspended: what the breaker has switched off: told, and not counted.
    ///   - isAtEnd: whether the message has come whole.
    public func judgement(
        for evidence: Evidence, suspended: Set<BreakerCause> = [], isAtEnd: Bool = false
    ) -> Judgement {
        let signals = evidence.signals
        let off = suspended.isEmpty ? [:] : self.suspended(signals, by: suspended, of: evidence)
        let counted = off.isEmpty ? signals : signals.filter { off[$0] == nil }
        let alone = desert(for: counted, of: evidence)
        func judgement(_ desert: Judgement.Desert, exempt: Exemption? = nil, limit: Exemption? = nil) -> Judgement {
            Judgement(
                desert, exemption: exempt, limit: limit, signals: signals, alone: alone, suspended: Set(off.values))
        }
        if let exemption = ownExemption(for: evidence) { return judgement(.accept, exempt: exemption) }
        if counted.contains(.denied) { return judgement(.denied) }
        guard let exemption = strangersExemption(for: evidence) else { return judgement(alone) }
        let isHostile = counted.contains(where: \.isHostile)
        switch exemption.reach {
        case .everything: return judgement(.accept, exempt: exemption)
        case .untilTheEnd: return isAtEnd ? judgement(alone) : judgement(.accept, exempt: exemption)
        case .suspicion, .refusal:
            if !isHostile { return judgement(.accept, exempt: exemption) }
            // An allowed sender is judged at the end, whatever else it could claim.
            if !isAtEnd, isSenderAllowed(evidence) { return judgement(.accept, exempt: .allowedSender) }
            let isLimited = exemption.reach == .refusal && alone == .certain
            return isLimited ? judgement(.greylist, limit: exemption) : judgement(alone)
        }
    }

    /// What signals deserve by themselves.
    private func desert(for signals: [Signal], of evidence: Evidence) -> Judgement.Desert {
        if signals.isEmpty { return .accept }
        if signals.contains(.denied) { return .denied }
        if signals.contains(where: \.isHostile), Self.agree(signals.filter(\.confirms)) { return .certain }
        if signals.contains(where: \.isStrong) { return .greylist }
        return Self.agree(signals) && !isSparedWeakSignals(evidence) ? .greylist : .accept
    }

    /// Whether two of the signals come from detectors that look at different things.
    private static func agree(_ signals: [Signal]) -> Bool {
        signals.contains { one in signals.contains { one.detector.isIndependent(of: $0.detector) } }
    }

    /// Whether weak signals say nothing of the client: many an honest device, script and pool shows them, and loses mail
    /// when it is asked to come back.
    private func isSparedWeakSignals(_ evidence: Evidence) -> Bool {
        evidence.networkHasDelivered || evidence.attempt.dialect.isKnownDevice || isKnownPool(evidence)
    }

    /// Whether the client is one of the honest senders that are known to retry badly, pools among them.
    private func isKnownPool(_ evidence: Evidence) -> Bool {
        guard let client = evidence.attempt.client else { return false }
        let name = evidence.attempt.resolution == .ok ? evidence.attempt.clientName : ""
        return configuration.retryList.contains(client: client, verifiedName: name)
    }

    /// What keeps a lie from being told that is due, as far as evidence and configuration say: whoever may be more than one
    /// sender, or has ever sent honest mail, is not lied to, and nobody is lied about whom the administrator has left out.
    /// O(listed networks + labels of the domain).
    public func lieObstacle(in evidence: Evidence) -> LieObstacle? {
        let (limits, recipient) = (configuration.lieLimits, evidence.attempt.recipient)
        if !limits.recipients.contains(recipient, isTrap: isTrap(recipient)) { return .recipient }
        if limits.exceptions.contains(recipient, isTrap: isTrap(recipient)) { return .optedOut }
        if evidence.hasGoodHistory || evidence.networkHadDelivered { return .history }
        return isKnownPool(evidence) ? .pool : nil
    }

    /// The verdict that a judgement leads to.
    ///
    /// - Parameters:
    ///   - standing: where the client stands with the greylist; asked for unless it deserves to be accepted.
    ///   - draw: the keyed number in 0..<1 that belongs to the recipient.
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

    /// Why the client or the recipient is left alone, or less is done to it, if so; the exemption that reaches furthest.
    /// O(listed networks).
    public func exemption(for evidence: Evidence) -> Exemption? {
        ownExemption(for: evidence) ?? strangersExemption(for: evidence)
    }

    /// The exemptions that stand below the deny list, the one that reaches furthest.
    private func strangersExemption(for evidence: Evidence) -> Exemption? {
        if let client = evidence.attempt.client, configuration.allowedAddresses.contains(where: { $0.contains(client) })
        {
            return .allowedAddress
        }
        let isSenderAllowed = isSenderAllowed(evidence)
        if evidence.attempt.resolution == .ok, !configuration.allowedDomains.isEmpty,
            configuration.allowedDomains.contains(evidence.attempt.clientName)
                || isSenderAllowed
                    && Self.name(evidence.attempt.clientName, liesIn: evidence.attempt.sender.foldedDomain)
        {
            return .allowedDomain
        }
        if configuration.protectedRecipients.contains(evidence.attempt.recipient.localPart.lowercased()) {
            return .protectedRecipient
        }
        if evidence.attempt.sender.form == .null { return .nullSender }
        if let helo = evidence.helo, !configuration.allowedHELONames.isEmpty,
            configuration.allowedHELONames.contains(helo.lowercased())
        {
            return .allowedHELO
        }
        if evidence.hasGoodHistory { return .goodHistory }
        return isSenderAllowed ? .allowedSender : nil
    }

    /// The exemptions that stand above the deny list: users, this host and its networks.
    private func ownExemption(for evidence: Evidence) -> Exemption? {
        if evidence.isAuthenticated { return .authenticated }
        guard let client = evidence.attempt.client, evidence.attempt.clientPort != 0 else { return .localSubmission }
        return configuration.trustedNetworks.contains(where: { $0.contains(client) }) ? .trustedNetwork : nil
    }

    private func isSenderAllowed(_ evidence: Evidence) -> Bool {
        !configuration.allowedDomains.isEmpty
            && configuration.allowedDomains.contains(evidence.attempt.sender.foldedDomain)
    }

    /// Whether a host's name is a domain or stands below it.
    private static func name(_ name: String, liesIn domain: String) -> Bool {
        !domain.isEmpty && (name == domain || name.hasSuffix("." + domain))
    }

    /// The signals that the breaker has switched off, and by what.
    private func suspended(
        _ signals: [Signal], by causes: Set<BreakerCause>, of evidence: Evidence
    ) -> [Signal: BreakerCause] {
        signals.reduce(into: [:]) { off, signal in
            let detector = BreakerCause.detector(signal.detector)
            if causes.contains(detector) {
                off[signal] = detector
            } else if signal.detector == .dialect, let name = evidence.attempt.dialect.name,
                causes.contains(.dialect(name))
            {
                off[signal] = .dialect(name)
            }
        }
    }

    /// What the breaker is to hold responsible for a judgement against a client with a good history, exemptions aside;
    /// empty when nothing was held against it.
    public func causes(of judgement: Judgement, for evidence: Evidence) -> [BreakerCause] {
        guard judgement.alone == .greylist || judgement.alone == .certain else { return [] }
        let counted = judgement.signals.filter { signal in
            !judgement.suspended.contains(.detector(signal.detector))
        }
        let strong = counted.filter(\.isStrong)
        let detectors = Set((strong.isEmpty ? counted : strong).map(\.detector))
        var causes = detectors.map(BreakerCause.detector)
        if detectors.contains(.dialect), let name = evidence.attempt.dialect.name { causes.append(.dialect(name)) }
        return causes.sorted()
    }
}

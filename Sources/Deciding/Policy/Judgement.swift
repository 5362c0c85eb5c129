/// What the evidence amounts to, before greylist and lottery.
public struct Judgement: Sendable, Hashable {
    /// What a client deserves.
    public enum Desert: Sendable, Hashable {
        /// To be left alone.
        case accept

        /// To be asked to come back.
        case greylist

        /// To be refused: the administrator has said so.
        case denied

        /// What the administrator has set for clients against which two independent detectors agree.
        case certain
    }

    /// What the client deserves.
    public let desert: Desert

    /// Why it is left alone, if it is exempt.
    public let exemption: Exemption?

    /// The exemption that did not spare it, but lessened what it deserves.
    public let limit: Exemption?

    /// The signals, most telling first; also those of an exempt client.
    public let signals: [Signal]

    /// What the evidence deserves by itself, exemptions aside.
    public let alone: Desert

    /// What the breaker has switched off, of what speaks against the client.
    public let suspended: Set<BreakerCause>

    init(
        _ desert: Desert, exemption: Exemption? = nil, limit: Exemption? = nil, signals: [Signal], alone: Desert,
        suspended: Set<BreakerCause> = []
    ) {
        self.desert = desert
        self.exemption = exemption
        self.limit = limit
        self.signals = signals
        self.alone = alone
        self.suspended = suspended
    }

    /// Whether nothing speaks against the client, but what alone speaks against many an honest host, too.
    public var isClean: Bool { desert == .accept && !signals.contains(where: \.confirms) }

    /// Whether nothing speaks against the client but what honest devices and scripts cannot help showing.
    public var isHarmless: Bool { !signals.contains(where: \.isStrong) }

    /// Whether a good history ends with it: a trap was hit, or a hostile dialect is confirmed by an independent detector.
    public var endsHistory: Bool {
        guard exemption?.reach != .everything else { return false }
        return signals.contains(.trapRecipient) || alone == .certain && signals.contains(where: \.isHostile)
    }
}

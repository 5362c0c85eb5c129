public import Decision
public import SMTP
public import SpamTracker

/// What is known of senders from outside, looked up by pseudonyms: labels of networks, who hit a trap when, and what others
/// have said of messages.
///
/// A network of any length is held as networks of the lengths that pseudonyms keep: a /20 as its sixteen /24. Asked when
/// something is learned and not when a mail is counted, so that what is said late counts for mails counted before.
public struct SenderLabels: Sendable {
    /// How long before a trap was hit its sender is taken to have sent spam already, in seconds. Not much longer: a home's
    /// address changes hands.
    public static let trapReach: Int64 = 7 * 86_400

    private var evidence: [[SenderKey: [LabelEvidence]]] = [[:], [:], [:]]

    /// When each sender hit traps: starts of slots, ascending.
    private var traps: [SenderKey: [UnixTime]] = [:]

    /// What others have said of senders' messages.
    private var judged: [SenderKey: SenderJudgements] = [:]

    /// How many networks there are.
    public let count: Int

    /// Wider networks are not taken apart: 65,536 parts are enough.
    private static let mostParts: UInt64 = 65_536

    /// How many senders that hit traps are remembered: whoever holds a /32 has as many senders as he likes.
    private let mostTrapped: Int

    /// Labels of networks.
    ///
    /// - Parameters:
    ///   - pseudonyms: what senders go by; `nil` for no labels.
    ///   - mostTrapped: how many senders that hit traps are remembered.
    public init(_ labels: [SenderNetworkLabel], pseudonyms: SenderPseudonyms?, mostTrapped: Int = 250_000) {
        count = labels.count
        self.mostTrapped = max(mostTrapped, 2)
        guard let pseudonyms else { return }
        for label in labels {
            let piece: LabelEvidence =
                switch label.origin {
                case .administrator: .administrator(label.isSpam ? .spam : .honest)
                case .blocklist: .blocklist
                }
            let network = label.network
            let isIPv4 = network.base.family == .ipv4
            let lengths = isIPv4 ? [16, 24, 32] : [32, 48, 64]
            let level = lengths.firstIndex { network.length <= $0 } ?? 2
            let spare = UInt64(max(0, lengths[level] - network.length))
            guard spare <= 16 else { continue }
            let step = UInt64(1) << UInt64(isIPv4 ? 32 - lengths[level] : 64 - lengths[level])
            let first = SenderKey(network.base, prefixes: pseudonyms.prefixes)
            for part in 0..<min(Self.mostParts, 1 << spare) {
                let pseudonym = pseudonyms.pseudonym(of: SenderKey(bits: first.bits + part * step))
                evidence[level][Self.key(pseudonym, level), default: []].append(piece)
            }
        }
    }

    /// Whether anybody is known to send spam.
    public var hasSpam: Bool { count > 0 || !traps.isEmpty || !judged.isEmpty }

    /// How many senders others have judged messages of.
    public var judgedCount: Int { judged.count }

    /// Takes what others have said, in place of what they had said before.
    ///
    /// - Returns: whether that tells of days before `time` what was not known of them.
    public mutating func take(_ judgements: [SenderKey: SenderJudgements], learnedUntil time: UnixTime?) -> Bool {
        defer { judged = judgements }
        guard let time else { return false }
        let start = UnixTime(seconds: 0)
        return judgements.contains { sender, said in
            said.evidence(from: start, until: time) != judged[sender]?.evidence(from: start, until: time)
        }
    }

    /// Notes that a sender hit a trap.
    public mutating func noteTrap(_ sender: SenderKey, at time: UnixTime) {
        if traps[sender] == nil, traps.count >= mostTrapped { forgetOldestTraps() }
        // Stored ones come in order, live ones nearly so.
        let place = traps[sender]?.lastIndex { $0 <= time }.map { $0 + 1 } ?? 0
        guard place == 0 || traps[sender]?[place - 1] != time else { return }
        traps[sender, default: []].insert(time, at: place)
    }

    /// How many senders that hit traps are remembered.
    public var trappedCount: Int { traps.count }

    /// Forgets half of the senders, those that hit no trap for longest.
    private mutating func forgetOldestTraps() {
        let middle = traps.values.compactMap(\.last).sorted()[traps.count / 2]
        let kept = traps.filter { $0.value.last.map { $0 > middle } ?? false }
        traps = kept.isEmpty ? Dictionary(uniqueKeysWithValues: traps.prefix(traps.count / 2).map { ($0, $1) }) : kept
    }

    /// Forgets traps hit before `time`.
    public mutating func forgetTraps(before time: UnixTime) {
        traps = traps.compactMapValues { times in
            let kept = times.filter { $0 >= time }
            return kept.isEmpty ? nil : kept
        }
    }

    /// Whether the sender hit a trap in a span of time or within a week of its end.
    public func hasTrap(_ sender: SenderKey, from start: UnixTime, until end: UnixTime) -> Bool {
        traps[sender]?.contains { $0 >= start && $0 < end + Self.trapReach } ?? false
    }

    /// What is said of a sender, whenever.
    public func evidence(on sender: SenderKey) -> [LabelEvidence] {
        guard count > 0 else { return [] }
        return (0..<3).flatMap { evidence[$0][Self.key(sender, $0)] ?? [] }
    }

    private static func key(_ sender: SenderKey, _ level: Int) -> SenderKey {
        switch level {
        case 0: sender.networks.wide
        case 1: sender.networks.narrow
        default: sender
        }
    }
}

extension SenderLabels: SenderLabelSource {
    /// What labels, traps and judgements come to, with how the mails' own labels voted.
    public func label(of sender: SenderKey, voted: SenderLabel?, from start: UnixTime, until end: UnixTime)
        -> SenderLabel?
    {
        var evidence = evidence(on: sender)
        if hasTrap(sender, from: start, until: end) { evidence.append(.trap) }
        if let said = judged[sender]?.evidence(from: start, until: end) { evidence.append(said) }
        guard !evidence.isEmpty else { return voted }
        if let voted { evidence.append(.imported(voted)) }
        return LabelPolicy().label(for: evidence)
    }
}

import Decision
import SMTP
import SpamTracker
import Storage

/// Labels of networks, looked up by pseudonyms.
///
/// A network of any length is held as networks of the lengths that pseudonyms keep: a /20 as its sixteen /24.
struct SenderLabels: Sendable {
    private var evidence: [[SenderKey: [LabelEvidence]]] = [[:], [:], [:]]

    /// How many networks there are.
    let count: Int

    /// Wider networks are not taken apart: 65,536 parts are enough.
    private static let mostParts: UInt64 = 65_536

    init(_ labels: [SenderNetworkLabel], pseudonyms: SenderPseudonyms?) {
        count = labels.count
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
            let first = SenderKey(network.base, prefixes: SenderPrefixes())
            for part in 0..<min(Self.mostParts, 1 << spare) {
                let pseudonym = pseudonyms.pseudonym(of: SenderKey(bits: first.bits + part * step))
                evidence[level][Self.key(pseudonym, level), default: []].append(piece)
            }
        }
    }

    /// What is said of a sender.
    func evidence(on sender: SenderKey) -> [LabelEvidence] {
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

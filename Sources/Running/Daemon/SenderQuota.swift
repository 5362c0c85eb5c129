import SpamTracker

/// How many pairs of sender and domain a slot of time may add to what is counted: nobody pushes older slots out by asking
/// for domains that he makes up. Pairs that are there go on counting.
struct SenderQuota: Sendable {
    private struct Pair: Hashable {
        var sender: UInt64
        var domain: UInt64
    }

    private var slot = Int64.min
    private var pairs: Set<Pair> = []
    private var byNetwork: [SenderKey: Int] = [:]
    private let perSlot: Int
    private let perNetwork: Int

    /// The quota for a matrix: eight times a slot's even share of it in one slot, a thirty-second of that for one /24 or
    /// /48.
    init(_ limits: MatrixLimits) {
        perSlot = max(1_024, limits.maximumCells / max(1, limits.slotCount) * 8)
        perNetwork = max(128, perSlot / 32)
    }

    /// Whether a pair may be counted. Amortised O(1).
    mutating func admits(_ sender: SenderKey, domain: UInt64, slot: Int64) -> Bool {
        if slot != self.slot {
            self.slot = slot
            pairs = []
            byNetwork = [:]
        }
        let pair = Pair(sender: sender.bits, domain: domain)
        if pairs.contains(pair) { return true }
        let network = sender.networks.narrow
        guard pairs.count < perSlot, byNetwork[network, default: 0] < perNetwork else { return false }
        pairs.insert(pair)
        byNetwork[network, default: 0] += 1
        return true
    }
}

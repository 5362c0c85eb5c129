/// The weights of a `NetworkHistory`, worked out: at most one look-up a level. Immutable.
struct CompiledHistory: Sendable {
    /// Narrowest first, so that the first hit counts.
    private let levels: [KeyTable<Float>]

    /// Compiles `history`. O(entries × log entries).
    init(_ history: NetworkHistory) {
        let total = history.total
        guard total.spam > 0, total.honest > 0 else {
            levels = []
            return
        }
        let base = total.spam / total.total
        var shares: [KeyTable<Double>] = []
        for (level, counts) in history.counts.enumerated() {
            shares.append(
                counts.compactMap { key, count in
                    let parents = NetworkHistory.keys(of: SenderKey(bits: key))
                    // A network that was trimmed away is skipped, as if it had said nothing.
                    let parent = shares.indices.reversed().lazy.compactMap { shares[$0][parents[$0]] }.first ?? base
                    return NetworkHistory.blend(count, level: level, parent: parent)
                })
        }
        let offset = NetworkHistory.logOdds(base)
        levels = shares.reversed().map { entries in
            entries.compactMap { key, share in
                // 0 is no sender's and no network's key.
                key == 0
                    ? nil
                    : Float(
                        Contamination.bounded(NetworkHistory.logOdds(share) - offset, epsilon: history.contamination))
            }
        }
    }

    /// The log odds of spam that the history gives, see `NetworkHistory.weight`; 0 for an unknown network.
    @inline(__always)
    func weight(of sender: SenderKey) -> Double {
        guard levels.count == 4 else { return 0 }
        let networks = sender.networks
        let found =
            levels[0][sender.bits] ?? levels[1][networks.narrow.bits] ?? levels[2][networks.wide.bits]
            ?? levels[3][networks.region.bits]
        return Double(found ?? 0)
    }
}

/// The weights of a `NetworkHistory`, worked out: at most one look-up a level. Immutable.
///
/// Per level a table of open addressing, a third to two thirds full.
struct CompiledHistory: Sendable {
    private struct Table: Sendable {
        private var keys: [UInt64]
        private var values: [Float]
        private let shift: UInt64

        /// 0 is no sender's and no network's key.
        init(_ entries: [UInt64: Double], weight: (Double) -> Double) {
            var bits: UInt64 = 4
            while entries.count * 3 > 2 << bits { bits += 1 }
            shift = 64 - bits
            keys = Array(repeating: 0, count: 1 << bits)
            values = Array(repeating: 0, count: 1 << bits)
            // In the order of their keys, so that the table is the same at every run.
            for key in entries.keys.sorted() {
                var place = start(of: key)
                while keys[place] != 0 { place = (place + 1) & (keys.count - 1) }
                keys[place] = key
                values[place] = Float(weight(entries[key]!))
            }
        }

        @inline(__always)
        private func start(of key: UInt64) -> Int { Int(truncatingIfNeeded: (key &* 0x9e37_79b9_7f4a_7c15) >> shift) }

        @inline(__always)
        func value(of key: UInt64) -> Float? {
            guard key != 0 else { return nil }
            var place = start(of: key)
            while keys[place] != 0 {
                if keys[place] == key { return values[place] }
                place = (place + 1) & (keys.count - 1)
            }
            return nil
        }
    }

    /// Narrowest first, so that the first hit counts.
    private let levels: [Table]

    /// Compiles `history`. O(entries × log entries).
    init(_ history: NetworkHistory) {
        let total = history.total
        guard total.spam > 0, total.honest > 0 else {
            levels = []
            return
        }
        let base = total.spam / total.total
        var shares: [[UInt64: Double]] = []
        for (level, counts) in history.counts.enumerated() {
            var own: [UInt64: Double] = [:]
            own.reserveCapacity(counts.count)
            for (key, count) in counts {
                let parents = NetworkHistory.keys(of: SenderKey(bits: key))
                // A network that was trimmed away is skipped, as if it had said nothing.
                let parent = shares.indices.reversed().lazy.compactMap { shares[$0][parents[$0]] }.first ?? base
                own[key] = NetworkHistory.blend(count, level: level, parent: parent)
            }
            shares.append(own)
        }
        let offset = NetworkHistory.logOdds(base)
        levels = shares.reversed().map { entries in
            Table(entries) {
                Contamination.bounded(NetworkHistory.logOdds($0) - offset, epsilon: history.contamination)
            }
        }
    }

    /// The log odds of spam that the history gives, see `NetworkHistory.weight`; 0 for an unknown network.
    @inline(__always)
    func weight(of sender: SenderKey) -> Double {
        guard levels.count == 4 else { return 0 }
        let networks = sender.networks
        let found =
            levels[0].value(of: sender.bits) ?? levels[1].value(of: networks.narrow.bits)
            ?? levels[2].value(of: networks.wide.bits) ?? levels[3].value(of: networks.region.bits)
        return Double(found ?? 0)
    }
}

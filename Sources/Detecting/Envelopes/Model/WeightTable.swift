/// Weights by the hash of an answer: open addressing, at most half full. O(1) a look-up.
struct WeightTable: Sendable {
    private var hashes: [UInt64]
    private var weights: [Double]
    private let mask: Int

    /// A table of the given answers. Two answers with one hash share the weight of the first; by chance that happens
    /// once in 2^64 pairs.
    init(_ entries: some Collection<(HashedToken, Double)>) {
        var capacity = 8
        while capacity < entries.count * 2 { capacity *= 2 }
        mask = capacity - 1
        hashes = Array(repeating: 0, count: capacity)
        weights = Array(repeating: 0, count: capacity)
        for (token, weight) in entries {
            var slot = Self.slot(token.hash) & mask
            while hashes[slot] != 0, hashes[slot] != token.hash { slot = (slot + 1) & mask }
            guard hashes[slot] == 0 else { continue }
            hashes[slot] = token.hash
            weights[slot] = weight
        }
    }

    /// The weight of an answer; 0 for one that is not in the table.
    @inline(__always)
    subscript(token: HashedToken) -> Double {
        var slot = Self.slot(token.hash) & mask
        while true {
            let found = hashes[slot]
            if found == token.hash { return weights[slot] }
            if found == 0 { return 0 }
            slot = (slot + 1) & mask
        }
    }

    @inline(__always)
    private static func slot(_ hash: UInt64) -> Int {
        // FNV's low bits are good; the high ones are folded in for short keys.
        Int(truncatingIfNeeded: (hash ^ hash >> 32) & 0x7fff_ffff)
    }
}

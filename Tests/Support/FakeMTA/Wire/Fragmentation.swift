/// How the bytes of packets are cut into writes.
public enum Fragmentation: Hashable, Sendable {
    /// What there is to send goes out in one write.
    case whole
    /// Every byte in a write of its own.
    case bytewise
    /// Pieces of 1 to 9 bytes, the same ones for the same seed.
    case random(seed: UInt64)

    /// The pieces to write one after the other.
    public func pieces(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        switch self {
        case .whole:
            return [bytes[...]]
        case .bytewise:
            return bytes.indices.map { bytes[$0...$0] }
        case .random(let seed):
            var generator = SplitMix64(state: seed &+ UInt64(bytes.count))
            var pieces: [ArraySlice<UInt8>] = []
            var start = 0
            while start < bytes.count {
                let end = min(bytes.count, start + Int.random(in: 1...9, using: &generator))
                pieces.append(bytes[start..<end])
                start = end
            }
            return pieces
        }
    }
}

/// A generator with the same numbers in every run.
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

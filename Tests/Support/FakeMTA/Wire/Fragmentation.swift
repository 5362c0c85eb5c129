import Seeded

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
            var generator = SeededGenerator(seed: seed &+ UInt64(bytes.count))
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

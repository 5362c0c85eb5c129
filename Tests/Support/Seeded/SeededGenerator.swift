/// A small deterministic generator (SplitMix64): the same seed gives the same numbers.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Begins at `seed`.
    public init(seed: UInt64) {
        state = seed
    }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
        return bits ^ (bits >> 31)
    }

    /// A word of `length` letters out of `alphabet`.
    public mutating func word(_ length: Int, of alphabet: String = "abcdefghijklmnopqrstuvwxyz") -> String {
        String((0..<length).compactMap { _ in alphabet.randomElement(using: &self) })
    }
}

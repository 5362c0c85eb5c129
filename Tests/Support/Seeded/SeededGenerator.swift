import Spectral

/// A small deterministic generator: the same seed gives the same numbers.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var generator: SplitMix64

    /// Begins at `seed`.
    public init(seed: UInt64) { generator = SplitMix64(seed: seed) }

    /// The next 64 bits.
    public mutating func next() -> UInt64 { generator.next() }

    /// A word of `length` letters out of `alphabet`.
    public mutating func word(_ length: Int, of alphabet: String = "abcdefghijklmnopqrstuvwxyz") -> String {
        String((0..<length).compactMap { _ in alphabet.randomElement(using: &self) })
    }
}

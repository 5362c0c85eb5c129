/// A keyed hash of an address or of several: the form in which people's addresses are kept.
///
/// It can be recomputed by whoever holds the key and the address, and tells nothing to anybody else.
public struct KeyedHash: Hashable, Sendable, CustomStringConvertible {
    /// The 128 bits of the hash.
    public let bits: UInt128

    /// A hash that was computed before.
    public init(bits: UInt128) {
        self.bits = bits
    }

    /// Feeds half of the bits, which are as good as random, to the hasher.
    public func hash(into hasher: inout Hasher) { hasher.combine(UInt64(truncatingIfNeeded: bits)) }

    /// The hash as a number in 0..<1, uniform over all keys: the basis of keyed-deterministic choices.
    public var unitInterval: Double { Double(UInt64(truncatingIfNeeded: bits >> 64) >> 11) * 0x1p-53 }

    /// The hash as 32 hexadecimal digits.
    public var description: String { bits.padded(to: 32, radix: 16) }
}

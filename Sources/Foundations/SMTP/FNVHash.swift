/// A 64-bit FNV-1a hash: the same over runs and machines, unlike the standard library's. Anybody can make two texts of one
/// hash, so nothing trusts it alone where that would matter; what must not be forged is a keyed hash.
public struct FNVHash: Hashable, Sendable {
    /// The hash so far.
    public var value: UInt64 = 0xcbf2_9ce4_8422_2325

    /// The hash of nothing.
    @inlinable
    public init() {}

    /// The hash of bytes. O(number of bytes).
    @inlinable
    public init(_ bytes: some Sequence<UInt8>) { add(bytes) }

    /// Adds a byte.
    @inlinable
    public mutating func add(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }

    /// Adds bytes. O(number of bytes).
    @inlinable
    public mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { add(byte) }
    }
}

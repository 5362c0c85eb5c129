/// A short word in lower case, as numbers: the name of a header field and the like, compared without an allocation.
///
/// Words of more than ``longest`` bytes are none that anybody looks for; they are told from shorter ones, and not from each
/// other.
public struct FoldedWord: Hashable, Sendable {
    private var first: UInt64 = 0
    private var second: UInt64 = 0
    private var third: UInt64 = 0

    /// The number of bytes of the whole word.
    public let count: Int

    /// The most bytes that are looked at.
    public static let longest = 24

    /// The word that these bytes are, in any letter case of ASCII. O(length), at most ``longest``.
    public init(_ bytes: Span<UInt8>) {
        count = bytes.count
        guard count <= Self.longest else { return }
        for index in 0..<min(count, 8) { first = first << 8 | Self.folded(bytes[index]) }
        guard count > 8 else { return }
        for index in 8..<min(count, 16) { second = second << 8 | Self.folded(bytes[index]) }
        guard count > 16 else { return }
        for index in 16..<count { third = third << 8 | Self.folded(bytes[index]) }
    }

    /// The word of a text.
    public init(_ text: String) { self.init(Array(text.utf8).span) }

    private static func folded(_ byte: UInt8) -> UInt64 { UInt64(0x41...0x5a ~= byte ? byte | 0x20 : byte) }
}

extension Span<UInt8> {
    /// The first bytes, at most `limit` of them, as an array. O(`limit`).
    public func copied(atMost limit: Int = .max) -> [UInt8] {
        // unsafe: the bytes are copied within the call.
        unsafe extracting(first: Swift.min(count, limit)).withUnsafeBufferPointer { unsafe Array($0) }
    }
}

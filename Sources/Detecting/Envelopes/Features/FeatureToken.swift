import Documents
import SMTP

/// An answer to a question about an envelope, built up byte by byte.
///
/// The features are extracted by one piece of code for two purposes: as hashes to be looked up while a session waits,
/// and as text to be counted and written into a model.
protocol FeatureToken {
    /// An empty answer to a question.
    init(_ group: FeatureGroup)

    /// Adds a byte.
    mutating func append(_ byte: UInt8)
}

extension FeatureToken {
    @inline(__always)
    mutating func append(_ text: String) {
        let bytes = text.utf8.span
        for index in bytes.indices { append(bytes[index]) }
    }

    @inline(__always)
    mutating func append(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { append(byte) }
    }

    /// Adds a number of one digit; larger ones count as 9.
    @inline(__always)
    mutating func append(digit number: Int) { append(UInt8(0x30 + min(max(number, 0), 9))) }
}

/// An answer as a 64-bit hash (FNV-1a) of the question and the answer's bytes.
struct HashedToken: FeatureToken {
    private var state = FNVHash()

    var hash: UInt64 { state.value }

    @inline(__always)
    init(_ group: FeatureGroup) { state.add(UInt8(group.rawValue)) }

    @inline(__always)
    mutating func append(_ byte: UInt8) { state.add(byte) }
}

/// An answer in full. Most are shorter than ``room`` and need no memory of their own.
package struct TextToken: FeatureToken, Sendable {
    package let group: FeatureGroup
    private var short = InlineArray<32, UInt8>(repeating: 0)
    /// All of an answer that is longer than ``room``.
    private var long: [UInt8] = []

    /// The number of bytes.
    package private(set) var count = 0

    private static let room = 32

    init(_ group: FeatureGroup) { self.group = group }

    init(_ group: FeatureGroup, _ bytes: [UInt8]) {
        self.group = group
        for byte in bytes { append(byte) }
    }

    /// A byte of the answer.
    subscript(index: Int) -> UInt8 { count <= Self.room ? short[index] : long[index] }

    /// The answer.
    package var bytes: [UInt8] { count <= Self.room ? (0..<count).map { short[$0] } : long }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        if count < Self.room {
            short[count] = byte
            count += 1
        } else {
            appendBeyondRoom(byte)
        }
    }

    @inline(never)
    private mutating func appendBeyondRoom(_ byte: UInt8) {
        if count == Self.room { long = bytes }
        long.append(byte)
        count += 1
    }

    /// Writes question and answer.
    func write(to packed: inout PackedWriter) {
        packed.add(group.rawValue)
        packed.add(number: count)
        if count <= Self.room {
            for index in 0..<count { packed.add(short[index]) }
        } else {
            for byte in long { packed.add(byte) }
        }
    }

    /// The same answer as a hash.
    var hashed: HashedToken {
        var token = HashedToken(group)
        for index in 0..<count { token.append(self[index]) }
        return token
    }
}

extension TextToken: Hashable {
    /// Tokens are the same when question and answer are.
    package static func == (left: TextToken, right: TextToken) -> Bool {
        guard left.group == right.group, left.count == right.count else { return false }
        for index in 0..<left.count where left[index] != right[index] { return false }
        return true
    }

    /// Hashes question and answer.
    package func hash(into hasher: inout Hasher) { hasher.combine(hashed.hash) }
}

extension TextToken: Comparable {
    package static func < (left: TextToken, right: TextToken) -> Bool {
        if left.group != right.group { return left.group.rawValue < right.group.rawValue }
        return left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}

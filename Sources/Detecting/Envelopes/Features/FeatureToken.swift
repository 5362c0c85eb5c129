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
        for byte in text.utf8 { append(byte) }
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

/// An answer in full.
package struct TextToken: FeatureToken, Hashable, Sendable {
    package let group: FeatureGroup
    package private(set) var bytes: [UInt8] = []

    init(_ group: FeatureGroup) { self.group = group }

    init(_ group: FeatureGroup, _ bytes: [UInt8]) {
        self.group = group
        self.bytes = bytes
    }

    mutating func append(_ byte: UInt8) { bytes.append(byte) }

    /// The same answer as a hash.
    var hashed: HashedToken {
        var token = HashedToken(group)
        token.append(bytes)
        return token
    }
}

extension TextToken: Comparable {
    package static func < (left: TextToken, right: TextToken) -> Bool {
        if left.group != right.group { return left.group.rawValue < right.group.rawValue }
        return left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}

internal import SMTP

/// Which attempts may have been seen: never wrong about one that was, and about one in some thousands that was not.
///
/// Nearly every message is the first of its attempt, and to ask the database about each of them costs as much as keeping it.
/// A Bloom filter of 1 MiB; keyed hashes are as good as random, so that parts of them are its hashes.
struct AttemptFilter {
    private static let bits = 23
    private var words = [UInt64](repeating: 0, count: 1 << (bits - 6))

    /// How many were added.
    private(set) var count = 0

    /// From so many on it is wrong too often.
    static let most = 1_000_000

    private static let hashes = 3

    /// Where a bit of an attempt is.
    private static func place(_ hash: Int, of attempt: KeyedHash) -> (word: Int, mask: UInt64) {
        let place = UInt64(truncatingIfNeeded: attempt.bits >> UInt128(hash * 40)) & (1 << UInt64(bits) - 1)
        return (Int(place >> 6), 1 << (place & 63))
    }

    /// Notes an attempt. O(1).
    mutating func insert(_ attempt: KeyedHash) {
        for hash in 0..<Self.hashes {
            let (word, mask) = Self.place(hash, of: attempt)
            words[word] |= mask
        }
        count += 1
    }

    /// Whether an attempt may have been noted. O(1).
    func mayContain(_ attempt: KeyedHash) -> Bool {
        for hash in 0..<Self.hashes {
            let (word, mask) = Self.place(hash, of: attempt)
            if words[word] & mask == 0 { return false }
        }
        return true
    }
}

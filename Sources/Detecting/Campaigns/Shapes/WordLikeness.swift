/// Tells words from letters drawn at random, by pairs of letters.
///
/// Of the pairs that letters can form, words use few. The tables hold the 310 most frequent ones in the different words of
/// English technical texts; half of them cost nothing, the others 1, every other pair 3.
enum WordLikeness {
    /// Bit `b` of word `a`: letter `b` often follows letter `a`.
    private static let frequent: [UInt32] = [
        0xeb94e, 0x911, 0xa4d91, 0x4111, 0xaeb87d, 0x4100, 0x20010, 0x4111, 0x22ef87f, 0x0, 0x10, 0x1004911, 0xc111,
        0xc417d, 0x7ef80c, 0xac911, 0x0, 0xe5111, 0x1cc195, 0x10e4191, 0xeb802, 0x111, 0x0, 0x0, 0x0, 0x0,
    ]

    /// The same of letters that follow sometimes.
    private static let occasional: [UInt32] = [
        0x1700420, 0x11e4006, 0x1149004, 0x116084a, 0x1514182, 0x11e0831, 0x1479c5, 0x11a0000, 0x800000, 0x4011,
        0x44101, 0x3c002c, 0x141806, 0x132bc80, 0x800573, 0x1140084, 0x100000, 0x130ac6e, 0x1403c20, 0x10982c, 0x17d,
        0x4000, 0x66191, 0x88114, 0x4b100, 0x111,
    ]

    /// Whether lower-case letters look like a word: what their pairs cost is at most a `divisor`-th of their number.
    ///
    /// Of drawn letters, 4 % of words of six pass at 2, 1 % at 3; of words, 80 % and 70 %, and 95 % and 85 % of those of ten.
    /// O(count).
    static func isWord(_ letters: ArraySlice<UInt8>, divisor: Int) -> Bool {
        var cost = 0
        var previous: UInt8?
        for letter in letters {
            guard 0x61...0x7a ~= letter else { return false }
            if let previous {
                let (row, bit) = (Int(previous - 0x61), UInt32(1) << UInt32(letter - 0x61))
                if frequent[row] & bit == 0 { cost += occasional[row] & bit != 0 ? 1 : 3 }
            }
            previous = letter
        }
        return cost <= letters.count / max(1, divisor)
    }
}

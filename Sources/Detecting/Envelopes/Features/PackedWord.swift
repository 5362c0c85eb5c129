/// The first eight letters of a word in one number: words are compared without allocation.
struct PackedWord: Hashable, Sendable {
    private var first: UInt64 = 0
    private var last: UInt32 = 0

    /// The word's whole length.
    private(set) var length = 0

    init() {}

    init(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { append(byte) }
    }

    init(_ word: String) { self.init(word.utf8) }

    mutating func append(_ byte: UInt8) {
        if length < 8 { first |= UInt64(byte) << UInt64(8 * length) }
        last = last << 8 | UInt32(byte)
        length += 1
    }

    /// `mailout`, `hotmail`, `webmail`: operators like to build upon the word.
    var beginsOrEndsWithMail: Bool {
        length >= 4 && (UInt32(truncatingIfNeeded: first) == 0x6c69_616d || last == 0x6d61_696c)
    }

    /// A number of which the low bits tell words apart.
    var spread: UInt64 { (first &* 0x9e37_79b9_7f4a_7c15) >> 40 }

    static func == (left: PackedWord, right: PackedWord) -> Bool {
        left.first == right.first && left.length == right.length
    }

    func hash(into hasher: inout Hasher) { hasher.combine(first) }
}

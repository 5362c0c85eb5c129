/// Takes things from the front of a text.
struct ByteScanner {
    private let text: ArraySlice<UInt8>

    /// Where what is left begins. Set it to what it was to go back: copies of a scanner cost more.
    var place: Int

    init(_ text: ArraySlice<UInt8>) {
        self.text = text
        place = text.startIndex
    }

    /// What is left.
    var rest: ArraySlice<UInt8> { text[place...] }

    /// Whether nothing is left.
    var isAtEnd: Bool { place == text.endIndex }

    /// The next byte.
    var next: UInt8? { place < text.endIndex ? text[place] : nil }

    /// Whether a byte comes next, a digit say.
    func isNext(_ bytes: ClosedRange<UInt8>) -> Bool { place < text.endIndex && bytes ~= text[place] }

    /// Takes a byte if it comes next.
    mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        place += 1
        return true
    }

    /// Takes a text if it comes next.
    mutating func take(_ word: String) -> Bool {
        guard let end = text.end(ofPrefix: word, at: place) else { return false }
        place = end
        return true
    }

    /// Takes blanks and tabs, and tells whether there were any.
    @discardableResult
    mutating func blanks() -> Bool {
        let start = place
        while let byte = next, byte == 0x20 || byte == 0x09 { place += 1 }
        return place > start
    }

    /// Takes what comes before the next blank or the end.
    mutating func word() -> ArraySlice<UInt8> {
        let start = place
        while let byte = next, byte != 0x20, byte != 0x09 { place += 1 }
        return text[start..<place]
    }

    /// Takes a whole number of that many digits, at most 18; takes nothing if there are fewer or more.
    mutating func number(digits: ClosedRange<Int>) -> Int64? {
        let start = place
        var number: Int64 = 0
        while isNext(0x30...0x39), place - start <= 18 {
            number = number &* 10 &+ Int64(text[place] - 0x30)
            place += 1
        }
        guard digits ~= place - start, place - start <= 18 else {
            place = start
            return nil
        }
        return number
    }

    /// Takes exactly that many digits, at most 18, whatever follows.
    mutating func digits(_ count: Int) -> Int64? {
        guard text.endIndex - place >= count, let number = Self.number(text[place..<place + count]) else { return nil }
        place += count
        return number
    }

    /// Takes the first three bytes as one number, so that short names can be told at once.
    mutating func threeLetters() -> UInt32? {
        guard text.endIndex - place >= 3 else { return nil }
        defer { place += 3 }
        return UInt32(text[place]) << 16 | UInt32(text[place + 1]) << 8 | UInt32(text[place + 2])
    }

    /// A whole number of 1 to 18 digits, which cannot overflow.
    static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        guard 1...18 ~= digits.count else { return nil }
        var number: Int64 = 0
        for byte in digits {
            guard 0x30...0x39 ~= byte else { return nil }
            number = number * 10 + Int64(byte - 0x30)
        }
        return number
    }
}

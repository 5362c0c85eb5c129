/// Takes things from the front of a text.
struct ByteScanner {
    /// What is left.
    private(set) var rest: ArraySlice<UInt8>

    init(_ text: ArraySlice<UInt8>) { rest = text }

    /// The next byte.
    var next: UInt8? { rest.first }

    /// Takes a byte if it comes next.
    mutating func take(_ byte: UInt8) -> Bool {
        guard rest.first == byte else { return false }
        rest.removeFirst()
        return true
    }

    /// Takes a text if it comes next.
    mutating func take(_ text: StaticString) -> Bool {
        guard rest.starts(with: text.description.utf8) else { return false }
        rest.removeFirst(text.utf8CodeUnitCount)
        return true
    }

    /// Takes blanks and tabs, and tells whether there were any.
    @discardableResult
    mutating func blanks() -> Bool {
        let found = rest.prefix { $0 == 0x20 || $0 == 0x09 }
        rest = rest[found.endIndex...]
        return !found.isEmpty
    }

    /// Takes what comes before the next blank or the end.
    mutating func word() -> ArraySlice<UInt8> {
        let word = rest.prefix { $0 != 0x20 && $0 != 0x09 }
        rest = rest[word.endIndex...]
        return word
    }

    /// Takes a whole number of that many digits; takes nothing if there are fewer or more.
    mutating func number(digits: ClosedRange<Int>) -> Int64? {
        let found = rest.prefix { 0x30...0x39 ~= $0 }
        guard digits ~= found.count, let number = Self.number(found) else { return nil }
        rest = rest[found.endIndex...]
        return number
    }

    /// Takes exactly that many digits, whatever follows.
    mutating func digits(_ count: Int) -> Int64? {
        let found = rest.prefix(count)
        guard found.count == count, let number = Self.number(found) else { return nil }
        rest = rest.dropFirst(count)
        return number
    }

    /// A whole number of 1 to 18 digits, which cannot overflow.
    static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        guard 1...18 ~= digits.count, digits.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }
}

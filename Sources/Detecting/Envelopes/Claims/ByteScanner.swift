/// Reads a short text from its beginning, run by run.
struct ByteScanner {
    private(set) var rest: ArraySlice<UInt8>

    init(_ text: ArraySlice<UInt8>) { rest = text }

    var isAtEnd: Bool { rest.isEmpty }

    /// Reads a byte, if it is next.
    mutating func read(_ character: Unicode.Scalar) -> Bool {
        guard let byte = rest.first, Unicode.Scalar(byte) == character else { return false }
        rest = rest.dropFirst()
        return true
    }

    /// Reads a word, if it is next, exactly as spelt.
    mutating func read(_ word: String) -> Bool {
        guard rest.starts(with: word.utf8) else { return false }
        rest = rest.dropFirst(word.utf8.count)
        return true
    }

    /// Reads as many bytes of a kind as come, and returns how many.
    mutating func readRun(of kind: (UInt8) -> Bool) -> Int {
        let run = rest.prefix(while: kind)
        rest = rest[run.endIndex...]
        return run.count
    }

    /// Whether the word stands anywhere in the rest.
    func contains(_ word: String) -> Bool { Self.contains(rest, word) }

    static func contains(_ text: ArraySlice<UInt8>, _ word: String) -> Bool {
        let pattern = Array(word.utf8)
        guard let first = pattern.first, text.count >= pattern.count else { return false }
        for start in text.startIndex...text.endIndex - pattern.count where text[start] == first {
            if text[start...].starts(with: pattern) { return true }
        }
        return false
    }

    static func isDigit(_ byte: UInt8) -> Bool { 0x30...0x39 ~= byte }
    static func isLowerHex(_ byte: UInt8) -> Bool { isDigit(byte) || 0x61...0x66 ~= byte }
    static func isUpperHex(_ byte: UInt8) -> Bool { isDigit(byte) || 0x41...0x46 ~= byte }
    static func isHex(_ byte: UInt8) -> Bool { isLowerHex(byte) || isUpperHex(byte) }
    static func isLetter(_ byte: UInt8) -> Bool { 0x41...0x5a ~= byte || 0x61...0x7a ~= byte }
    static func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || isLetter(byte) }
}

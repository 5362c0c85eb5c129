private import SMTP

/// Words that nobody guesses.
enum RandomText {
    /// 256 bits of the system's random numbers, as 64 hexadecimal digits.
    static func make() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<4).map { _ in generator.next().padded(to: 16, radix: 16) }.joined()
    }

    /// Whether two words are the same, in a time that does not tell where they differ.
    static func areEqual(_ one: String, _ other: String) -> Bool {
        let (left, right) = (Array(one.utf8), Array(other.utf8))
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

/// How the words of MAIL or RCPT are written, the words themselves aside.
struct SpellingStyle: Hashable, Sendable {
    enum Letters: Hashable, Sendable { case upper, lower, capital }

    let verb: Letters
    let keyword: Letters
    let hasBlank: Bool

    init(_ text: String) {
        let words = text.split(separator: " ", maxSplits: 1)
        verb = Self.letters(words.first ?? "")
        keyword = Self.letters(words.last?.prefix { $0 != ":" } ?? "")
        hasBlank = zip(text.utf8, text.utf8.dropFirst()).contains { $0 == UInt8(ascii: ":") && $1 == UInt8(ascii: " ") }
    }

    private static func letters(_ word: Substring) -> Letters {
        // The words are ASCII, or they would not be those of MAIL and RCPT.
        let (capitals, small) = (UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"))
        if !word.utf8.contains(where: { capitals.contains($0) }) { return .lower }
        return word.utf8.dropFirst().contains { small.contains($0) } ? .capital : .upper
    }
}

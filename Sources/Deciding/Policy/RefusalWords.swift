/// The words of a refusal, examined for what a stranger may have put there.
struct RefusalWords {
    private let text: Substring

    init(_ text: Substring) { self.text = text }

    /// What stands in words that mail servers have from their makers is not a stranger's, even where one says it too.
    private static let common = Set(
        UnknownUserTable.allCases.flatMap { words(in: $0.postfixText[...]) } + [
            "sorry", "such", "here", "mailbox", "account",
        ])

    /// Whether the text is plain words: letters, blanks and the marks of sentences. A full stop ends a word, so that no
    /// host's name can stand there; numbers, times, queue ids and addresses have digits, colons between them, or `@`.
    var areTheServersOwn: Bool {
        guard 1...200 ~= text.utf8.count else { return false }
        var before: UInt8 = 0x20
        for byte in text.utf8 {
            switch byte {
            case 0x41...0x5a, 0x61...0x7a:
                if before == UInt8(ascii: ".") || before == UInt8(ascii: ":") { return false }
                // A capital inside a word is a token's.
                if byte < 0x61, 0x61...0x7a ~= before { return false }
            case UInt8(ascii: " "), UInt8(ascii: ","), UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: ";"),
                UInt8(ascii: "!"), UInt8(ascii: "?"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "'"),
                UInt8(ascii: "-"):
                break
            default: return false
            }
            before = byte
        }
        // Letters alone can be a queue id, too: no word of them is that long and has no small letter.
        return !text.split { !$0.isLetter }.contains { word in
            word.utf8.count >= 6 && word.utf8.allSatisfy { 0x41...0x5a ~= $0 }
        }
    }

    /// Whether no word of three letters or more is one that a stranger has said.
    func isDisjoint(with strangers: [String]) -> Bool {
        let own = Set(Self.words(in: text)).subtracting(Self.common)
        return own.isEmpty || strangers.allSatisfy { own.isDisjoint(with: Self.words(in: $0[...])) }
    }

    private static func words(in text: Substring) -> [String] {
        text.lowercased().split { !$0.isLetter }.lazy.map(String.init).filter { $0.utf8.count >= 3 }
    }
}

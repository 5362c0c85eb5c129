/// A text in which nothing names anybody: what may be an address, a host, a number or a token is masked.
struct MaskedText {
    /// The text: printable ASCII, at most 200 characters.
    let text: String

    /// Masks a text. O(length).
    init(_ original: some StringProtocol) {
        var words: [String] = []
        for word in Self.withoutBrackets(original).split(separator: " ") {
            let masked = Self.masked(word)
            if masked != words.last || !masked.hasPrefix("<") { words.append(masked) }
        }
        text = String(words.joined(separator: " ").prefix(200))
    }

    /// What stands in brackets or quotes is what somebody said.
    private static func withoutBrackets(_ text: some StringProtocol) -> String {
        var result = ""
        var closing: Character?
        for character in text.prefix(1_000) {
            if let end = closing {
                if character == end { closing = nil }
                continue
            }
            switch character {
            case "<": closing = ">"
            case "[": closing = "]"
            case "\"": closing = "\""
            default:
                result.append(character)
                continue
            }
            result += " <name> "
        }
        return result
    }

    private static func masked(_ word: Substring) -> String {
        if word == "<name>" { return "<name>" }
        if word.contains("://") { return "<url>" }
        if word.contains("@") { return "<address>" }
        let core = word.drop { !$0.isLetter && !$0.isNumber }
        let trimmed = core.dropLast(core.reversed().prefix { !$0.isLetter && !$0.isNumber }.count)
        if trimmed.contains(".") || trimmed.contains("=") || trimmed.contains(":") { return "<host>" }
        if trimmed.contains(where: \.isNumber) { return "<number>" }
        guard word.utf8.count <= 24, word.utf8.allSatisfy({ 0x21...0x7e ~= $0 }) else { return "<word>" }
        return String(word)
    }
}

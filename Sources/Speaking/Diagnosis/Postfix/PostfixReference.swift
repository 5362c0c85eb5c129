/// One reference to another parameter in the text of a Postfix configuration: `$name`, `${name}`, `$(name)`,
/// `${name?text}`, `${name:text}`, `${name?{text}:{text}}`, `${{a} == {b} ? {text} : {text}}` (postconf(5)).
struct PostfixReference {
    /// What decides between two texts.
    enum Condition {
        /// Whether the parameter has a value.
        case isSet(Substring)

        /// A comparison of two texts.
        case comparison(Substring, String, Substring)
    }

    /// What stands for what.
    enum Body {
        /// The parameter's value.
        case value(Substring)

        /// One of two texts, each a part of the text that the reference stands in.
        case choice(Condition, then: Substring?, otherwise: Substring?)
    }

    /// What stands for what.
    let body: Body

    /// Where the text continues behind the reference.
    let end: String.Index

    /// The reference that begins with the dollar sign at `dollar`; `nil` when there is none that can be read.
    init?(at dollar: String.Index, in text: Substring) {
        let start = text.index(after: dollar)
        guard start < text.endIndex else { return nil }
        guard text[start] == "{" || text[start] == "(" else {
            let name = text[start...].prefix(while: Self.isNameCharacter)
            if name.isEmpty { return nil }
            self.init(body: .value(name), end: name.endIndex)
            return
        }
        guard let close = Self.closing(from: start, in: text) else { return nil }
        guard let body = Self.body(text[text.index(after: start)..<close]) else { return nil }
        self.init(body: body, end: text.index(after: close))
    }

    private init(body: Body, end: String.Index) {
        self.body = body
        self.end = end
    }

    private static func isNameCharacter(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || character == "_")
    }

    /// The bracket that closes the one at `open`.
    private static func closing(from open: String.Index, in text: Substring) -> String.Index? {
        let (opening, closing): (Character, Character) = text[open] == "{" ? ("{", "}") : ("(", ")")
        var depth = 0
        for index in text[open...].indices {
            if text[index] == opening { depth += 1 }
            if text[index] == closing {
                depth -= 1
                if depth == 0 { return index }
            }
        }
        return nil
    }

    private static func body(_ text: Substring) -> Body? {
        var rest = text
        let condition: Condition
        if rest.first == "{" {
            guard let left = payload(&rest) else { return nil }
            let sign = String(rest.prefix { $0 != "{" }.trimmed)
            rest = rest.drop { $0 != "{" }
            guard let right = payload(&rest) else { return nil }
            condition = .comparison(left, sign, right)
        } else {
            let name = rest.prefix(while: isNameCharacter)
            if name.isEmpty { return nil }
            rest = rest[name.endIndex...]
            if rest.trimmed.isEmpty { return .value(name) }
            condition = .isSet(name)
        }
        rest = rest.trimmed
        switch rest.first {
        case "?":
            rest = rest.dropFirst().drop { $0.isWhitespace }
            guard rest.first == "{" else { return .choice(condition, then: rest, otherwise: nil) }
            guard let then = payload(&rest) else { return nil }
            rest = rest.trimmed
            if rest.isEmpty { return .choice(condition, then: then, otherwise: nil) }
            guard rest.first == ":" else { return nil }
            guard let otherwise = other(rest.dropFirst()) else { return nil }
            return .choice(condition, then: then, otherwise: otherwise)
        case ":":
            guard let otherwise = other(rest.dropFirst()) else { return nil }
            return .choice(condition, then: nil, otherwise: otherwise)
        default: return nil
        }
    }

    /// The text for the other case, in braces or up to the end.
    private static func other(_ text: Substring) -> Substring? {
        var rest = text.drop { $0.isWhitespace }
        guard rest.first == "{" else { return rest }
        guard let text = payload(&rest), rest.trimmed.isEmpty else { return nil }
        return text
    }

    /// Takes a text in braces off the beginning of `rest`.
    private static func payload(_ rest: inout Substring) -> Substring? {
        guard rest.first == "{", let close = closing(from: rest.startIndex, in: rest) else { return nil }
        let inner = rest[rest.index(after: rest.startIndex)..<close]
        rest = rest[rest.index(after: close)...]
        return inner.trimmed
    }
}

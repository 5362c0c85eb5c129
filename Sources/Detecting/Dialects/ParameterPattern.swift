/// One ESMTP parameter of a dialect's MAIL or RCPT.
public struct ParameterPattern: Sendable, Hashable {
    /// What stands behind the `=`.
    public enum Value: Sendable, Hashable {
        /// There is no `=`.
        case absent

        /// `{n}`: digits.
        case number

        /// `{x}`: anything.
        case any

        /// Exactly this text.
        case literal(String)
    }

    /// The parameter's name as the dialect spells it.
    public let name: String

    /// What stands behind the `=`.
    public let value: Value

    /// Whether the dialect leaves it out at times: what a server offers and a message needs differs.
    public let isOptional: Bool

    /// Reads parameters as they stand behind an address, such as ` SIZE={n}[ BODY=8BITMIME]`; brackets enclose what is
    /// optional.
    public static func list(_ text: String) throws(TemplateError) -> [ParameterPattern] {
        var patterns: [ParameterPattern] = []
        var rest = Substring(text)
        while !rest.isEmpty {
            let isOptional = rest.hasPrefix("[")
            if isOptional { rest = rest.dropFirst() }
            guard rest.hasPrefix(" ") else { throw TemplateError("a blank is missing before \"\(rest)\"") }
            rest = rest.dropFirst()
            let end = rest.firstIndex { isOptional ? $0 == "]" : $0 == " " || $0 == "[" } ?? rest.endIndex
            let word = rest[..<end]
            rest = rest[end...]
            if isOptional {
                guard rest.hasPrefix("]") else { throw TemplateError("\"]\" is missing after \"\(word)\"") }
                rest = rest.dropFirst()
            }
            let halves = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let isPlaceholder = halves.count == 2 && (halves[1] == "{n}" || halves[1] == "{x}")
            guard !halves[0].isEmpty, !word.contains(where: { " []".contains($0) }),
                !(isPlaceholder ? halves[0] : word).contains(where: { "{}".contains($0) })
            else {
                throw TemplateError("\"\(word)\" is not a parameter: write NAME, NAME={n}, NAME={x} or NAME=TEXT")
            }
            let value: Value =
                switch halves.count == 1 ? nil : halves[1] {
                case nil: .absent
                case "{n}": .number
                case "{x}": .any
                case .some(let text): .literal(String(text))
                }
            patterns.append(ParameterPattern(name: String(halves[0]), value: value, isOptional: isOptional))
        }
        return patterns
    }
}

/// Text of unknown origin as it is shown in a message: in quotes, on one line, without control characters, not long.
struct QuotedText: CustomStringConvertible {
    /// How many characters of the text are shown.
    static let maximumLength = 60

    private let text: String

    /// Prepares `text` for a message.
    init(_ text: some StringProtocol) {
        self.text = String(text)
    }

    /// The text in quotes; `...` after the quotes stands for what was left out.
    var description: String {
        let shown = text.unicodeScalars.prefix(Self.maximumLength)
        let isShortened = shown.endIndex != text.unicodeScalars.endIndex
        return "\"\(Self.escaped(String(shown), alsoQuotes: true))\"" + (isShortened ? "..." : "")
    }

    /// The start of `text` without quotes: for keys.
    static func name(_ text: String) -> String {
        escaped(String(text.unicodeScalars.prefix(maximumLength)))
    }

    /// `text` with everything escaped that does not show or that would break the line.
    static func escaped(_ text: String, alsoQuotes: Bool = false) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if alsoQuotes, scalar == "\"" || scalar == "\\" {
                result += "\\\(scalar)"
            } else if scalar != " ", isInvisible(scalar) {
                result += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator:
            true
        default: false
        }
    }
}

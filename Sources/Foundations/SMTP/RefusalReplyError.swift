/// Why a reply cannot be built.
public enum RefusalReplyError: Error, Hashable, Sendable {
    /// The code is not 4xx or 5xx.
    case codeOutOfRange(Int)

    /// The enhanced code does not have the form `5.1.1`.
    case enhancedCodeSyntax(String)

    /// Code and enhanced code are of different classes; Postfix would answer 451 and drop the filter.
    case contradiction(code: Int, enhancedCode: EnhancedStatusCode)

    /// No line, or more lines than libmilter takes.
    case lineCount(Int)

    /// Several lines without an enhanced code; libmilter would invent one.
    case linesWithoutEnhancedCode

    /// A line is empty or all blanks.
    case emptyLine(Int)

    /// A line is longer than libmilter takes.
    case lineTooLong(line: Int, length: Int)

    /// A control character, or an eighth bit that the MTA would strip.
    case unprintable(line: Int, byte: UInt8)

    /// The text starts with something that MTAs read as the enhanced code.
    case hiddenEnhancedCode(String)
}

extension RefusalReplyError: CustomStringConvertible {
    /// What is wrong and what to do.
    public var description: String {
        switch self {
        case .codeOutOfRange(let code): "reply code \(code) is not a refusal: use 400 to 599"
        case .enhancedCodeSyntax(let text): "\"\(text)\" is not an enhanced status code: write it like 5.1.1"
        case .contradiction(let code, let enhanced):
            "reply code \(code) and enhanced code \(enhanced) contradict each other: use the same first digit"
        case .lineCount(let count): "a reply of \(count) lines: use 1 to \(RefusalReply.maximumLineCount)"
        case .linesWithoutEnhancedCode: "a reply of several lines needs an enhanced status code"
        case .emptyLine(let line): "line \(line) of the reply is empty: give it a text"
        case .lineTooLong(let line, let length):
            "line \(line) of the reply has \(length) bytes: shorten it to \(RefusalReply.maximumLineLength)"
        case .unprintable(let line, let byte):
            "line \(line) of the reply holds byte \(byte): use printable ASCII"
        case .hiddenEnhancedCode(let text): "the reply's text starts with \(text): give it as the enhanced code"
        }
    }
}

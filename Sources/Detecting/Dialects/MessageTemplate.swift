public import SMTP

/// One message of a client: a fixed part kept byte for byte, and typed placeholders for what varies.
///
/// The text is what stands on the wire without the line end. ``Content`` is what a milter can see of it; verb case,
/// blanks and the difference between HELO and EHLO stay in the text for the vantages that show them. Besides the
/// placeholders of the parts, `{x}` stands for any argument, `{sp}` for a blank at the beginning or end of the line, `{tab}`
/// for a TAB, `{auth}` for a line of an AUTH dialogue and `{junk}` for a line that is no command at all.
public struct MessageTemplate: Sendable, Hashable {
    /// What the message is, taken apart. Boxed: thousands of dialects say much the same.
    public indirect enum Content: Sendable, Hashable {
        /// HELO (`isExtended` false) or EHLO.
        case helo(HELOPattern, isExtended: Bool)

        /// MAIL.
        case mail(AddressPattern, [ParameterPattern])

        /// RCPT.
        case recipient(AddressPattern, [ParameterPattern])

        /// DATA or BDAT.
        case data

        /// Headers and body up to the final dot.
        case message(HeaderLayout)

        /// RSET.
        case reset

        /// STARTTLS.
        case startTLS

        /// QUIT, NOOP, VRFY, AUTH and what else a milter is not shown, or by some mail servers only.
        case hidden

        /// A command that servers do not know; its first word.
        case unknown(String)
    }

    /// The message as the document has it.
    public let text: String

    /// What it is.
    public let content: Content

    /// Reads a template: a command with placeholders, or `{message}`.
    public init(_ text: String) throws(TemplateError) {
        self.text = text
        if text.hasPrefix("{message"), text.hasSuffix("}") {
            content = .message(try HeaderLayout(text.dropFirst(8).dropLast().drop { $0 == " " }))
            return
        }
        let text = Self.withoutOddBlanks(text)
        let word = text.prefix { $0 != " " && $0 != ":" }
        let argument = text.dropFirst(word.count).drop { $0 == " " }
        switch word.uppercased() {
        case "": throw TemplateError("the template is empty: write a command or {message}")
        case "HELO", "EHLO":
            content = .helo(try HELOPattern(String(argument)), isExtended: word.uppercased() == "EHLO")
        // Mail servers do not pass on what they cannot read.
        case "MAIL" where argument.hasSuffix("{x}") && !argument.contains("="),
            "RCPT" where argument.hasSuffix("{x}") && !argument.contains("="):
            content = .hidden
        case "MAIL":
            let (address, parameters) = try Self.path(text, keyword: "FROM")
            if case .sameAsSender = address.content { throw TemplateError("{sender} has no meaning in MAIL") }
            content = .mail(address, parameters)
        case "RCPT":
            let (address, parameters) = try Self.path(text, keyword: "TO")
            content = .recipient(address, parameters)
        case "DATA", "BDAT": content = .data
        case "RSET": content = .reset
        case "STARTTLS": content = .startTLS
        case "QUIT", "NOOP", "VRFY", "EXPN", "HELP", "AUTH", "ETRN", "{AUTH}": content = .hidden
        case "{JUNK}": content = .unknown("{junk}")
        default:
            guard !word.contains("{") else { throw TemplateError("\"\(word)\" is not a command") }
            content = .unknown(String(word))
        }
    }

    /// Whether a text may hold `{sp}` or `{tab}`; as a rule none does. Looked for byte by byte, since a model has ten
    /// thousands of texts. O(length).
    static func mayHaveOddBlanks(_ text: String) -> Bool {
        zip(text.utf8, text.utf8.dropFirst()).contains {
            $0 == UInt8(ascii: "{") && ($1 == UInt8(ascii: "s") || $1 == UInt8(ascii: "t"))
        }
    }

    /// The text with a blank for each TAB, and without blanks around it.
    package static func withoutOddBlanks(_ text: String) -> String {
        guard mayHaveOddBlanks(text), text.contains("{sp}") || text.contains("{tab}") else { return text }
        var result = ""
        var rest = text[...]
        while !rest.isEmpty {
            if let blank = ["{sp}", "{tab}"].first(where: { rest.hasPrefix($0) }) {
                result.append(" ")
                rest = rest.dropFirst(blank.count)
            } else {
                result.append(rest.removeFirst())
            }
        }
        while result.last == " " { result.removeLast() }
        return String(result.drop { $0 == " " })
    }

    /// Takes `MAIL From: <{addr}> SIZE={n}` apart behind its colon.
    private static func path(_ text: String, keyword: String) throws(TemplateError) -> (
        AddressPattern, [ParameterPattern]
    ) {
        guard let colon = text.firstIndex(of: ":"),
            text[..<colon].split(separator: " ").dropFirst().map({ $0.uppercased() }) == [keyword]
        else { throw TemplateError("\"\(text)\": \(keyword): is missing") }
        let argument = text[text.index(after: colon)...].drop { $0 == " " }
        let end: String.Index
        if argument.hasPrefix("<") {
            guard let close = argument.firstIndex(of: ">") else { throw TemplateError("\"\(text)\": \">\" is missing") }
            end = argument.index(after: close)
        } else {
            end = argument.firstIndex { $0 == " " || $0 == "[" } ?? argument.endIndex
        }
        // Several blanks before a parameter are spelling; the text keeps them.
        var parameters = ""
        for character in argument[end...] where character != " " || parameters.last != " " {
            parameters.append(character)
        }
        return (try AddressPattern(String(argument[..<end])), try ParameterPattern.list(parameters))
    }
}

extension MessageTemplate {
    /// Whether an observer at `vantage` is shown the message, inside a transaction or outside of one.
    public func isVisible(at vantage: Vantage, inTransaction: Bool) -> Bool {
        if vantage.seesCommandLines { return true }
        switch content {
        case .helo, .mail, .recipient, .data, .message, .startTLS, .unknown: return true
        case .reset: return inTransaction
        case .hidden: return false
        }
    }
}

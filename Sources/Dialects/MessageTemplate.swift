public import SMTP

/// One message of a client: a fixed part kept byte for byte, and typed placeholders for what varies.
///
/// The text is what stands on the wire without the line end. ``Content`` is what a milter can see of it; verb case,
/// blanks and the difference between HELO and EHLO stay in the text for the vantages that show them.
public struct MessageTemplate: Sendable, Hashable {
    /// What the message is, taken apart.
    public enum Content: Sendable, Hashable {
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

        /// QUIT, NOOP, VRFY, AUTH and what else a milter is never shown.
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
        let word = text.prefix { $0 != " " && $0 != ":" }
        switch word.uppercased() {
        case "": throw TemplateError("the template is empty: write a command or {message}")
        case "HELO", "EHLO":
            let argument = String(text.dropFirst(word.count).drop { $0 == " " })
            content = .helo(try HELOPattern(argument), isExtended: word.uppercased() == "EHLO")
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
        case "QUIT", "NOOP", "VRFY", "AUTH", "ETRN": content = .hidden
        default:
            guard !word.contains("{") else { throw TemplateError("\"\(word)\" is no command") }
            content = .unknown(String(word))
        }
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
        return (try AddressPattern(String(argument[..<end])), try ParameterPattern.list(String(argument[end...])))
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

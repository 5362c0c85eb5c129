public import SMTP

/// Turns the bytes of a message into its template: fixed runs are kept byte for byte, what varies becomes a typed
/// placeholder (B@bel, section 3.1).
///
/// Verb, letter case, blanks, colon and brackets stay. HELO arguments become their form (``HELOShape/Form``), addresses
/// `{addr}`, digits `{n}`, other values `{x}`; parameters keep name, case and order, and the few values that a standard
/// lists. A message's content becomes the list of its headers.
public enum MessageTokeniser {
    /// The most headers that a template names.
    public static let maximumHeaders = 24

    /// The most parameters that a template names; a line with more becomes `{x}` behind its colon.
    public static let maximumParameters = 8

    private static let blank = UInt8(ascii: " ")
    private static let tab = UInt8(ascii: "\t")

    /// The template of a message; `nil` for the beginning of TLS, which is no message of its own. O(number of bytes).
    ///
    /// - Parameter hostNames: what the client's host is called, if that is known, as in a lab. A HELO argument that has no
    ///   label in common with these names is the program's own, and is kept as it stands.
    public static func template(of message: ClientMessage, hostNames: [String] = []) -> MessageTemplate? {
        switch message.kind {
        case .tls: nil
        case .authentication: template("{auth}", or: "{auth}")
        case .unknownCommand: template(unknown(message.bytes), or: "{junk}")
        case .content: template(content(message), or: "{message}")
        case .command(let verb): template(command(verb, message.bytes, hostNames), or: verb.rawValue + " {x}")
        }
    }

    /// The template with this text. What cannot be read (a value with braces in it, say) falls back to a plainer one.
    private static func template(_ text: String, or plain: String) -> MessageTemplate? {
        (try? MessageTemplate(text)) ?? (try? MessageTemplate(plain)) ?? (try? MessageTemplate("{junk}"))
    }

    // MARK: Commands

    private static func command(_ verb: SMTPVerb, _ bytes: [UInt8], _ hostNames: [String]) -> String {
        let (line, before, after) = trimmed(bytes)
        let end = line.firstIndex { $0 == blank || $0 == tab || $0 == UInt8(ascii: ":") } ?? line.endIndex
        let word = blanksSpelled(line[..<end])
        let argumentStart = line[end...].firstIndex { $0 != blank && $0 != tab } ?? line.endIndex
        let gap = blanksSpelled(line[end..<argumentStart])
        let argument = line[argumentStart...]
        let text: String
        switch verb {
        case .helo, .ehlo: text = word + (argument.isEmpty ? " {empty}" : gap + helo(argument, hostNames))
        case .mail, .rcpt: text = word + gap + path(argument, keyword: verb == .mail ? "FROM" : "TO")
        case .auth:
            let words = argument.split(separator: blank)
            let mechanism = words.first.map(plainWord) ?? ""
            text = word + (mechanism.isEmpty ? "" : gap + mechanism + (words.count > 1 ? " {x}" : ""))
        case .bdat:
            let words = argument.split(separator: blank)
            text = word + gap + "{n}" + (words.count > 1 ? " " + plainWord(words[1]) : "")
        default: text = word + (argument.isEmpty ? "" : gap + "{x}")
        }
        return before + text + after
    }

    private static func helo(_ argument: ArraySlice<UInt8>, _ hostNames: [String]) -> String {
        let form = HELOShape(of: argument, client: nil, ptr: nil, server: nil).form
        if form == .fqdn || form == .singleLabel, argument.count <= 64, !hostNames.isEmpty {
            let text = String(decoding: argument, as: UTF8.self)
            let known = Set(hostNames.flatMap { $0.lowercased().split(separator: ".") })
            if known.isDisjoint(with: text.lowercased().split(separator: ".")) { return "\"\(text)\"" }
        }
        return HELOPattern.text(for: [form])
    }

    /// `FROM:<{addr}> SIZE={n}`
    private static func path(_ argument: ArraySlice<UInt8>, keyword: String) -> String {
        guard let colon = argument.firstIndex(of: UInt8(ascii: ":")),
            let keywordEnd = argument[..<colon].lastIndex(where: { $0 != blank && $0 != tab }),
            String(decoding: argument[...keywordEnd], as: UTF8.self).uppercased() == keyword
        else { return "{x}" }
        let start = argument[(colon + 1)...].firstIndex { $0 != blank && $0 != tab } ?? argument.endIndex
        let fixed = blanksSpelled(argument[..<start])
        guard let (address, rest) = address(argument[start...]), let parameters = parameters(rest) else {
            return fixed + "{x}"
        }
        return fixed + address + parameters
    }

    /// The address at the beginning, as a pattern, and what follows it.
    private static func address(_ argument: ArraySlice<UInt8>) -> (String, ArraySlice<UInt8>)? {
        guard let first = argument.first else { return nil }
        let isBracketed = first == UInt8(ascii: "<")
        var isQuoted = false
        var end = argument.startIndex
        while end < argument.endIndex {
            let byte = argument[end]
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if !isQuoted, isBracketed ? byte == UInt8(ascii: ">") : byte == blank || byte == tab { break }
            end += 1
        }
        guard isBracketed else {
            let isAddress = argument[..<end].contains(UInt8(ascii: "@"))
            return isAddress ? ("{addr}", argument[end...]) : nil
        }
        guard end < argument.endIndex else { return nil }
        let inner = argument[(argument.startIndex + 1)..<end]
        // Blanks within the brackets are part of how the program writes.
        guard !inner.contains(where: { $0 == blank || $0 == tab || $0 == UInt8(ascii: "<") }) else { return nil }
        return (inner.isEmpty ? "<>" : "<{addr}>", argument[(end + 1)...])
    }

    /// The parameters as patterns, each with the blanks before it; `nil` when they are none.
    private static func parameters(_ text: ArraySlice<UInt8>) -> String? {
        var result = ""
        var rest = text
        var count = 0
        while !rest.isEmpty {
            let start = rest.firstIndex { $0 != blank && $0 != tab } ?? rest.endIndex
            guard start > rest.startIndex, count < maximumParameters else { return nil }
            result += blanksSpelled(rest[..<start])
            let end = rest[start...].firstIndex { $0 == blank || $0 == tab } ?? rest.endIndex
            let word = rest[start..<end]
            rest = rest[end...]
            let equals = word.firstIndex(of: UInt8(ascii: "=")) ?? word.endIndex
            let name = plainWord(word[..<equals])
            guard !name.isEmpty else { return nil }
            result += name
            if equals < word.endIndex { result += "=" + value(of: name, word[(equals + 1)...]) }
            count += 1
        }
        return result
    }

    /// Numbers become `{n}`; what BODY, RET and the empty AUTH say is listed in a standard; the rest becomes `{x}`.
    private static func value(of name: String, _ value: ArraySlice<UInt8>) -> String {
        if !value.isEmpty, value.allSatisfy({ 0x30...0x39 ~= $0 }) { return "{n}" }
        let text = plainWord(value)
        switch name.uppercased() {
        case "BODY", "RET": return text.isEmpty || text.utf8.count > 16 ? "{x}" : text
        case "AUTH": return value.elementsEqual("<>".utf8) ? "<>" : "{x}"
        default: return "{x}"
        }
    }

    /// A line that is no command: its first word if it is one, `{junk}` otherwise.
    private static func unknown(_ bytes: [UInt8]) -> String {
        let (line, before, after) = trimmed(bytes)
        let end = line.firstIndex { $0 == blank || $0 == UInt8(ascii: ":") } ?? line.endIndex
        let word = line[..<end]
        guard 1...16 ~= word.count, word.allSatisfy({ 0x41...0x5a ~= $0 & 0xdf || $0 == UInt8(ascii: "-") }) else {
            return "{junk}"
        }
        let rest = line[end...]
        let separator = rest.prefix { $0 == blank || $0 == UInt8(ascii: ":") }
        let hasMore = separator.count < rest.count
        return before + String(decoding: word + separator, as: UTF8.self) + (hasMore ? "{x}" : "") + after
    }

    // MARK: Content

    private static func content(_ message: ClientMessage) -> String {
        var names: [String] = []
        for header in message.headers.prefix(maximumHeaders) {
            let name = String(decoding: header.name, as: UTF8.self)
            let isName = header.name.allSatisfy { 0x21...0x7e ~= $0 && !",{}!:".utf8.contains($0) }
            guard isName, name.utf8.count <= 40 else { break }
            let blanks = header.value.prefix { $0 == blank }.count
            names.append(blanks == 1 ? name : name + "!")
        }
        return names.isEmpty ? "{message}" : "{message " + names.joined(separator: ",") + "}"
    }

    // MARK: Words

    /// The line without the blanks around it, and these blanks as text.
    private static func trimmed(_ bytes: [UInt8]) -> (ArraySlice<UInt8>, before: String, after: String) {
        let isBlank = { (byte: UInt8) in byte == blank || byte == tab }
        guard let first = bytes.firstIndex(where: { !isBlank($0) }), let last = bytes.lastIndex(where: { !isBlank($0) })
        else { return (bytes[bytes.endIndex...], "", "") }
        // More than a few are as many.
        let before = bytes[..<first].prefix(4).map { $0 == tab ? "{tab}" : "{sp}" }.joined()
        let after = bytes[(last + 1)...].prefix(4).map { $0 == tab ? "{tab}" : "{sp}" }.joined()
        return (bytes[first...last], before, after)
    }

    /// Text with `{tab}` for a TAB.
    private static func blanksSpelled(_ bytes: ArraySlice<UInt8>) -> String {
        bytes.map { $0 == tab ? "{tab}" : String(UnicodeScalar($0)) }.joined()
    }

    /// A word of letters, digits and hyphens as it stands; empty for anything else.
    private static func plainWord(_ bytes: ArraySlice<UInt8>) -> String {
        let isPlain = bytes.allSatisfy {
            0x30...0x39 ~= $0 || 0x41...0x5a ~= $0 || 0x61...0x7a ~= $0 || $0 == UInt8(ascii: "-")
        }
        return isPlain && bytes.count <= 32 ? String(decoding: bytes, as: UTF8.self) : ""
    }
}

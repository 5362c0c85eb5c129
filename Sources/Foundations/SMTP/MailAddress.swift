/// The address argument of MAIL or RCPT, taken apart without losing how it was spelled.
public struct MailAddress: Hashable, Sendable {
    /// How the client put the address into the command.
    public enum Form: UInt8, Sendable {
        /// `<local@domain>`
        case bracketed

        /// `local@domain` without angle brackets.
        case bare

        /// `<>`, the null reverse-path (RFC 5321 section 4.5.5).
        case null
    }

    /// How the client put the address into the command.
    public let form: Form

    /// The local part with quotes removed, case kept. Empty for the null path.
    public let localPart: String

    /// The domain, case kept. Empty for the null path and for addresses without one.
    public let domain: String

    /// The domain as it is looked up and compared: see ``MailDomain/folded(_:)``.
    public let foldedDomain: String

    /// Whether a source route (`@relay:`) stood before the address.
    public let hasSourceRoute: Bool

    /// The address without brackets, route and quotes, case kept: what Postfix prints between `<` and `>`.
    public let unquoted: String

    /// The one form of the address for look-ups and keyed hashes: in lower case, the domain folded.
    public let folded: String

    /// Reads a command argument such as `<a@example.net>`. Never fails: whatever stands there is the address.
    public init(argument: some Collection<UInt8>) {
        var text = Array(argument)[...]
        var form = Form.bare
        while text.first == UInt8(ascii: "<"), text.last == UInt8(ascii: ">"), text.count >= 2 {
            form = .bracketed
            text = text.dropFirst().dropLast()
        }
        if text.first == UInt8(ascii: "@"), let colon = text.firstIndex(of: UInt8(ascii: ":")) {
            hasSourceRoute = true
            text = text[(colon + 1)...]
        } else {
            hasSourceRoute = false
        }
        if text.isEmpty, form == .bracketed { form = .null }
        self.form = form
        let at = Self.separator(in: text)
        localPart = String(decoding: Self.unquoted(text[..<(at ?? text.endIndex)]), as: UTF8.self)
        domain = at.map { String(decoding: text[($0 + 1)...], as: UTF8.self) } ?? ""
        foldedDomain = MailDomain.folded(domain)
        unquoted = domain.isEmpty ? localPart : "\(localPart)@\(domain)"
        folded = Self.folded(unquoted)
    }

    /// The same form of an address as logs and people write it: in angle brackets or not, quoted or not.
    ///
    /// What a log line shows of an address folds to what the address itself folds to.
    public static func folded(_ text: some StringProtocol) -> String {
        var text = Substring(text)
        if text.hasPrefix("<"), text.hasSuffix(">") { text = text.dropFirst().dropLast() }
        if text.hasPrefix("\"") { text = Substring(MailAddress(argument: text.utf8).unquoted) }
        guard let at = text.utf8.lastIndex(of: UInt8(ascii: "@")) else { return text.lowercased() }
        return text[..<at].lowercased() + "@" + MailDomain.folded(text[text.utf8.index(after: at)...])
    }

    /// The last `@` that does not stand between quotes.
    private static func separator(in text: ArraySlice<UInt8>) -> Int? {
        var separator: Int?
        var isQuoted = false
        var isEscaped = false
        for (index, byte) in zip(text.indices, text) {
            switch byte {
            case _ where isEscaped: isEscaped = false
            case UInt8(ascii: "\\"): isEscaped = true
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: "@") where !isQuoted: separator = index
            default: break
            }
        }
        // A quote that is never closed does not hide the domain.
        return separator ?? (isQuoted ? text.lastIndex(of: UInt8(ascii: "@")) : nil)
    }

    private static func unquoted(_ local: ArraySlice<UInt8>) -> [UInt8] {
        guard local.contains(UInt8(ascii: "\"")) || local.contains(UInt8(ascii: "\\")) else { return Array(local) }
        var result: [UInt8] = []
        var isEscaped = false
        for byte in local {
            if isEscaped {
                result.append(byte)
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte != UInt8(ascii: "\"") {
                result.append(byte)
            }
        }
        return result
    }
}

/// The address argument of MAIL or RCPT, taken apart without losing how it was spelled.
public struct MailAddress: Sendable {
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

    /// Whether a source route (`@relay:`) stood before the address.
    public let hasSourceRoute: Bool

    /// An address is handed about a lot, so all who have it have the same text.
    private final class Text: Sendable {
        let localPart: String
        let domain: String
        let foldedDomain: String
        let unquoted: String
        let folded: String

        /// The text of an address in printable ASCII with a domain and without quotes, which all but a few are.
        ///
        /// - Parameter at: where the domain's `@` stands.
        init(plain text: ArraySlice<UInt8>, at: Int, hasUpperCase: Bool) {
            localPart = String(decoding: text[..<at], as: UTF8.self)
            domain = String(decoding: text[(at + 1)...], as: UTF8.self)
            unquoted = String(decoding: text, as: UTF8.self)
            foldedDomain = hasUpperCase ? domain.lowercased() : domain
            folded = hasUpperCase ? unquoted.lowercased() : unquoted
        }

        init(localPart: String, domain: String) {
            self.localPart = localPart
            self.domain = domain
            foldedDomain = MailDomain.folded(domain)
            unquoted = domain.isEmpty ? localPart : "\(localPart)@\(domain)"
            // What looks like a path or a quoted string is read once more, as it would be in a log.
            let isPlain = !domain.isEmpty && localPart.utf8.first != UInt8(ascii: "<") && !localPart.hasPrefix("\"")
            folded = isPlain ? localPart.lowercased() + "@" + foldedDomain : MailAddress.folded(unquoted)
        }
    }

    private let text: Text

    /// The local part with quotes removed, case kept. Empty for the null path.
    public var localPart: String { text.localPart }

    /// The domain, case kept. Empty for the null path and for addresses without one.
    public var domain: String { text.domain }

    /// The domain as it is looked up and compared: see ``MailDomain``.
    public var foldedDomain: String { text.foldedDomain }

    /// The address without brackets, route and quotes, case kept: what Postfix prints between `<` and `>`.
    public var unquoted: String { text.unquoted }

    /// The one form of the address for look-ups and keyed hashes: in lower case, the domain folded.
    public var folded: String { text.folded }

    /// The null path, `<>`.
    public static let null = MailAddress(argument: Array("<>".utf8))

    /// Reads a command argument such as `<a@example.net>`. Never fails: whatever stands there is the address.
    @inlinable
    public init(argument: some Collection<UInt8>) { self.init(argument: Array(argument)) }

    /// Reads a command argument such as `<a@example.net>`. O(length).
    public init(argument: [UInt8]) {
        var text = argument[...]
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
        if let plain = Self.plain(text) {
            self.text = Text(plain: text, at: plain.at, hasUpperCase: plain.hasUpperCase)
            return
        }
        let at = Self.separator(in: text)
        self.text = Text(
            localPart: String(decoding: Self.unquoted(text[..<(at ?? text.endIndex)]), as: UTF8.self),
            domain: at.map { String(decoding: text[($0 + 1)...], as: UTF8.self) } ?? "")
    }

    /// The same form of an address as logs and people write it: in angle brackets or not, quoted or not.
    ///
    /// What a log line shows of an address folds to what the address itself folds to.
    @inlinable
    public static func folded(_ text: some StringProtocol) -> String { folded(String(text)) }

    /// The same form of an address as logs and people write it. O(length); most addresses are folded as they are.
    public static func folded(_ whole: String) -> String {
        if isFolded(whole) { return whole }
        var text = Substring(whole)
        if text.hasPrefix("<"), text.hasSuffix(">") { text = text.dropFirst().dropLast() }
        if text.hasPrefix("\"") { text = Substring(MailAddress(argument: text.utf8).unquoted) }
        guard let at = text.utf8.lastIndex(of: UInt8(ascii: "@")) else { return text.lowercased() }
        return text[..<at].lowercased() + "@" + MailDomain.folded(text[text.utf8.index(after: at)...])
    }

    /// Whether an address is its own folded form, as far as a look at its bytes tells.
    private static func isFolded(_ text: String) -> Bool {
        let bytes = text.utf8.span
        guard bytes.count > 0, bytes[0] != UInt8(ascii: "<"), bytes[0] != UInt8(ascii: "\""),
            bytes[bytes.count - 1] != UInt8(ascii: ".")
        else { return false }
        for index in bytes.indices where !(0x21...0x7e ~= bytes[index]) || 0x41...0x5a ~= bytes[index] { return false }
        return true
    }

    /// Where the domain's `@` stands in an address in printable ASCII with a domain, without quotes or anything else that has
    /// to be folded but upper case; `nil` for any other.
    private static func plain(_ text: ArraySlice<UInt8>) -> (at: Int, hasUpperCase: Bool)? {
        guard let first = text.first, first != UInt8(ascii: "<"), text.last != UInt8(ascii: ".") else { return nil }
        var at: Int?
        var hasUpperCase = false
        for index in text.indices {
            switch text[index] {
            case UInt8(ascii: "@"): at = index
            case 0x41...0x5a: hasUpperCase = true
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): return nil
            case 0x21...0x7e: break
            default: return nil
            }
        }
        guard let at, at + 1 < text.endIndex else { return nil }
        return (at, hasUpperCase)
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

extension MailAddress: Hashable {
    /// Addresses are the same when they are spelled alike, quotes and routes aside.
    public static func == (left: MailAddress, right: MailAddress) -> Bool {
        left.form == right.form && left.hasSourceRoute == right.hasSourceRoute && left.localPart == right.localPart
            && left.domain == right.domain
    }

    /// Hashes the parts.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(form)
        hasher.combine(localPart)
        hasher.combine(domain)
    }
}

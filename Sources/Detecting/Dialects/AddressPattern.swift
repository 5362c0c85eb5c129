public import SMTP

/// How a dialect writes the address of MAIL or RCPT.
public struct AddressPattern: Sendable, Hashable {
    /// What the address must be.
    public enum Content: Sendable, Hashable {
        /// Any address.
        case any

        /// Exactly this address.
        case literal(String)

        /// The address that MAIL named, letter case aside.
        case sameAsSender
    }

    /// The forms that the address may have.
    public let forms: Set<MailAddress.Form>

    /// What the address must be.
    public let content: Content

    /// Reads `<{addr}>` (any address, and the null path too: whoever writes `<>` to walk past its dialect speaks it none
    /// the less), `{addr}`, `<>`, `<{path}>` (an address or nothing), `<{sender}>`, or a literal address with or
    /// without brackets.
    public init(_ text: String) throws(TemplateError) {
        let isBracketed = text.hasPrefix("<") && text.hasSuffix(">")
        let inner = isBracketed ? String(text.dropFirst().dropLast()) : text
        let form: MailAddress.Form = isBracketed ? .bracketed : .bare
        switch inner {
        case "" where isBracketed:
            forms = [.null]
            content = .any
        case "{path}" where isBracketed:
            forms = [.bracketed, .null]
            content = .any
        case "{addr}":
            forms = isBracketed ? [.bracketed, .null] : [.bare]
            content = .any
        case "{sender}":
            forms = [form]
            content = .sameAsSender
        default:
            guard !inner.isEmpty, !inner.contains(where: { "{}<> ".contains($0) }) else {
                throw TemplateError("\"\(text)\" is not an address: use {addr}, {path}, {sender} or a literal address")
            }
            forms = [form]
            content = .literal(inner)
        }
    }
}

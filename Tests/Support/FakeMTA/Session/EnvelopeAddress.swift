/// An address of MAIL or RCPT, freed of its wrapping as Postfix prints it.
public struct EnvelopeAddress: Hashable, Sendable {
    /// The address without brackets, source route and quotes.
    public let text: String

    /// Takes the argument as the client wrote it.
    public init(_ argument: String) {
        var text = argument[...]
        while text.hasPrefix("<") && text.hasSuffix(">") { text = text.dropFirst().dropLast() }
        if text.hasPrefix("@"), let colon = text.firstIndex(of: ":") { text = text[text.index(after: colon)...] }
        self.text = String(text).replacing("\"", with: "")
    }

    /// What stands behind the last `@`; empty if there is none.
    public var domain: String {
        text.lastIndex(of: "@").map { String(text[text.index(after: $0)...]) } ?? ""
    }

    /// What stands before the last `@`; all of it if there is none.
    public var localPart: String {
        text.lastIndex(of: "@").map { String(text[..<$0]) } ?? text
    }
}

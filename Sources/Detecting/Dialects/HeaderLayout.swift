/// Which headers a dialect's messages begin with.
public enum HeaderLayout: Sendable, Hashable {
    /// Any headers: the engine passes on what others wrote.
    case any

    /// The message begins with exactly these headers, in this order and spelling.
    case prefix([Header])

    /// A header's name and whether one blank follows its colon.
    public struct Header: Sendable, Hashable {
        /// The name as the dialect spells it.
        public let name: String

        /// Whether exactly one blank stands behind the colon.
        public let hasBlank: Bool

        /// A header of its parts.
        public init(name: String, hasBlank: Bool = true) {
            self.name = name
            self.hasBlank = hasBlank
        }
    }

    /// Reads what stands between `{message` and `}`: nothing, or names separated by commas; a name followed by `!` has
    /// no blank behind its colon.
    init(_ text: some StringProtocol) throws(TemplateError) {
        guard !text.isEmpty else {
            self = .any
            return
        }
        var headers: [Header] = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            let name = word.hasSuffix("!") ? word.dropLast() : word[...]
            guard !name.isEmpty, name.utf8.allSatisfy({ 0x21...0x7e ~= $0 && $0 != UInt8(ascii: ":") }) else {
                throw TemplateError("\"\(word)\" is not a header name")
            }
            headers.append(Header(name: String(name), hasBlank: !word.hasSuffix("!")))
        }
        self = .prefix(headers)
    }
}

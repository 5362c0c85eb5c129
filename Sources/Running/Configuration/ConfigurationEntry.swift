/// One `key = value` as it was written, before anybody looked at its meaning.
public struct ConfigurationEntry: Hashable, Sendable {
    /// The key.
    public let key: String

    /// The value, with its continuation lines joined by single blanks.
    public private(set) var value: String

    /// Where the setting starts.
    public let source: ConfigurationSource

    /// Where in the value each continuation line starts, in bytes.
    private var continuations: [Continuation] = []

    private struct Continuation: Hashable, Sendable {
        var offset: Int
        var line: Int
    }

    /// An entry from its parts.
    public init(key: String, value: String, source: ConfigurationSource) {
        self.key = key
        self.value = value
        self.source = source
    }

    /// Continues the value with the text of a further line.
    mutating func append(_ text: String, line: Int) {
        if !value.isEmpty { value += " " }
        continuations.append(Continuation(offset: value.utf8.count, line: line))
        value += text
    }

    /// Where the byte at `offset` of the value was written.
    func source(atOffset offset: Int) -> ConfigurationSource {
        guard case .file(let name, _) = source, let last = continuations.last(where: { $0.offset <= offset }) else {
            return source
        }
        return .file(name, line: last.line)
    }
}

public import SMTP

/// What the decision machine says of a session so far.
public enum DialectMatch: Sendable, Hashable {
    /// No known dialect speaks like this.
    case noOpinion

    /// These dialects are still possible, in the model's order; at least two.
    case candidates([DialectName])

    /// One dialect is left.
    case decided(DialectName)

    /// A dialect's name and class.
    public struct DialectName: Sendable, Hashable {
        /// The name.
        public let name: String

        /// The class.
        public let dialectClass: DialectClass

        package init(_ dialect: Dialect) {
            name = dialect.name
            dialectClass = dialect.dialectClass
        }
    }

    /// The dialects that are still possible.
    public var dialects: [DialectName] {
        switch self {
        case .noOpinion: []
        case .candidates(let names): names
        case .decided(let name): [name]
        }
    }
}

extension DialectMatch: CustomStringConvertible {
    /// A word for logs: the name, up to three candidates joined by `|`, or nothing.
    public var description: String {
        let names = dialects.map(\.name)
        return names.prefix(3).joined(separator: "|") + (names.count > 3 ? "|+\(names.count - 3)" : "")
    }
}

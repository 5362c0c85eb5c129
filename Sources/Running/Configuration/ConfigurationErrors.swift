/// All errors of one configuration, in the order of files and lines.
public struct ConfigurationErrors: Error, Equatable, Sendable, CustomStringConvertible {
    /// The errors, at least one.
    public let errors: [ConfigurationError]

    /// The given errors.
    public init(_ errors: [ConfigurationError]) {
        self.errors = errors
    }

    /// One error on each line.
    public var description: String { errors.map(\.description).joined(separator: "\n") }
}

/// A setting that can be used but hardly does what was meant. Two warnings are equal when their codes are.
public struct ConfigurationWarning: ConfigurationDiagnostic {
    /// The kind of warning.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// The setting has no effect beside another one.
        case noEffect

        /// The setting takes a protection away.
        case unprotected
    }

    /// The kind of warning.
    public let code: Code

    /// Where the setting was made.
    public let source: ConfigurationSource

    /// The key it is about.
    public let key: String?

    /// What is wrong.
    public let problem: String

    /// What to do.
    public let remedy: String

    /// A warning from its parts.
    public init(_ code: Code, at source: ConfigurationSource, key: String?, problem: String, remedy: String) {
        self.code = code
        self.source = source
        self.key = key
        self.problem = problem
        self.remedy = remedy
    }

    /// Whether both are of one kind.
    public static func == (lhs: Self, rhs: Self) -> Bool { lhs.code == rhs.code }

    /// Feeds the code.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(code)
    }
}

/// A reason why a configuration cannot be used. Two errors are equal when their codes are.
public struct ConfigurationError: Error, ConfigurationDiagnostic {
    /// The kind of error.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// A file or directory that cannot be read.
        case unreadableFile

        /// A file that is too large to be a configuration.
        case fileTooLarge

        /// Text that is not UTF-8.
        case notUTF8

        /// A zero byte.
        case nulByte

        /// Another control character.
        case controlCharacter

        /// A line beyond the limit.
        case lineTooLong

        /// A line that continues nothing.
        case orphanContinuation

        /// A setting that white space turns into a continuation of the one before.
        case indentedSetting

        /// A comment behind a value.
        case trailingComment

        /// A setting without `=`.
        case missingEquals

        /// A key that does not exist.
        case unknownKey

        /// A key that is set twice in one file.
        case duplicateKey

        /// No value where one is needed.
        case missingValue

        /// A value of another type.
        case wrongType

        /// A number, size or time outside its limits.
        case outOfRange

        /// Settings that exclude each other.
        case contradiction
    }

    /// The kind of error.
    public let code: Code

    /// Where the setting was made.
    public let source: ConfigurationSource

    /// The key it is about; `nil` when there is none.
    public let key: String?

    /// What is wrong.
    public let problem: String

    /// What to do.
    public let remedy: String

    /// An error from its parts.
    public init(_ code: Code, at source: ConfigurationSource, key: String? = nil, problem: String, remedy: String) {
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

/// A fault of a dialect document at its place.
public struct DialectDocumentError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file.
    public let file: String

    /// The line, counted from 1; 0 for the file as a whole.
    public let line: Int

    /// What is wrong and what to write.
    public let problem: String

    /// A fault of its parts.
    public init(file: String, line: Int, problem: String) {
        self.file = file
        self.line = line
        self.problem = problem
    }

    /// The fault as `file:line: problem`.
    public var description: String { line > 0 ? "\(file):\(line): \(problem)" : "\(file): \(problem)" }
}

/// All faults of a document, in the order of its lines.
public struct DialectDocumentErrors: Error, Hashable, Sendable, CustomStringConvertible {
    /// The faults; never empty.
    public let errors: [DialectDocumentError]

    /// The given faults.
    public init(errors: [DialectDocumentError]) {
        self.errors = errors
    }

    /// One fault a line.
    public var description: String { errors.map(\.description).joined(separator: "\n") }
}

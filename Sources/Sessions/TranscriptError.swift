/// Why a transcript cannot be read.
public struct TranscriptError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file.
    public let file: String

    /// The line, counted from 1; 0 for the file as a whole.
    public let line: Int

    /// What is wrong and what to do.
    public let problem: String

    /// An error at a place.
    public init(file: String, line: Int, problem: String) {
        self.file = file
        self.line = line
        self.problem = problem
    }

    /// The error as `file:line: problem`.
    public var description: String { line > 0 ? "\(file):\(line): \(problem)" : "\(file): \(problem)" }
}

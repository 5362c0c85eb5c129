/// A fault of a document that people or programs write line by line: a model, a file of transcripts.
public struct DocumentFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file.
    public let file: String

    /// The line, counted from 1; 0 for the file as a whole.
    public let line: Int

    /// What is wrong and what to do.
    public let problem: String

    /// A fault at a place.
    public init(file: String, line: Int, problem: String) {
        self.file = file
        self.line = line
        self.problem = problem
    }

    /// The fault as `file:line: problem`.
    public var description: String {
        let text = line > 0 ? "\(file):\(line): \(problem)" : "\(file): \(problem)"
        // A problem quotes what stands in a file that others may have written.
        return PrintableText(text).description
    }
}

/// What is wrong with a scenario file, or where a scenario went another way than expected.
public struct ScenarioError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file's name.
    public var file: String
    /// The line, from 1.
    public var line: Int
    /// What is wrong.
    public var problem: String

    /// An error at a place.
    public init(file: String, line: Int, problem: String) {
        self.file = file
        self.line = line
        self.problem = problem
    }

    /// `file:line: problem`.
    public var description: String { "\(file):\(line): \(problem)" }
}

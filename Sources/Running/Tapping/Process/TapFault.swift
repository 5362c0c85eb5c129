/// Why argot-tap cannot go on, and what to do about it.
struct TapFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    let problem: String

    /// What to do.
    let remedy: String

    /// Whether the command line is what is wrong.
    let isUsage: Bool

    init(_ problem: String, remedy: String, isUsage: Bool = false) {
        self.problem = problem
        self.remedy = remedy
        self.isUsage = isUsage
    }

    /// Both.
    var description: String { "\(problem): \(remedy)" }
}

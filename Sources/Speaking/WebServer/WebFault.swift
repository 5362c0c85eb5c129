/// Why argot-web cannot do what it is asked to.
struct WebFault: Error, CustomStringConvertible {
    /// What is wrong, where.
    let problem: String

    /// What to do.
    let remedy: String

    /// Whether the command line is at fault.
    var isUsage: Bool

    init(_ problem: String, remedy: String, isUsage: Bool = false) {
        self.problem = problem
        self.remedy = remedy
        self.isUsage = isUsage
    }

    var description: String { "\(problem): \(remedy)" }
}

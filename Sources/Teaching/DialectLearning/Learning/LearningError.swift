/// Why a model cannot be learned into.
public enum LearningError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A line of a dialect's notes cannot be read; the number counts its `heard` and `trace` lines from 1.
    case evidence(dialect: String, line: Int, problem: String)

    /// The dialect exists, but was not learned from conversations, or its notes were left out.
    case noEvidence(dialect: String)

    /// There is no such dialect; the nearest name, if one is near.
    case noDialect(name: String, nearest: String?)

    /// The name is taken.
    case nameTaken(name: String)

    /// The text cannot be a dialect's name.
    case badName(name: String)

    /// What was learned does not fit into a model.
    case tooLarge(problem: String)

    /// What is wrong and what to do.
    public var description: String {
        switch self {
        case .evidence(let dialect, let line, let problem): "dialect \(dialect), note \(line): \(problem)"
        case .noEvidence(let dialect):
            "dialect \(dialect) contains no notes of conversations, so nothing can be added to it: "
                + "learn under another name, or remove it first"
        case .noDialect(let name, let nearest):
            "there is no dialect \(name)" + (nearest.map { ": did you mean \($0)?" } ?? ": see \"argot dialects list\"")
        case .nameTaken(let name): "dialect \(name) exists already: choose another name"
        case .badName(let name):
            "\"\(name)\" cannot be a dialect's name: use letters, digits, dots, dashes and underscores, at most 64"
        case .tooLarge(let problem): problem
        }
    }
}

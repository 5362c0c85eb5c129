import Dialects
import Policy

/// What the decision machine says of a session at one moment: worked out once, and asked by all who need a part of it.
enum DialectReading: Sendable {
    /// What hard sets say, and their word for logs.
    indirect case sets(DialectFinding, label: String)

    /// What likelihoods say.
    case likelihood(DialectOpinion)

    /// What a verdict needs of it.
    var finding: DialectFinding {
        switch self {
        case .sets(let finding, _): finding
        case .likelihood(let opinion): DialectFinding(opinion)
        }
    }

    /// How likely the client is of each kind; `nil` where hard sets decide.
    var posterior: DialectPosterior? {
        switch self {
        case .sets: nil
        case .likelihood(let opinion): opinion.posterior
        }
    }

    /// The word for logs.
    var label: String {
        switch self {
        case .sets(_, let label): label
        case .likelihood(let opinion): opinion.label
        }
    }

    /// What stands for the dialect in the greylist's keys.
    var poolWord: String {
        switch self {
        case .sets(_, let label): label
        case .likelihood(let opinion): opinion.poolWord
        }
    }
}

import Dialects
import Policy

/// What the decision machine says of a session at one moment: worked out once for all sessions that have done the same, and
/// asked by all who need a part of it.
final class DialectReading: Sendable {
    /// What a verdict needs of it.
    let finding: DialectFinding

    /// How likely the client is of each kind; `nil` where hard sets decide.
    let posterior: DialectPosterior?

    /// The word for logs.
    let label: String

    /// What stands for the dialect in the greylist's keys.
    let poolWord: String

    /// What hard sets say.
    init(_ finding: DialectFinding, label: String) {
        self.finding = finding
        posterior = nil
        self.label = label
        poolWord = label
    }

    /// What likelihoods say.
    init(_ posterior: DialectPosterior) {
        finding = DialectFinding(posterior)
        self.posterior = posterior
        label = posterior.label
        poolWord = posterior.poolWord
    }

    /// About how many bytes it takes.
    var weight: Int { 500 + (posterior?.best.count ?? 0) * 40 }
}

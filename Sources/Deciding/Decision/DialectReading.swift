import Dialects
import Policy

/// What the decision machine says of a session at one moment: worked out once, and asked by all who need a part of it.
struct DialectReading: Sendable {
    /// What a verdict needs of it.
    let finding: DialectFinding

    /// How likely the client is of each kind; `nil` where hard sets decide.
    let posterior: DialectPosterior?

    /// The machine's word where hard sets decide.
    private let hardLabel: String

    /// What hard sets say.
    init(_ finding: DialectFinding, label: String) {
        self.finding = finding
        posterior = nil
        hardLabel = label
    }

    /// What likelihoods say.
    init(_ posterior: DialectPosterior) {
        finding = DialectFinding(posterior)
        self.posterior = posterior
        hardLabel = ""
    }

    /// The word for logs.
    var label: String { posterior?.label ?? hardLabel }

    /// What stands for the dialect in the greylist's keys.
    var poolWord: String { posterior?.poolWord ?? hardLabel }
}

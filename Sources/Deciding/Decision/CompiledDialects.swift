import Dialects
import Policy
import SMTP

/// A model compiled for what a vantage shows, and what a verdict needs of where a session is in it.
final class CompiledDialects: Sendable {
    /// The machine.
    let machine: DecisionMachine

    /// How dialects are matched.
    let matching: MatchingMode

    private let probes: DistinguishingTable?

    init(model: DialectModel, vantage: Vantage, matching: MatchingMode, isProbing: Bool) {
        machine = DecisionMachine(model: model, vantage: vantage)
        self.matching = matching
        // Whoever is honest comes back after these.
        probes =
            isProbing
            ? DistinguishingTable(machine: machine) { $0.stage == .rcpt && $0.form == .transientRefusal } : nil
    }

    /// What the machine says of a session. O(1) for what sessions do as a rule, else O(number of dialects).
    func reading(of matcher: DialectMatcher) -> DialectReading {
        switch matching {
        case .paper: .sets(DialectFinding(matcher), label: matcher.label)
        case .likelihood: .likelihood(matcher.opinion)
        }
    }

    /// The temporary refusal that would tell most about a session's dialect, if it is worth asking. O(1) where it was asked for
    /// lately, else O(number of dialects possible).
    func question(to matcher: DialectMatcher) -> DistinguishingReply? {
        guard let reply = probes?.reply(to: matcher) else { return nil }
        return reply.worth >= Self.leastWorth ? reply : nil
    }

    /// What a question must be expected to tell, in bits.
    private static let leastWorth = 0.2
}

import Dialects
import Policy
import SMTP

/// A model compiled for what a vantage shows, and what a verdict needs of each node of the machine.
final class CompiledDialects: Sendable {
    /// The machine.
    let machine: DecisionMachine

    /// How dialects are matched.
    let matching: MatchingMode

    /// By node, where hard sets decide.
    private let findings: [DialectFinding]
    private let probes: DistinguishingTable?

    init(model: DialectModel, vantage: Vantage, matching: MatchingMode, isProbing: Bool) {
        machine = DecisionMachine(model: model, vantage: vantage)
        self.matching = matching
        findings = matching == .paper ? machine.matches.map { DialectFinding($0) } : []
        // Whoever is honest comes back after these.
        probes =
            isProbing
            ? DistinguishingTable(machine: machine) { $0.stage == .rcpt && $0.form == .transientRefusal } : nil
    }

    /// What the machine says of a session. O(1) for hard sets, else O(number of dialects).
    func reading(of matcher: DialectMatcher) -> DialectReading {
        switch matching {
        case .paper: DialectReading(findings[matcher.nodeNumber], label: matcher.label)
        case .likelihood: DialectReading(matcher.posterior)
        }
    }

    /// The temporary refusal that would tell most about a session's dialect, if it is worth asking. O(1).
    func question(to matcher: DialectMatcher) -> DistinguishingReply? {
        guard let reply = probes?.reply(atNode: matcher.nodeNumber) else { return nil }
        return reply.worth >= Self.leastWorth ? reply : nil
    }

    /// What a question must be expected to tell, in bits.
    private static let leastWorth = 0.2
}

#if canImport(Glibc)
    import Glibc
#endif
import SMTP

/// The best distinguishing reply of every node of a decision machine at which several dialects are possible (B@bel,
/// section 4: "send specific replies that expose the differences"), computed once.
///
/// The best is the one whose reaction is expected to tell most about the dialect, less the harm that it may do.
public struct DistinguishingTable: Sendable {
    private let replies: [DistinguishingReply?]

    /// The replies for a machine's nodes among those that are allowed; by default all that the machine's vantage can
    /// bring about: refusals and delays for a milter, anything for who is the server.
    ///
    /// Complexity: nodes x variations of a stage x dialects possible.
    public init(machine: DecisionMachine, isAllowed: ((ReplyVariation) -> Bool)? = nil) {
        let isFilter = machine.vantage.filteredServer != nil
        let allowed = VariationCatalogue.all.filter { isAllowed?($0) ?? (!isFilter || $0.isPossibleForMilter) }
        let byStage = Dictionary(grouping: allowed, by: \.stage)
        let priors = ClassPriors.priors(of: machine.model.dialects)
        var reactions = ProbeReactions(machine)
        replies = machine.nodes.indices.map { node in
            guard machine.nodes[node].match.dialects.count > 1, let stage = reactions.stage(atNode: node) else {
                return nil
            }
            var best: DistinguishingReply?
            for variation in byStage[stage] ?? [] {
                let found = reactions.reactions(atNode: node, to: variation)
                let gain = Self.gain(found.map { (priors[$0.dialect], $0.reaction) })
                guard gain > 1e-9 else { continue }
                let worth = gain - DistinguishingReply.cost(of: variation.harm)
                guard worth > best?.worth ?? -.infinity else { continue }
                let names = machine.likelihood.names
                best = DistinguishingReply(
                    variation: variation, gain: gain, worth: worth,
                    answers: found.map { .init(dialect: names[$0.dialect], reaction: $0.reaction) })
            }
            return best
        }
    }

    /// The best reply at a node; `nil` where one dialect or none is left, or no reply tells anything. O(1).
    public func reply(atNode node: Int) -> DistinguishingReply? { replies[node] }

    /// All nodes at which a reply tells something, by number.
    public var nodes: [(node: Int, reply: DistinguishingReply)] {
        replies.enumerated().compactMap { node, reply in reply.map { (node, $0) } }
    }

    /// The mutual information of dialect and reaction, in bits. A dialect whose reaction is not known is taken to do what
    /// the others do on average, which tells nothing.
    static func gain(_ dialects: [(weight: Double, reaction: ProbeReaction)]) -> Double {
        let known = dialects.filter { !$0.reaction.isUnknown }
        let total = dialects.reduce(0) { $0 + $1.weight }
        let knownTotal = known.reduce(0) { $0 + $1.weight }
        guard known.count > 1, total > 0 else { return 0 }
        var marginal: [Int: Double] = [:]
        for (weight, reaction) in known {
            let outcomes = reaction.outcomes
            for outcome in outcomes {
                marginal[outcome, default: 0] += weight / knownTotal / Double(outcomes.count)
            }
        }
        var gain = 0.0
        for (weight, reaction) in known {
            let outcomes = reaction.outcomes
            let share = 1 / Double(outcomes.count)
            for outcome in outcomes { gain += weight / total * share * log2(share / (marginal[outcome] ?? share)) }
        }
        return gain
    }
}

#if canImport(Glibc)
    import Glibc
#endif
import SMTP

/// The best distinguishing reply of every place of a decision machine at which several dialects are possible (B@bel,
/// section 4: "send specific replies that expose the differences"), worked out when a session is first asked about there.
///
/// The best is the one whose reaction is expected to tell most about the dialect, less the harm that it may do.
public struct DistinguishingTable: Sendable {
    private let machine: DecisionMachine
    private let byStage: [ProbeStage: [ReplyVariation]]
    private let priors: [Double]
    private let known = RecentCache<PlaceNumber, DistinguishingReply?>(weight: Self.memoryBound)

    /// The most bytes that remembered replies take, about.
    private static let memoryBound = 2_000_000

    private struct PlaceNumber: SpreadKey {
        let number: UInt64
        var spread: UInt64 { number }
    }

    /// The replies for a machine's places among those that are allowed; by default all that the machine's vantage can
    /// bring about: refusals and delays for a milter, anything for who is the server.
    public init(machine: DecisionMachine, isAllowed: ((ReplyVariation) -> Bool)? = nil) {
        let isFilter = machine.vantage.filteredServer != nil
        let allowed = VariationCatalogue.all.filter { isAllowed?($0) ?? (!isFilter || $0.isPossibleForMilter) }
        self.machine = machine
        byStage = Dictionary(grouping: allowed, by: \.stage)
        priors = ClassPriors.priors(of: machine.model.dialects)
    }

    /// The best reply where a session is; `nil` where one dialect or none is left, or no reply tells anything.
    ///
    /// O(1) where it was asked for lately, else O(variations of a stage x dialects possible).
    public func reply(to matcher: DialectMatcher) -> DistinguishingReply? {
        let key = PlaceNumber(number: matcher.place.number)
        if let reply = known.value(for: key) { return reply }
        var reactions = ProbeReactions(machine)
        let reply = best(at: machine.graph.positions(matcher.place.positions), &reactions)
        return known.insert(reply, for: key, weight: 100 + (reply?.answers.count ?? 0) * 40)
    }

    /// All places of the whole construction at which a reply tells something: their states and the reply.
    ///
    /// Complexity: places x variations of a stage x dialects possible.
    public func everywhere(in construction: FullConstruction) -> [(states: String, reply: DistinguishingReply)] {
        var reactions = ProbeReactions(machine)
        return construction.places.compactMap { place in
            best(at: machine.graph.positions(place), &reactions).map { (machine.shownStates(place), $0) }
        }
    }

    private func best(at positions: [SpeechPosition], _ reactions: inout ProbeReactions) -> DistinguishingReply? {
        guard let first = positions.first, positions.contains(where: { $0.dialect != first.dialect }),
            let stage = reactions.stage(at: positions)
        else { return nil }
        var best: DistinguishingReply?
        for variation in byStage[stage] ?? [] {
            let found = reactions.reactions(at: positions, to: variation)
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

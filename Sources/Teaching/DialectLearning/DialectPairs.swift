public import Dialects
import SMTP

/// Which pairs of dialects look alike to who only listens, and which single reply tells them apart.
public struct DialectPairs: Sendable {
    /// What is known of a pair.
    public enum Distinction: Sendable, Hashable {
        /// After this reply they do different things, whatever happens.
        case reply(ReplyVariation, one: ProbeReaction, other: ProbeReaction)

        /// After every reply to which both reactions are known they may do the same; that many replies were compared,
        /// out of that many that could be given.
        case inseparable(compared: Int, possible: Int)
    }

    /// A pair that a whole delivery does not tell apart.
    public struct Pair: Sendable, Hashable {
        /// The dialects, in the model's order.
        public let one: DialectMatch.DialectName
        /// The dialects, in the model's order.
        public let other: DialectMatch.DialectName
        /// What tells them apart.
        public let distinction: Distinction
    }

    /// The pairs that listening alone leaves ambiguous: some delivery, message included, is one that both could make.
    public let ambiguous: [Pair]

    /// How many pairs of different dialects there are.
    public let count: Int

    /// Compares all pairs of a machine's model by what its vantage shows; `isAllowed` as for ``DistinguishingTable``.
    ///
    /// Complexity: places of the full construction x variations of a stage x pairs possible at a place.
    public init(
        machine: DecisionMachine, isAllowed: ((ReplyVariation) -> Bool)? = nil
    ) throws(FullConstruction.TooLarge) {
        let isFilter = machine.vantage.filteredServer != nil
        let allowed = VariationCatalogue.all.filter { isAllowed?($0) ?? (!isFilter || $0.isPossibleForMilter) }
        let byStage = Dictionary(grouping: allowed, by: \.stage)
        let names = machine.model.dialects.map(DialectMatch.DialectName.init)
        count = names.count * (names.count - 1) / 2
        var reactions = ProbeReactions(machine)
        var ambiguous: Set<Key> = []
        var best: [Key: (variation: ReplyVariation, one: ProbeReaction, other: ProbeReaction)] = [:]
        var compared: [Key: Set<ReplyVariation>] = [:]
        let construction = try FullConstruction(of: machine)
        for (place, positions) in construction.positions(in: machine).enumerated()
        where construction.usual.contains(place) {
            let here = Set(positions.map(\.dialect)).sorted()
            guard here.count > 1, let stage = reactions.stage(at: positions) else { continue }
            if stage == .endOfData { Self.forEachPair(here) { ambiguous.insert($0) } }
            for variation in byStage[stage] ?? [] {
                let found = reactions.reactions(at: positions, to: variation).filter { !$0.reaction.isUnknown }
                for (index, one) in found.enumerated() {
                    for other in found[(index + 1)...] {
                        let key = Key(one: one.dialect, other: other.dialect)
                        compared[key, default: []].insert(variation)
                        guard one.reaction.isDisjoint(with: other.reaction) else { continue }
                        if let old = best[key], !Self.isBetter(variation, than: old.variation) { continue }
                        best[key] = (variation, one.reaction, other.reaction)
                    }
                }
            }
        }
        self.ambiguous = ambiguous.sorted().map { key in
            let distinction: Distinction =
                if let reply = best[key] {
                    .reply(reply.variation, one: reply.one, other: reply.other)
                } else {
                    .inseparable(compared: compared[key]?.count ?? 0, possible: allowed.count)
                }
            return Pair(one: names[key.one], other: names[key.other], distinction: distinction)
        }
    }

    private struct Key: Hashable, Comparable {
        let one: Int
        let other: Int

        static func < (a: Key, b: Key) -> Bool { (a.one, a.other) < (b.one, b.other) }
    }

    private static func forEachPair(_ dialects: [Int], _ body: (Key) -> Void) {
        for (index, one) in dialects.enumerated() {
            for other in dialects[(index + 1)...] { body(Key(one: one, other: other)) }
        }
    }

    /// Less harm first, then the order of the catalogue's stages in a session.
    private static func isBetter(_ one: ReplyVariation, than other: ReplyVariation) -> Bool {
        if one.harm != other.harm { return one.harm < other.harm }
        return one.id < other.id && one.stage == other.stage
    }
}

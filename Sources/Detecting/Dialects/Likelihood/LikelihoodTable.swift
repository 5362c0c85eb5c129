#if canImport(Glibc)
    import Glibc
#endif
import SMTP

/// The likelihood of every step of a conversation under every dialect, compiled: a message in, a score for each dialect
/// added.
///
/// A score is the logarithm of how much better the dialect explains the message than software that is not known. It has
/// two parts: that a message of this kind comes here (from the dialect's machine, as a Markov chain over what the
/// vantage shows), and that it is worded so (from the templates). A dialect that would not do this loses a fixed amount,
/// the logarithm of how often a program leaves its known ways: an unseen retry, RSET or extension costs likelihood, it
/// does not rule a dialect out.
///
/// Immutable. One step is O(number of dialects), without allocation: about two additions for each.
struct LikelihoodTable: Sendable {
    /// Scores are counted in this fraction of a natural logarithm.
    static let unit = 1.0 / 64

    /// How often a program does what its dialect does not know.
    static let deviation = 0.01

    /// How much likelier than unknown software style and carelessness alone can make a hostile client: a posterior of
    /// 0.97 at most.
    private static let maximumStyleOdds = 30.0

    /// How often a server hears the other greeting than the one that a dialect begins with.
    private static let fallback = 0.03

    /// A template of a dialect, and what a message that it takes is worth.
    private struct Emission: Sendable {
        var dialect: UInt8
        var number: UInt8
        var score: Int16
    }

    private static let slots = TemplateIndex.Slot.allCases.count
    private static let replies = ReplyPattern.Class.allCases.count
    /// What a context's slot is before anything was said.
    private static let start = slots

    private let dialects: Int
    private let miss: Int16
    /// By context (slot before, reply), slot, dialect.
    private let transitions: [Int16]
    /// By slot.
    private let emissions: [[Emission]]
    /// By dialect: what HELO and what EHLO is worth, where only that is told.
    private let greetings: [(helo: Int16, ehlo: Int16)]
    private let isHostile: [Bool]
    /// By dialect: whether it is hostile and known by nothing but its style; words of its own that nobody else says may
    /// convict.
    private let isStyle: [Bool]
    /// By dialect: the number of its class; by class: whether any has it.
    private let classes: [Int]
    private let hasClass: [Bool]
    let priors: [Double]
    let names: [DialectMatch.DialectName]

    init(_ visible: VisibleMoves) {
        let model = visible.model
        let dialects = min(model.dialects.count, LikelihoodScores.capacity)
        self.dialects = dialects
        miss = Self.score(Self.deviation)
        isHostile = model.dialects.map(\.dialectClass.isHostile)
        isStyle = model.dialects.map { dialect in
            dialect.dialectClass.isHostile && !dialect.states.contains { $0.template?.isOwned ?? false }
        }
        let classes = model.dialects.map { dialect in
            DialectClass.allCases.firstIndex { $0 == dialect.dialectClass } ?? 0
        }
        self.classes = classes
        hasClass = DialectClass.allCases.indices.map { classes.prefix(dialects).contains($0) }
        priors = ClassPriors.priors(of: model.dialects)
        names = model.dialects.map(DialectMatch.DialectName.init)
        let chains = (0..<dialects).map { SpeechChain(ofDialectAt: $0, visible) }
        transitions = Self.transitions(chains, model)
        let rarity = TemplateRarity(vantage: visible.vantage)
        var emissions = [[Emission]](repeating: [], count: Self.slots)
        for (number, dialect) in model.dialects.prefix(dialects).enumerated() {
            var templates: [TemplateIndex.Slot: [Int: Double]] = [:]
            let mail = dialect.states.compactMap(\.template).first {
                if case .mail = $0.content { true } else { false }
            }
            for template in dialect.states.compactMap(\.template) {
                guard let place = visible.index.number(of: template), place.number < TemplateMask.bitWidth else {
                    continue
                }
                templates[place.slot, default: [:]][place.number] = rarity.probability(of: template, after: mail)
            }
            for (slot, rates) in templates {
                let first = slot == .helo ? chains[number].firstGreetings(among: rates.keys) : []
                for (template, rate) in rates.sorted(by: { $0.key < $1.key }) {
                    // Of the ways to word a message each is as likely as the others, a fallback aside.
                    let share =
                        first.isEmpty || first.contains(template)
                        ? 1 / Double(first.isEmpty ? rates.count : first.count) : Self.fallback
                    emissions[Int(slot.rawValue)].append(
                        Emission(
                            dialect: UInt8(number), number: UInt8(template), score: Self.score(share / max(rate, 1e-6)))
                    )
                }
            }
        }
        self.emissions = emissions
        greetings = model.dialects.prefix(dialects).map { Self.greetings(of: $0) }
    }

    // MARK: Steps

    /// A message of this kind came after `reply`, and these templates take it.
    func advance(
        _ scores: inout LikelihoodScores, _ slot: TemplateIndex.Slot, after reply: ReplyPattern.Class,
        templates: TemplateMask
    ) {
        let own: TemplateIndex.Slot = slot == .heloAfterAbort ? .helo : slot
        let before = slot == .heloAfterAbort ? Int(TemplateIndex.Slot.reset.rawValue) : scores.lastSlot
        let step = (before * Self.replies + Int(reply.rawValue)) * Self.slots + Int(own.rawValue)
        if scores.note(step: step) {
            let row = step * dialects
            for dialect in 0..<dialects { scores.add(transitions[row + dialect], to: dialect) }
        }
        scores.lastSlot = Int(own.rawValue)
        // Saying the same again tells nothing new.
        guard scores.note(templates, in: own) else { return }
        let entries = emissions[Int(own.rawValue)]
        var next = 0
        for dialect in 0..<dialects {
            // Who has no such message at all has lost for that already.
            guard next < entries.count, Int(entries[next].dialect) == dialect else { continue }
            var best = miss
            while next < entries.count, Int(entries[next].dialect) == dialect {
                if templates & .only(Int(entries[next].number)) != 0 { best = max(best, entries[next].score) }
                next += 1
            }
            scores.add(best, to: dialect)
        }
    }

    /// The server said whether the client greeted with EHLO.
    func advance(_ scores: inout LikelihoodScores, isExtended: Bool) {
        guard scores.note(isExtended: isExtended) else { return }
        for dialect in 0..<dialects {
            scores.add(isExtended ? greetings[dialect].ehlo : greetings[dialect].helo, to: dialect)
        }
    }

    /// What the scores and signs amount to. O(number of dialects).
    func posterior(
        of scores: LikelihoodScores, signs: BehaviourSigns, isAuthenticated: Bool
    ) -> DialectPosterior {
        let conduct = exp(min(max(signs.conduct, -30), 30))
        let carelessness = exp(signs.carelessness)
        let engine = ClassPriors.unknownEngine * exp(signs.wording) * carelessness
        var weights = [Double](repeating: 0, count: dialects)
        var style = engine
        for dialect in 0..<dialects {
            weights[dialect] = priors[dialect] * exp(Double(scores[dialect]) * Self.unit)
            if isHostile[dialect] { weights[dialect] *= carelessness }
            if isStyle[dialect] { style += weights[dialect] }
        }
        // Software that nobody knows may say this too: it is no proof, however many bots are known to say it.
        let software = max(ClassPriors.unknownSoftware, style / Self.maximumStyleOdds)
        var total = software + engine * conduct
        for dialect in 0..<dialects {
            if isHostile[dialect] { weights[dialect] *= conduct }
            total += weights[dialect]
        }
        var sums = [Double](repeating: 0, count: DialectClass.allCases.count)
        for dialect in 0..<dialects { sums[classes[dialect]] += weights[dialect] / total }
        var shares: [DialectClass: Double] = [:]
        for (place, dialectClass) in DialectClass.allCases.enumerated() where hasClass[place] {
            shares[dialectClass] = sums[place]
        }
        let ranked = Self.best(weights)
        return DialectPosterior(
            best: ranked.map { .init(name: names[$0], probability: weights[$0] / total) },
            classes: shares, unknownSoftware: software / total, unknownEngine: engine * conduct / total, signs: signs,
            isAuthenticated: isAuthenticated)
    }

    /// The numbers of the dialects of greatest weight, greatest first, of equals the first.
    private static func best(_ weights: [Double]) -> [Int] {
        var best: [Int] = []
        for dialect in weights.indices {
            if best.count == DialectPosterior.shown, weights[best[best.count - 1]] >= weights[dialect] { continue }
            best.insert(dialect, at: best.firstIndex { weights[$0] < weights[dialect] } ?? best.count)
            if best.count > DialectPosterior.shown { best.removeLast() }
        }
        return best
    }

    // MARK: Compiling

    private static func score(_ ratio: Double) -> Int16 {
        Int16((log(ratio) / unit).rounded().clamped(to: -16_000...16_000))
    }

    private static func greetings(of dialect: Dialect) -> (helo: Int16, ehlo: Int16) {
        var first: Set<Bool> = []
        var all: Set<Bool> = []
        for transition in dialect.transitions {
            if case .helo(_, let isExtended)? = dialect.states[transition.target].template?.content {
                all.insert(isExtended)
                if transition.source == 0 { first.insert(isExtended) }
            }
        }
        func score(_ isExtended: Bool) -> Int16 {
            let share: Double =
                first.contains(isExtended)
                ? (first.count == 2 ? 0.5 : 1 - fallback) : all.contains(isExtended) ? fallback : deviation
            return Self.score(share / TemplateRarity.greeting(isExtended: isExtended))
        }
        return (score(false), score(true))
    }

    /// The score of each kind of message after each kind and reply, for each dialect.
    private static func transitions(_ chains: [SpeechChain], _ model: DialectModel) -> [Int16] {
        var table: [Int16] = []
        table.reserveCapacity((slots + 1) * replies * slots * chains.count)
        let software = chains.indices.filter { !model.dialects[$0].dialectClass.isHostile }
        for before in 0...slots {
            for reply in ReplyPattern.Class.allCases {
                let rows = chains.map { $0.shares(after: before, reply) }
                let isAt = chains.map { $0.isEverAt(before) }
                let known = software.filter { rows[$0] != nil }
                for slot in 0..<slots {
                    // What software does on average here, with a little for what none of it does.
                    let sum = known.reduce(0.0) { $0 + (rows[$1]?[slot] ?? 0) }
                    let usual = (sum + 2.0 / Double(slots)) / (Double(known.count) + 2)
                    for (row, isAt) in zip(rows, isAt) {
                        // Who is never here has lost for coming here; what follows is as good as anybody's.
                        guard isAt else {
                            table.append(0)
                            continue
                        }
                        table.append(Self.score(max((row?[slot] ?? 0) / usual, deviation)))
                    }
                }
            }
        }
        return table
    }
}

extension Double {
    fileprivate func clamped(to range: ClosedRange<Double>) -> Double {
        Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
    }
}

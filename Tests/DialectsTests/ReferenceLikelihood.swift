import SMTP

@testable import DialectLearning
@testable import Dialects

#if canImport(Glibc)
    import Glibc
#endif

/// The likelihood of a session under every dialect by itself, from the definitions: no tables, no dialects that share
/// anything, nothing remembered.
struct ReferenceLikelihood {
    /// What makes two templates one at a vantage.
    private struct Word: Hashable {
        var slot: Int
        /// HELO as EHLO.
        var content: MessageTemplate.Content
        var spelling: String
    }

    private struct Position: Hashable {
        var state: Int
        var inTransaction = false
        var isExtended: Bool?
    }

    private struct Turn: Hashable {
        var before: Int
        var reply: ReplyPattern.Class
        var slot: Int
    }

    private static let slots = TemplateIndex.Slot.allCases.count

    private let model: DialectModel
    let vantage: Vantage
    let matching: ReferenceMatch
    /// By dialect: how often a kind of message follows in a context; and the greetings that come first.
    private let chains: [(shares: [Turn: Double], first: Set<Word>)]

    // What the session has done.
    private var steps: Set<Turn> = []
    private var scores: [Int]
    private var lastSlot = Self.slots
    private var lastTaken: [Int: Set<Word>] = [:]
    private var lastGreeting: Bool?

    init(model: DialectModel, vantage: Vantage) {
        self.model = model
        self.vantage = vantage
        matching = ReferenceMatch(model)
        scores = model.dialects.map { _ in 0 }
        chains = model.dialects.map { Self.chain(of: $0, vantage) }
    }

    // MARK: The dialects

    private static func word(_ template: MessageTemplate, _ vantage: Vantage) -> Word? {
        let slot: TemplateIndex.Slot
        var content = template.content
        switch template.content {
        case .helo(let pattern, _): (slot, content) = (.helo, .helo(pattern, isExtended: true))
        case .mail: slot = .mail
        case .recipient: slot = .recipient
        case .data: slot = .data
        case .message: slot = .message
        case .reset: slot = .reset
        case .startTLS: slot = .startTLS
        case .unknown: slot = .unknown
        case .hidden:
            guard vantage.seesCommandLines else { return nil }
            slot = template.text.uppercased().hasPrefix("QUIT") ? .quit : .other
        }
        let spelling = vantage.seesCommandLines ? SpellingTable.fixedPart(of: template, slot: slot) : ""
        return Word(slot: Int(slot.rawValue), content: content, spelling: spelling)
    }

    private static func chain(of dialect: Dialect, _ vantage: Vantage) -> (shares: [Turn: Double], first: Set<Word>) {
        var sums: [Turn: Double] = [:]
        var first: Set<Word> = []
        var seen: Set<Position> = [Position(state: 0)]
        var waiting: [(position: Position, slot: Int)] = [(Position(state: 0), slots)]
        while let (position, before) = waiting.popLast() {
            for reply in ReplyPattern.Class.allCases {
                var counts: [Word: Int] = [:]
                for (to, count) in moves(of: dialect, from: position, knowing: reply, vantage, [position]) {
                    guard let template = dialect.states[to.state].template, let word = word(template, vantage) else {
                        continue
                    }
                    counts[word, default: 0] += count
                    if before == slots, word.slot == 0 { first.insert(word) }
                    if seen.insert(to).inserted { waiting.append((to, word.slot)) }
                }
                let total = counts.values.map { Double($0 + 1).squareRoot() }.reduce(0, +)
                for (word, count) in counts {
                    sums[Turn(before: before, reply: reply, slot: word.slot), default: 0] +=
                        Double(count + 1).squareRoot() / total
                }
            }
        }
        var shares: [Turn: Double] = [:]
        for (step, value) in sums {
            let all = sums.filter { $0.key.before == step.before && $0.key.reply == step.reply }.values.reduce(0, +)
            shares[step] = value / all
        }
        return (shares, first)
    }

    /// The messages that show next, hidden ones passed through once each.
    private static func moves(
        of dialect: Dialect, from position: Position, knowing reply: ReplyPattern.Class, _ vantage: Vantage,
        _ seen: Set<Position>
    ) -> [(to: Position, count: Int)] {
        var seen = seen
        var found: [(to: Position, count: Int)] = []
        var waiting = [(position, reply)]
        while let (position, reply) = waiting.popLast() {
            for way in dialect.transitions where way.source == position.state {
                guard let template = dialect.states[way.target].template else { continue }
                let classes = reply == .unknown ? way.replies.classes : way.replies.classes.intersection([reply])
                guard !classes.isEmpty else { continue }
                let after: Set<Bool> =
                    switch dialect.states[position.state].template?.content {
                    case .mail: Set(classes.map { $0 == .positive })
                    case .message, .reset, .helo: [false]
                    default: [position.inTransaction]
                    }
                for inTransaction in after {
                    var to = Position(
                        state: way.target, inTransaction: inTransaction, isExtended: position.isExtended)
                    if template.isVisible(at: vantage, inTransaction: inTransaction), word(template, vantage) != nil {
                        if case .helo(_, let isExtended) = template.content, vantage.tellsHELOFromEHLO {
                            to.isExtended = isExtended
                        }
                        found.append((to, max(1, way.count)))
                    } else if seen.insert(to).inserted {
                        waiting.append((to, .unknown))
                    }
                }
            }
        }
        return found
    }

    // MARK: The session

    /// A message of a kind came after `reply`, aborted before or not; `takes` says whether a template takes it.
    mutating func message(
        _ slot: TemplateIndex.Slot, after reply: ReplyPattern.Class, isAborted: Bool = false,
        _ takes: (MessageTemplate) -> Bool
    ) {
        let before = isAborted ? Int(TemplateIndex.Slot.reset.rawValue) : lastSlot
        let step = Turn(before: before, reply: reply, slot: Int(slot.rawValue))
        if steps.insert(step).inserted {
            for dialect in scores.indices { scores[dialect] += transition(step, dialect) }
        }
        lastSlot = step.slot
        let words = model.dialects.map { dialect in
            dialect.states.compactMap(\.template).compactMap { template in
                Self.word(template, vantage).map { (word: $0, template: template) }
            }.filter { $0.word.slot == step.slot }
        }
        let taken = Set(words.joined().filter { takes($0.template) }.map(\.word))
        if slot == .helo || slot == .mail || slot == .recipient {
            guard lastTaken[step.slot] != taken else { return }
            lastTaken[step.slot] = taken
        }
        for dialect in scores.indices where !words[dialect].isEmpty {
            scores[dialect] += emission(words[dialect], taken, dialect)
        }
    }

    private func transition(_ step: Turn, _ dialect: Int) -> Int {
        func isEverAt(_ chain: [Turn: Double]) -> Bool { chain.keys.contains { $0.before == step.before } }
        guard isEverAt(chains[dialect].shares) else { return 0 }
        let software = model.dialects.indices.filter { !model.dialects[$0].dialectClass.isHostile }
        let known = software.filter { number in
            chains[number].shares.keys.contains { $0.before == step.before && $0.reply == step.reply }
        }
        let sum = known.reduce(0.0) { $0 + (chains[$1].shares[step] ?? 0) }
        let usual = (sum + 2 / Double(Self.slots)) / (Double(known.count) + 2)
        return score(max((chains[dialect].shares[step] ?? 0) / usual, LikelihoodTable.deviation))
    }

    private func emission(_ words: [(word: Word, template: MessageTemplate)], _ taken: Set<Word>, _ dialect: Int) -> Int
    {
        let mail = model.dialects[dialect].states.compactMap(\.template).first {
            if case .mail = $0.content { true } else { false }
        }
        var rates: [Word: Double] = [:]
        for (word, template) in words {
            rates[word] = TemplateRarity(vantage: vantage).probability(
                of: template, after: mail.map { SpellingStyle($0.text) })
        }
        let first = words[0].word.slot == 0 ? chains[dialect].first : []
        let worths = rates.filter { taken.contains($0.key) }.map { word, rate in
            let share =
                first.isEmpty
                ? 1 / Double(rates.count) : first.contains(word) ? 1 / Double(first.count) : 0.03
            return score(share / max(rate, 1e-6))
        }
        return max(score(LikelihoodTable.deviation), worths.max() ?? .min)
    }

    /// The server said whether the client greeted with EHLO.
    mutating func greeted(isExtended: Bool) {
        guard lastGreeting != isExtended else { return }
        lastGreeting = isExtended
        for (number, dialect) in model.dialects.enumerated() {
            func kinds(_ ways: [Dialect.Transition]) -> Set<Bool> {
                Set(
                    ways.compactMap {
                        if case .helo(_, let isExtended)? = dialect.states[$0.target].template?.content {
                            isExtended
                        } else {
                            nil
                        }
                    })
            }
            let first = kinds(dialect.transitions.filter { $0.source == 0 })
            let share =
                first.contains(isExtended)
                ? (first.count == 2 ? 0.5 : 0.97)
                : kinds(dialect.transitions).contains(isExtended) ? 0.03 : LikelihoodTable.deviation
            scores[number] += score(share / TemplateRarity.greeting(isExtended: isExtended))
        }
    }

    private func score(_ ratio: Double) -> Int { Int((log(ratio) * 64).rounded()) }

    // MARK: What it amounts to

    /// The probability of every dialect, of unknown software, and of an unknown engine.
    func posterior(_ signs: BehaviourSigns) -> (dialects: [Double], software: Double, engine: Double) {
        let priors = ClassPriors.priors(of: model.dialects)
        let careless = exp(signs.carelessness)
        let conduct = exp(min(max(signs.conduct, -30), 30))
        let engine = ClassPriors.unknownEngine * exp(signs.wording) * careless
        var weights = model.dialects.indices.map { number in
            priors[number] * exp(Double(Int16(clamping: scores[number])) / 64)
                * (model.dialects[number].dialectClass.isHostile ? careless : 1)
        }
        let style = model.dialects.indices.filter { number in
            let dialect = model.dialects[number]
            return dialect.dialectClass.isHostile && !dialect.states.contains { $0.template?.isOwned ?? false }
        }.reduce(engine) { $0 + weights[$1] }
        let software = max(ClassPriors.unknownSoftware, style / 30)
        for number in weights.indices where model.dialects[number].dialectClass.isHostile { weights[number] *= conduct }
        let total = weights.reduce(software + engine * conduct, +)
        return (weights.map { $0 / total }, software / total, engine * conduct / total)
    }
}

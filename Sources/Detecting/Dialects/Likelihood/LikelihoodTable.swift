#if canImport(Glibc)
    import Glibc
#endif
import SMTP

/// The likelihood of every step of a conversation under every dialect, compiled: what a session has done in
/// (``LikelihoodTrail``), how likely it is of each kind out.
///
/// A score is the logarithm of how much better the dialect explains the messages than software that is not known. It has
/// two parts: that a message of this kind comes here (from the dialect's machine, as a Markov chain over what the
/// vantage shows), and that it is worded so (from the templates). A dialect that would not do this loses a fixed amount,
/// the logarithm of how often a program leaves its known ways: an unseen retry, RSET or extension costs likelihood, it
/// does not rule a dialect out.
///
/// Dialects that score alike but for words of their own are one ``Voice``; what all voices make of a trail is worked out
/// once and remembered (``LikelihoodSummary``), whoever of them the words belong to. So a posterior is O(1) for a session
/// that has done what others have done lately, but for the dialects whose own words it has said.
final class LikelihoodTable: Sendable {
    /// Scores are counted in this fraction of a natural logarithm.
    static let unit = 1.0 / 64

    /// How often a program does what its dialect does not know.
    static let deviation = 0.01

    /// How much likelier than unknown software style and carelessness alone can make a hostile client: a posterior of
    /// 0.97 at most.
    private static let maximumStyleOdds = 30.0

    static let slots = TemplateIndex.Slot.allCases.count
    static let replies = ReplyPattern.Class.allCases.count

    /// How dialects score that are alike but for words of their own.
    struct Voice: Sendable {
        /// By kind of message before, the start last: the block of scores of what follows.
        var blocks: [UInt32]
        /// What HELO and what EHLO is worth, where only that is told.
        var helo: Int16
        var ehlo: Int16
        /// The number of the class of dialects.
        var dialectClass: UInt8
        /// Whether they are hostile and known by nothing but their style; words of its own that nobody else says may
        /// convict.
        var isStyle: Bool
        /// The kinds of messages that they send at all, a bit each.
        var kinds: UInt16
        /// The templates that others have too, in order of kinds and numbers.
        var emissions: [Emission]
        /// How many dialects there are.
        var count = 0
    }

    /// A template, and what a message that it takes is worth.
    struct Emission: Hashable, Sendable {
        var slot: TemplateIndex.Slot
        var template: UInt32
        var score: Int16
    }

    private let index: TemplateIndex
    private let voices: [Voice]
    /// By dialect: its voice.
    private let voiceOfDialect: [UInt32]
    private let blocks: ScoreBlocks
    private let words: OwnWords
    private let miss: Int16
    /// By class: the prior of each of its dialects; 0 for a class of none.
    private let priors: [Double]
    private let hasClass: [Bool]
    private let summaries: RecentCache<TrailKey, LikelihoodSummary>
    private let opinions: RecentCache<PosteriorKey, DialectOpinion>
    /// By dialect: name and class.
    let names: [DialectMatch.DialectName]

    /// Compiles the likelihoods of a model; remembered summaries and opinions take at most `memory` bytes, about.
    init(
        _ model: DialectModel, at vantage: Vantage, _ index: TemplateIndex, _ graph: SpeechGraph,
        _ places: TemplatePlaces, memory: Int
    ) {
        self.index = index
        summaries = RecentCache(weight: memory / 2)
        opinions = RecentCache(weight: memory / 2)
        miss = Self.score(Self.deviation)
        names = model.dialects.map(DialectMatch.DialectName.init)
        var builder = LikelihoodBuilder(model, at: vantage, index, graph, places)
        let built = builder.build()
        voices = built.voices
        voiceOfDialect = built.voiceOfDialect
        blocks = built.blocks
        words = built.words
        var counts = [Int](repeating: 0, count: DialectClass.allCases.count)
        for dialect in model.dialects { counts[dialect.dialectClass.number] += 1 }
        hasClass = counts.map { $0 > 0 }
        priors = DialectClass.allCases.map { ClassPriors.share(of: $0) / Double(max(1, counts[$0.number])) }
    }

    /// How many voices there are.
    var voiceCount: Int { voices.count }

    /// About how many bytes remembered summaries and opinions take.
    var rememberedWeight: Int { summaries.weight + opinions.weight }

    /// A ratio as a score.
    static func score(_ ratio: Double) -> Int16 { Int16(min(max((log(ratio) / unit).rounded(), -16_000), 16_000)) }

    /// The number of a step from one kind of message to another.
    static func step(from before: Int, after reply: ReplyPattern.Class, to slot: TemplateIndex.Slot) -> Int {
        (before * replies + Int(reply.rawValue)) * slots + Int(slot.rawValue)
    }

    // MARK: Posteriors

    /// What a trail and signs amount to, with what follows from it. O(wordings of the trail) for one that was asked about
    /// lately, else as ``posterior(of:signs:isAuthenticated:)``.
    func opinion(of trail: LikelihoodTrail, signs: BehaviourSigns, isAuthenticated: Bool) -> DialectOpinion {
        let key = PosteriorKey(trail, signs: signs, isAuthenticated: isAuthenticated)
        if let known = opinions.value(for: key) { return known }
        let new = DialectOpinion(posterior(of: trail, signs: signs, isAuthenticated: isAuthenticated))
        return opinions.insert(new, for: key, weight: new.weight + key.weight)
    }

    /// What a trail and signs amount to. O(own words said) for a trail that was asked about lately, else O(voices x what
    /// the trail holds + dialects).
    func posterior(of trail: LikelihoodTrail, signs: BehaviourSigns, isAuthenticated: Bool) -> DialectPosterior {
        let conduct = exp(min(max(signs.conduct, -30), 30))
        let carelessness = exp(signs.carelessness)
        let engine = ClassPriors.unknownEngine * exp(signs.wording) * carelessness
        let items = items(of: trail)
        let own = exceptions(trail, items)
        var summary = summary(of: trail, items, shown: LikelihoodSummary.usual)
        if own.count > LikelihoodSummary.usual - DialectPosterior.shown {
            summary = makeSummary(trail, items, shown: own.count + DialectPosterior.shown)
        }
        var sums = summary.sums
        var style = summary.style
        for exception in own {
            let voice = voices[Int(voiceOfDialect[Int(exception.dialect)])]
            sums[Int(voice.dialectClass)] += exception.weight - exception.usual
            if voice.isStyle { style += exception.weight - exception.usual }
        }
        style = engine + style * carelessness
        // Software that nobody knows may say this too: it is no proof, however many bots are known to say it.
        let software = max(ClassPriors.unknownSoftware, style / Self.maximumStyleOdds)
        var total = software + engine * conduct
        for dialectClass in DialectClass.ordered {
            if dialectClass.isHostile { sums[dialectClass.number] *= carelessness * conduct }
            total += sums[dialectClass.number]
        }
        for number in sums.indices { sums[number] = max(0, sums[number] / total) }
        let best = ranked(summary, own, carelessness, conduct)
        return DialectPosterior(
            best: best.map { .init(name: names[Int($0.dialect)], probability: $0.weight / total) },
            shares: sums, hasClass: hasClass, unknownSoftware: software / total,
            unknownEngine: engine * conduct / total, signs: signs,
            isAuthenticated: isAuthenticated)
    }

    /// The dialects of greatest weight, greatest first, of equals the first.
    private func ranked(
        _ summary: LikelihoodSummary, _ own: [Exception], _ carelessness: Double, _ conduct: Double
    ) -> [LikelihoodSummary.Share] {
        var best: [LikelihoodSummary.Share] = []
        func consider(_ share: LikelihoodSummary.Share) {
            let place = best.firstIndex {
                $0.weight < share.weight || $0.weight == share.weight && $0.dialect > share.dialect
            }
            guard best.count < DialectPosterior.shown || place != nil else { return }
            best.insert(share, at: place ?? best.count)
            if best.count > DialectPosterior.shown { best.removeLast() }
        }
        for share in summary.others where !own.contains(where: { $0.dialect == share.dialect }) { consider(share) }
        for share in summary.hostile where !own.contains(where: { $0.dialect == share.dialect }) {
            consider(.init(dialect: share.dialect, weight: share.weight * carelessness * conduct))
        }
        for exception in own {
            let isHostile = names[Int(exception.dialect)].dialectClass.isHostile
            let weight = isHostile ? exception.weight * carelessness * conduct : exception.weight
            consider(.init(dialect: exception.dialect, weight: weight))
        }
        return best
    }

    // MARK: Summaries

    /// A wording of a trail: whole, and without words that few dialects own; `nil` for what nobody else says.
    private struct Item {
        var whole: Wording
        var common: Wording?
        var count: Int
    }

    private func items(of trail: LikelihoodTrail) -> [Item] {
        (0..<trail.wordingCount).map { number in
            let entry = trail.entry(number)
            let common = withoutOwnWords(entry.wording)
            return Item(whole: entry.wording, common: common, count: Int(entry.count))
        }
    }

    private func summary(of trail: LikelihoodTrail, _ items: [Item], shown: Int) -> LikelihoodSummary {
        var wordings: [TrailKey.Entry] = []
        for item in items {
            let entry = TrailKey.Entry(item.whole.slot, item.common, count: item.count)
            if let known = wordings.firstIndex(where: { $0.isSameWording(as: entry) }) {
                wordings[known].count += entry.count
            } else {
                wordings.append(entry)
            }
        }
        let key = TrailKey(trail, wordings)
        if let known = summaries.value(for: key) { return known }
        let new = makeSummary(trail, items, shown: shown)
        return summaries.insert(new, for: key, weight: new.weight + key.weight)
    }

    /// What all voices make of a trail, nobody having words of his own.
    private func makeSummary(_ trail: LikelihoodTrail, _ items: [Item], shown: Int) -> LikelihoodSummary {
        let steps = takenSteps(of: trail)
        let sets = items.map { item in
            item.common.map { index.templates(for: $0) } ?? TemplateSet(count: index.count(of: item.whole.slot))
        }
        var weights = [Double](repeating: 0, count: voices.count)
        var summary = LikelihoodSummary()
        for (number, voice) in voices.enumerated() {
            var score = base(of: voice, trail, steps)
            for (item, set) in zip(items, sets) where voice.kinds & 1 << UInt16(item.whole.slot.rawValue) != 0 {
                var best = miss
                for emission in voice.emissions where emission.slot == item.whole.slot && emission.score > best {
                    if set.contains(emission.template) { best = emission.score }
                }
                score += Int(best) * item.count
            }
            weights[number] = weight(score, voice)
            summary.sums[Int(voice.dialectClass)] += weights[number] * Double(voice.count)
            if voice.isStyle { summary.style += weights[number] * Double(voice.count) }
        }
        for (dialect, voice) in voiceOfDialect.enumerated() {
            summary.consider(
                .init(dialect: UInt32(dialect), weight: weights[Int(voice)]),
                isHostile: names[dialect].dialectClass.isHostile, shown: shown)
        }
        return summary
    }

    private func takenSteps(of trail: LikelihoodTrail) -> [(before: Int, offset: Int)] {
        let block = Self.replies * Self.slots
        return (0..<(Self.slots + 1) * block).filter { trail.holds(step: $0) }.map { ($0 / block, $0 % block) }
    }

    /// The score of a voice for what it does, its wordings aside.
    private func base(of voice: Voice, _ trail: LikelihoodTrail, _ steps: [(before: Int, offset: Int)]) -> Int {
        var score = Int(voice.helo) * Int(trail.heloCount) + Int(voice.ehlo) * Int(trail.ehloCount)
        for step in steps { score += Int(blocks.score(voice.blocks[step.before], step.offset)) }
        return score
    }

    private func weight(_ score: Int, _ voice: Voice) -> Double {
        priors[Int(voice.dialectClass)] * exp(Double(Int16(clamping: score)) * Self.unit)
    }

    // MARK: Own words

    /// A wording without words that few dialects own; `nil` for one that nobody else has.
    func withoutOwnWords(_ wording: Wording) -> Wording? {
        index.wording(wording) { words.isOwn(wording.slot, $0) }
    }

    /// The templates that take a wording and are few dialects' own, those that take `common` as well left out.
    func ownWords(_ wording: Wording, besides common: Wording?) -> TemplateSet {
        var found = TemplateSet(count: index.count(of: wording.slot))
        for template in index.exactTemplates(for: wording).joined() where words.isOwn(wording.slot, template) {
            guard index.takes(wording, template), !(common.map { index.takes($0, template) } ?? false) else { continue }
            found.insert(template)
        }
        return found
    }

    /// A dialect whose own words were said.
    private struct Exception {
        var dialect: UInt32
        /// Its weight, and what it would be if it had not been its own words.
        var weight: Double
        var usual: Double
    }

    private func exceptions(_ trail: LikelihoodTrail, _ items: [Item]) -> [Exception] {
        var said: [(dialect: UInt32, item: Int, score: Int16)] = []
        for (number, item) in items.enumerated() {
            for list in index.exactTemplates(for: item.whole) {
                for template in list {
                    let owners = words.owners(item.whole.slot, template)
                    guard !owners.isEmpty, index.takes(item.whole, template) else { continue }
                    for owner in owners { said.append((owner.dialect, number, owner.score)) }
                }
            }
        }
        guard !said.isEmpty else { return [] }
        let steps = takenSteps(of: trail)
        var found: [Exception] = []
        for dialect in Set(said.map(\.dialect)).sorted() {
            let voice = voices[Int(voiceOfDialect[Int(dialect)])]
            var usual = base(of: voice, trail, steps)
            var score = usual
            for (number, item) in items.enumerated() where voice.kinds & 1 << UInt16(item.whole.slot.rawValue) != 0 {
                var best = miss
                if let common = item.common {
                    for emission in voice.emissions where emission.slot == item.whole.slot && emission.score > best {
                        if index.takes(common, emission.template) { best = emission.score }
                    }
                }
                usual += Int(best) * item.count
                for own in said where own.dialect == dialect && own.item == number { best = max(best, own.score) }
                score += Int(best) * item.count
            }
            found.append(Exception(dialect: dialect, weight: weight(score, voice), usual: weight(usual, voice)))
        }
        return found
    }
}

extension DialectClass {
    /// All, in the order of their numbers.
    static let ordered = allCases

    /// Its place in the order of declaration.
    var number: Int {
        switch self {
        case .mta: 0
        case .mua: 1
        case .library: 2
        case .tool: 3
        case .bot: 4
        case .attack: 5
        }
    }
}

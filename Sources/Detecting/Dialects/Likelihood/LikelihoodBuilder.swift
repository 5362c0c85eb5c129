import SMTP

/// Compiles the likelihoods of a model's dialects.
struct LikelihoodBuilder {
    /// What comes of it.
    struct Built {
        var voices: [LikelihoodTable.Voice] = []
        var voiceOfDialect: [UInt32] = []
        var blocks: ScoreBlocks
        var words = OwnWords()
    }

    private typealias Slot = TemplateIndex.Slot
    private static let slots = LikelihoodTable.slots
    private static let replies = LikelihoodTable.replies

    /// How often a server hears the other greeting than the one that a dialect begins with.
    private static let fallback = 0.03

    private let model: DialectModel
    private let index: TemplateIndex
    private let graph: SpeechGraph
    private let places: TemplatePlaces
    private let rarity: TemplateRarity
    private let miss = LikelihoodTable.score(LikelihoodTable.deviation)
    /// By the number of a template's text: how rare it is, and how it is written, where that was worked out.
    private var rarities: [Double?]
    private var styles: [SpellingStyle?]
    private var recipientRarities: [RecipientKey: Double] = [:]

    private struct RecipientKey: Hashable {
        var text: UInt32
        var mail: SpellingStyle?
    }

    init(
        _ model: DialectModel, at vantage: Vantage, _ index: TemplateIndex, _ graph: SpeechGraph,
        _ places: TemplatePlaces
    ) {
        self.model = model
        self.index = index
        self.graph = graph
        self.places = places
        rarity = TemplateRarity(vantage: vantage)
        rarities = Array(repeating: nil, count: places.textCount)
        styles = Array(repeating: nil, count: places.textCount)
    }

    mutating func build() -> Built {
        var built = Built(blocks: ScoreBlocks(miss: miss))
        var chains = ChainShapes()
        let shapes = model.dialects.indices.map { chains.shape(of: model.dialects[$0], number: $0, graph) }
        let usual = UsualSpeech(model, shapes.map { chains.chains[$0] })
        let blocks = chains.chains.map { Self.blocks($0, usual, miss, &built.blocks) }
        built.blocks.close()
        var emissions: [[LikelihoodTable.Emission]] = []
        emissions.reserveCapacity(model.dialects.count)
        for (number, dialect) in model.dialects.enumerated() {
            let first = chains.firstGreetings(
                ofShape: shapes[number], in: graph.states(ofKind: Int(graph.kinds[number])))
            emissions.append(self.emissions(of: dialect, places.texts(ofDialect: number), first))
        }
        built.words = ownWords(emissions)
        var numbers: [VoiceKey: UInt32] = [:]
        for (number, dialect) in model.dialects.enumerated() {
            let voice = voice(dialect, blocks[shapes[number]], emissions[number], built.words)
            let key = VoiceKey(voice)
            let next = UInt32(built.voices.count)
            let place = numbers[key, default: next]
            if place == next {
                numbers[key] = next
                built.voices.append(voice)
            }
            built.voices[Int(place)].count += 1
            built.voiceOfDialect.append(place)
        }
        return built
    }

    // MARK: What follows what

    private static func blocks(
        _ chain: SpeechChain, _ usual: UsualSpeech, _ miss: Int16, _ blocks: inout ScoreBlocks
    ) -> [UInt32] {
        var block = [Int16](repeating: 0, count: replies * slots)
        return (0...slots).map { before in
            let isEverHere = chain.isEverAt(before)
            for place in block.indices { block[place] = isEverHere ? miss : 0 }
            // Who is never here has lost for coming here; what follows is as good as anybody's.
            guard isEverHere else { return blocks.number(of: block) }
            for share in chain.shares where Int(share.context) / replies == before {
                let ratio = share.value / usual.share(Int(share.context), Int(share.slot))
                block[Int(share.context) % replies * slots + Int(share.slot)] = LikelihoodTable.score(
                    max(ratio, LikelihoodTable.deviation))
            }
            return blocks.number(of: block)
        }
    }

    // MARK: How it is worded

    /// What the dialect's templates are worth, in order of kinds and numbers; `first` are those that it greets with first.
    private mutating func emissions(
        of dialect: Dialect, _ texts: ArraySlice<UInt32>, _ first: [UInt32]
    ) -> [LikelihoodTable.Emission] {
        let mail = zip(texts, dialect.states).first { places[$0.0]?.slot == .mail }.flatMap { text, state in
            state.template.map { style(of: $0, text) }
        }
        var rates: [(slot: Slot, template: UInt32, rate: Double)] = []
        for (text, state) in zip(texts, dialect.states) {
            guard let template = state.template, let place = places[text] else { continue }
            let rate = rate(of: template, text, place.slot, after: mail)
            if let known = rates.firstIndex(where: { $0.slot == place.slot && $0.template == place.number }) {
                rates[known].rate = rate
            } else {
                rates.append((place.slot, place.number, rate))
            }
        }
        rates.sort { ($0.slot.rawValue, $0.template) < ($1.slot.rawValue, $1.template) }
        var counts = [Int](repeating: 0, count: Self.slots)
        for rate in rates { counts[Int(rate.slot.rawValue)] += 1 }
        return rates.map { slot, template, rate in
            let first = slot == .helo ? first : []
            // Of the ways to word a message each is as likely as the others, a fallback aside.
            let share =
                first.isEmpty || first.contains(template)
                ? 1 / Double(first.isEmpty ? counts[Int(slot.rawValue)] : first.count) : Self.fallback
            return LikelihoodTable.Emission(
                slot: slot, template: template, score: LikelihoodTable.score(share / max(rate, 1e-6)))
        }
    }

    private mutating func rate(
        of template: MessageTemplate, _ text: UInt32, _ slot: Slot, after mail: SpellingStyle?
    ) -> Double {
        if slot == .recipient {
            let key = RecipientKey(text: text, mail: mail)
            if let known = recipientRarities[key] { return known }
            let rate = rarity.probability(of: template, after: mail)
            recipientRarities[key] = rate
            return rate
        }
        if let known = rarities[Int(text)] { return known }
        let rate = rarity.probability(of: template)
        rarities[Int(text)] = rate
        return rate
    }

    private mutating func style(of template: MessageTemplate, _ text: UInt32) -> SpellingStyle {
        if let known = styles[Int(text)] { return known }
        let style = SpellingStyle(template.text)
        styles[Int(text)] = style
        return style
    }

    private func ownWords(_ emissions: [[LikelihoodTable.Emission]]) -> OwnWords {
        var words = OwnWords()
        var owners = Slot.allCases.map { [[OwnWords.Owner]](repeating: [], count: index.count(of: $0)) }
        for (dialect, list) in emissions.enumerated() {
            for emission in list where index.isExact(emission.slot, emission.template) {
                let place = Int(emission.template)
                // One more than may own it is enough to know that it is nobody's.
                guard owners[Int(emission.slot.rawValue)][place].count <= OwnWords.maximumOwners else { continue }
                owners[Int(emission.slot.rawValue)][place].append(
                    OwnWords.Owner(dialect: UInt32(dialect), score: emission.score))
            }
        }
        for slot in Slot.allCases {
            words.set(slot, owners[Int(slot.rawValue)].map { $0.count > OwnWords.maximumOwners ? [] : $0 })
        }
        return words
    }

    // MARK: Voices

    private struct VoiceKey: Hashable {
        private var words: [UInt32]

        init(_ voice: LikelihoodTable.Voice) {
            words = voice.blocks
            words.append(UInt32(UInt16(bitPattern: voice.helo)) << 16 | UInt32(UInt16(bitPattern: voice.ehlo)))
            words.append(UInt32(voice.kinds) << 16 | UInt32(voice.dialectClass) << 1 | (voice.isStyle ? 1 : 0))
            for emission in voice.emissions {
                words.append(emission.template)
                words.append(UInt32(emission.slot.rawValue) << 16 | UInt32(UInt16(bitPattern: emission.score)))
            }
        }
    }

    private func voice(
        _ dialect: Dialect, _ blocks: [UInt32], _ emissions: [LikelihoodTable.Emission], _ words: OwnWords
    ) -> LikelihoodTable.Voice {
        let greetings = Self.greetings(of: dialect)
        return LikelihoodTable.Voice(
            blocks: blocks, helo: greetings.helo, ehlo: greetings.ehlo,
            dialectClass: UInt8(dialect.dialectClass.number),
            isStyle: dialect.dialectClass.isHostile && !dialect.states.contains { $0.template?.isOwned ?? false },
            kinds: emissions.reduce(0) { $0 | 1 << UInt16($1.slot.rawValue) },
            emissions: emissions.filter { !words.isOwn($0.slot, $0.template) })
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
                ? (first.count == 2 ? 0.5 : 1 - fallback)
                : all.contains(isExtended) ? fallback : LikelihoodTable.deviation
            return LikelihoodTable.score(share / TemplateRarity.greeting(isExtended: isExtended))
        }
        return (score(false), score(true))
    }
}

/// What software does on average, with a little for what none of it does.
private struct UsualSpeech {
    private static let slots = LikelihoodTable.slots

    private var sums = [Double](repeating: 0, count: (slots + 1) * LikelihoodTable.replies * slots)
    private var known = [Int](repeating: 0, count: (slots + 1) * LikelihoodTable.replies)

    init(_ model: DialectModel, _ chains: [SpeechChain]) {
        for (dialect, chain) in zip(model.dialects, chains) where !dialect.dialectClass.isHostile {
            for context in known.indices where chain.contexts >> UInt64(context) & 1 != 0 { known[context] += 1 }
            for share in chain.shares { sums[Int(share.context) * Self.slots + Int(share.slot)] += share.value }
        }
    }

    /// The share of a kind of message in a context.
    func share(_ context: Int, _ slot: Int) -> Double {
        (sums[context * Self.slots + slot] + 2.0 / Double(Self.slots)) / (Double(known[context]) + 2)
    }
}

/// The chains of a model's dialects, one for all that differ in the text of their templates only.
private struct ChainShapes {
    private struct Key: Hashable {
        var states: [SpeechGraph.State]
        var ends: [UInt32]
        var transitions: ArraySlice<SpeechGraph.Transition>
        var counts: [Int]
    }

    private var numbers: [Key: Int] = [:]
    /// By shape.
    private(set) var chains: [SpeechChain] = []
    /// By shape: the first greetings, by their place among the dialect's own.
    private var firstGreetings: [[Int]] = []

    /// The number of a dialect's shape.
    mutating func shape(of dialect: Dialect, number: Int, _ graph: SpeechGraph) -> Int {
        let kind = Int(graph.kinds[number])
        let states = graph.states(ofKind: kind)
        let outline = graph.outline(ofKind: kind)
        var key = Key(
            states: Array(states), ends: outline.ends, transitions: outline.transitions,
            counts: SpeechGraph.counts(of: dialect))
        for place in key.states.indices {
            key.states[place].template = UInt32(Self.firstPlace(of: key.states, place, states))
        }
        if let known = numbers[key] { return known }
        let chain = SpeechChain(ofKind: kind, graph, counts: key.counts)
        let own = Self.greetings(states)
        firstGreetings.append(chain.firstGreetings.compactMap { own.firstIndex(of: $0) })
        numbers[key] = chains.count
        chains.append(chain)
        return chains.count - 1
    }

    /// The templates of the greetings that a dialect of a shape begins with.
    func firstGreetings(ofShape shape: Int, in states: ArraySlice<SpeechGraph.State>) -> [UInt32] {
        let own = Self.greetings(states)
        return firstGreetings[shape].map { own[$0] }
    }

    /// The templates of greetings, in the order of states.
    private static func greetings(_ states: ArraySlice<SpeechGraph.State>) -> [UInt32] {
        var found: [UInt32] = []
        for state in states where state.slot == .helo && !found.contains(state.template) {
            found.append(state.template)
        }
        return found
    }

    /// The first state with the same template as the one at `place`.
    private static func firstPlace(
        of local: [SpeechGraph.State], _ place: Int, _ states: ArraySlice<SpeechGraph.State>
    ) -> Int {
        let state = states[states.startIndex + place]
        return states.firstIndex { $0.slot == state.slot && $0.template == state.template }.map {
            $0 - states.startIndex
        }
            ?? place
    }
}

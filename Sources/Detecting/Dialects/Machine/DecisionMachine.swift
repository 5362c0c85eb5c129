public import SMTP
import Synchronization

/// All dialects of a model merged into one machine (B@bel, section 4): a place is the set of dialects and states that a
/// session can still be in, a step is a reply class and a client message.
///
/// Compiled once for a vantage and shared by all sessions, each of which keeps its place. The subset construction is lazy:
/// a place is made when the first session comes to it. What was made lately is remembered, in bounded memory
/// (``memoryBound``); what was let go is made again, and is the same. So the number of dialects bears on the start and on
/// steps that nobody has taken lately; any other step costs a pass over the message's bytes and a few look-ups.
public final class DecisionMachine: Sendable {
    /// The vantage that the machine is compiled for.
    public let vantage: Vantage

    /// The model that it is compiled from.
    public let model: DialectModel

    let index: TemplateIndex
    let graph: SpeechGraph
    let likelihood: LikelihoodTable
    /// Where a session is in two parts, which take every step by themselves: what a step of both leads to is what a step of
    /// each leads to, together.
    ///
    /// What words that few dialects own lead to is kept apart, so that a thousand clients who differ in the name that they
    /// greet with take the same steps but for a few positions.
    struct Whereabouts: Sendable {
        var common: Place
        var own: Place
    }

    /// Where a session is that has just begun.
    let start: Place
    /// Where no dialect is left.
    let dead = Place(number: 0, positions: [])

    private let firstMoves: MoveIndex
    private let names: StateNames
    private let places: RecentCache<PlaceKey, Place>
    private let steps: RecentCache<StepKey, Whereabouts>
    private let numbers = Atomic<UInt64>(2)

    /// How many of a place's states are named in logs and in the journal.
    private static let maximumShownStates = 4

    /// The most bytes that remembered places, the steps between them, and remembered likelihoods may take, as far as
    /// estimates go: two fifths each for places and steps, one for likelihoods.
    public static let memoryBound = 20_000_000

    private static let stepWeight = 150

    /// A set of positions as a key. Equal only when the positions are.
    private struct PlaceKey: SpreadKey {
        let positions: [UInt32]
        let spread: UInt64

        init(_ positions: [UInt32]) {
            self.positions = positions
            var hash: UInt64 = 0xcbf2_9ce4_8422_2325
            for position in positions { hash = (hash ^ UInt64(position)) &* 0x100_0000_01b3 }
            spread = hash
        }

        func hash(into hasher: inout Hasher) { hasher.combine(spread) }
    }

    private struct StepKey: SpreadKey {
        /// The place's number, the slot, the reply, the greeting, and whether it is a place of own words.
        let from: UInt64
        let wording: Wording

        var spread: UInt64 {
            let words = wording.words
            var hash = from &* 0x9e37_79b9_7f4a_7c15 ^ words.0
            hash = (hash ^ hash >> 29) &* 0xbf58_476d_1ce4_e5b9 ^ words.1
            hash = (hash ^ hash >> 32) &* 0x94d0_49bb_1331_11eb ^ words.2
            return (hash ^ hash >> 29) &* 0xff51_afd7_ed55_8ccd
        }

        func hash(into hasher: inout Hasher) { hasher.combine(spread) }
    }

    /// Compiles a model.
    ///
    /// Complexity: O(states + transitions) of dialects that do not speak alike. Memory: the same.
    public convenience init(model: DialectModel, vantage: Vantage) {
        self.init(model: model, vantage: vantage, memory: Self.memoryBound)
    }

    /// The same with another bound on what is remembered.
    init(model: DialectModel, vantage: Vantage, memory: Int) {
        self.model = model
        self.vantage = vantage
        let (index, places) = TemplateIndex.compile(model, at: vantage)
        self.index = index
        graph = SpeechGraph(model, at: vantage, places)
        likelihood = LikelihoodTable(model, at: vantage, index, graph, places, memory: memory / 5)
        names = StateNames(model)
        start = Place(number: 1, positions: (0..<graph.kindCount).map { [graph] in graph.start(ofKind: $0) })
        firstMoves = MoveIndex(start.positions, in: graph)
        self.places = RecentCache(weight: memory / 5 * 2)
        steps = RecentCache(weight: memory / 5 * 2)
    }

    /// How many different ways to speak the model's dialects have at this vantage.
    public var kindCount: Int { graph.kindCount }

    /// About how many bytes what is remembered takes. O(what is remembered).
    var rememberedWeight: Int { places.weight + steps.weight + likelihood.rememberedWeight }

    // MARK: Steps

    /// Where a message leads.
    ///
    /// O(1) for a step that was taken lately. Any other is O(templates of the kind of message + positions at the place); from
    /// the start, and for words that few dialects own, O(templates of the kind of message + dialects that go on).
    func step(
        from here: Whereabouts, _ slot: TemplateIndex.Slot, _ wording: Wording, after reply: ReplyPattern.Class,
        isExtended: Bool?
    ) -> Whereabouts {
        var next = Whereabouts(common: dead, own: dead)
        if !here.common.positions.isEmpty {
            next = step(from: here.common, isOwn: false, slot, wording, after: reply, isExtended: isExtended)
        }
        guard !here.own.positions.isEmpty else { return next }
        let own = step(from: here.own, isOwn: true, slot, wording, after: reply, isExtended: isExtended).own
        next.own = union(next.own, own)
        return next
    }

    private func step(
        from place: Place, isOwn: Bool, _ slot: TemplateIndex.Slot, _ wording: Wording,
        after reply: ReplyPattern.Class, isExtended: Bool?
    ) -> Whereabouts {
        let greeting: UInt64 = isExtended.map { $0 ? 2 : 1 } ?? 0
        let from =
            place.number << 16 | UInt64(slot.rawValue) << 8 | UInt64(reply.rawValue) << 4 | (isOwn ? 1 : 0) << 3
            | greeting
        let key = StepKey(from: from, wording: wording)
        if let known = steps.value(for: key) { return known }
        func found(_ templates: TemplateSet) -> Place {
            self.place(of: targets(from: place, slot, templates, after: reply, isExtended: isExtended))
        }
        var next = Whereabouts(common: dead, own: dead)
        let common = isOwn ? wording : likelihood.withoutOwnWords(wording)
        if isOwn {
            next.own = found(index.templates(for: wording))
        } else if common == wording {
            next.common = found(index.templates(for: wording))
        } else {
            // What is common to many is found once, whoever the words belong to.
            if let common {
                next = step(from: place, isOwn: false, slot, common, after: reply, isExtended: isExtended)
            }
            next.own = union(next.own, found(likelihood.ownWords(wording, besides: common)))
        }
        return steps.insert(next, for: key, weight: Self.stepWeight + next.common.weight + next.own.weight)
    }

    private func union(_ one: Place, _ other: Place) -> Place {
        if one.positions.isEmpty { return other }
        if other.positions.isEmpty { return one }
        var positions = one.positions + other.positions
        positions.sortAndMerge()
        return place(of: positions)
    }

    /// The place of a session: everything that it can be in.
    func place(at here: Whereabouts) -> Place { union(here.common, here.own) }

    /// The positions after a message that these templates take, in ascending order.
    func targets(
        from place: Place, _ slot: TemplateIndex.Slot, _ templates: TemplateSet, after reply: ReplyPattern.Class,
        isExtended: Bool?
    ) -> [UInt32] {
        guard !templates.isEmpty else { return [] }
        var found: [UInt32] = []
        if place === start {
            firstMoves.forEachTarget(slot, templates, after: reply, isExtended: isExtended) { found.append($0) }
        } else {
            for position in place.positions {
                graph.forEachMoveOrAbort(from: position, after: reply) { move in
                    guard move.slot == slot, templates.contains(move.template) else { return }
                    guard isExtended == nil || move.isExtended == nil || move.isExtended == isExtended else { return }
                    found.append(move.to)
                }
            }
        }
        found.sortAndMerge()
        return found
    }

    private func place(of positions: [UInt32]) -> Place {
        guard !positions.isEmpty else { return dead }
        let key = PlaceKey(positions)
        if let known = places.value(for: key) { return known }
        let number = numbers.add(1, ordering: .relaxed).oldValue
        let place = Place(number: number, positions: positions)
        return places.insert(place, for: key, weight: place.weight)
    }

    // MARK: What a place says

    /// The dialects that are possible at a place, in the model's order.
    func dialects(at place: Place) -> [Int] {
        var found: [Int] = []
        var last: Int?
        for position in place.positions {
            let kind = graph.kind(of: position)
            guard kind != last else { continue }
            last = kind
            found += graph.dialects(ofKind: kind).map(Int.init)
        }
        return found.sorted()
    }

    /// The match at a place. O(number of dialects possible).
    func match(at place: Place) -> DialectMatch {
        let names = dialects(at: place).map { likelihood.names[$0] }
        return names.isEmpty ? .noOpinion : names.count == 1 ? .decided(names[0]) : .candidates(names)
    }

    /// What is said of a place. O(1) but for the first time.
    func report(on place: Place) -> MatchReport {
        place.report { positions in
            let match = match(at: place)
            let dialects = match.dialects
            return MatchReport(
                count: dialects.count, decided: dialects.count == 1 ? dialects[0] : nil,
                classes: Set(dialects.map(\.dialectClass)), label: match.description,
                states: shownStates(positions))
        }
    }

    /// The states of the dialects at these positions, as `dialect:state`; the first few of them.
    func shownStates(_ positions: [UInt32]) -> String {
        names.shown(graph.positions(positions), atMost: Self.maximumShownStates)
    }
}

extension [UInt32] {
    /// Puts it in ascending order, each number once.
    mutating func sortAndMerge() {
        sort()
        var count = 0
        for number in self where count == 0 || number != self[count - 1] {
            self[count] = number
            count += 1
        }
        removeLast(self.count - count)
    }
}

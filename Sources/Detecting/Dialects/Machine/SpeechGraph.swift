import SMTP

/// What the machines of a model's dialects can send next, as far as a vantage shows it: all of them in a few flat arrays.
///
/// Dialects that speak alike here, replies and templates and all, are one kind and stored once. A place is a kind's state
/// and what it remembers (``SpeechPosition``), as a number: by kind, then by state. Messages that the vantage does not show
/// are passed through as silent moves; so are replies that it does not know.
final class SpeechGraph: Sendable {
    /// A message that can be sent next, as far as it shows.
    struct Move {
        var slot: TemplateIndex.Slot
        var template: UInt32
        /// Whether the dialect had said EHLO, where that is told.
        var isExtended: Bool?
        /// The place after it.
        var to: UInt32
        /// The transition that leads to the message, by its number in the kind.
        var transition: UInt32
    }

    /// A state, as far as it matters here.
    struct State: Hashable, Sendable {
        /// The template's number among those of its kind.
        var template: UInt32
        /// The kind of message; `nil` for one that never shows.
        var slot: TemplateIndex.Slot?
        /// What the message does to a transaction.
        var effect: Effect
        /// Whether it shows in a transaction only.
        var needsTransaction: Bool
        /// Whether it is EHLO, or HELO; `nil` for other messages and where nobody tells.
        var isExtended: Bool?

        func hash(into hasher: inout Hasher) {
            hasher.combine(UInt64(template) << 16 | UInt64(slot?.rawValue ?? .max) << 8 | UInt64(effect.rawValue))
        }
    }

    /// What a message does to a transaction.
    enum Effect: UInt8, Sendable {
        case none, opens, ends
    }

    /// A transition, as far as it matters here.
    struct Transition: Hashable, Sendable {
        var target: UInt16
        /// The classes of replies that cause it, a bit each.
        var replies: UInt8

        func hash(into hasher: inout Hasher) { hasher.combine(UInt32(target) << 8 | UInt32(replies)) }
    }

    /// By kind, and the end of the last one: where its states begin.
    private let firstState: [UInt32]
    private let states: [State]
    /// By state, and the end of the last one: where its transitions begin.
    private let firstTransition: [UInt32]
    private let transitions: [Transition]

    /// By dialect: its kind.
    let kinds: [UInt32]
    /// By kind, and the end of the last one: where its dialects begin in ``members``.
    private let firstMember: [UInt32]
    /// The dialects by kind, each kind's in the model's order.
    private let members: [UInt32]

    /// Projects a model to a vantage; `places` says where the index has the templates. O(states + transitions).
    init(_ model: DialectModel, at vantage: Vantage, _ places: TemplatePlaces) {
        var known: [Outline: UInt32] = [:]
        var firstState: [UInt32] = [0]
        var states: [State] = []
        var firstTransition: [UInt32] = [0]
        var transitions: [Transition] = []
        var kinds: [UInt32] = []
        kinds.reserveCapacity(model.dialects.count)
        for (number, dialect) in model.dialects.enumerated() {
            let outline = Outline(dialect, places.texts(ofDialect: number), at: vantage, places)
            if let kind = known[outline] {
                kinds.append(kind)
                continue
            }
            let kind = UInt32(firstState.count - 1)
            known[outline] = kind
            kinds.append(kind)
            let base = UInt32(transitions.count)
            states += outline.states
            transitions += outline.transitions
            firstTransition += outline.ends.map { base + $0 }
            firstState.append(UInt32(states.count))
        }
        let kindCount = firstState.count - 1
        var counts = [UInt32](repeating: 0, count: kindCount + 1)
        for kind in kinds { counts[Int(kind) + 1] += 1 }
        for kind in 0..<kindCount { counts[kind + 1] += counts[kind] }
        firstMember = counts
        var members = [UInt32](repeating: 0, count: kinds.count)
        for (dialect, kind) in kinds.enumerated() {
            members[Int(counts[Int(kind)])] = UInt32(dialect)
            counts[Int(kind)] += 1
        }
        self.firstState = firstState
        self.states = states
        self.firstTransition = firstTransition
        self.transitions = transitions
        self.kinds = kinds
        self.members = members
    }

    // MARK: Kinds and places

    /// How many kinds there are.
    var kindCount: Int { firstState.count - 1 }

    /// The dialects of a kind, in the model's order.
    func dialects(ofKind kind: Int) -> ArraySlice<UInt32> {
        members[Int(firstMember[kind])..<Int(firstMember[kind + 1])]
    }

    /// The states of a kind, the start first.
    func states(ofKind kind: Int) -> ArraySlice<State> { states[Int(firstState[kind])..<Int(firstState[kind + 1])] }

    /// The transitions of a kind: where those of each state end, counted from the kind's first, and what they are.
    func outline(ofKind kind: Int) -> (ends: [UInt32], transitions: ArraySlice<Transition>) {
        let low = Int(firstState[kind])
        let high = Int(firstState[kind + 1])
        let base = firstTransition[low]
        return (
            firstTransition[(low + 1)...high].map { $0 - base },
            transitions[Int(base)..<Int(firstTransition[high])]
        )
    }

    /// The place where a kind is before anything was said.
    func start(ofKind kind: Int) -> UInt32 { firstState[kind] * UInt32(SpeechPosition.variants) }

    /// The place of a dialect's position.
    func place(of position: SpeechPosition) -> UInt32 {
        let state = firstState[Int(kinds[position.dialect])] + UInt32(position.state)
        return state * UInt32(SpeechPosition.variants) + UInt32(position.memory)
    }

    /// The kind of a place. O(log of the number of kinds).
    func kind(of place: UInt32) -> Int {
        let state = place / UInt32(SpeechPosition.variants)
        var low = 0
        var high = kindCount
        while high - low > 1 {
            let middle = (low + high) / 2
            if firstState[middle] <= state { low = middle } else { high = middle }
        }
        return low
    }

    /// The state of a place, by its number in the kind, and what it stands for.
    func state(of place: UInt32, inKind kind: Int) -> (number: Int, state: State) {
        let state = place / UInt32(SpeechPosition.variants)
        return (Int(state - firstState[kind]), states[Int(state)])
    }

    /// What the dialects at ascending places are: where each of them can be, in the model's order.
    func positions(_ places: [UInt32]) -> [SpeechPosition] {
        var found: [SpeechPosition] = []
        for place in places {
            let kind = kind(of: place)
            let state = state(of: place, inKind: kind).number
            for dialect in dialects(ofKind: kind) {
                found.append(
                    SpeechPosition(
                        dialect: Int(dialect), state: state, memory: Int(place % UInt32(SpeechPosition.variants))))
            }
        }
        return found.sorted()
    }

    // MARK: Moves

    /// Hands over the messages that show next from a place, hidden ones passed through.
    func forEachMove(from place: UInt32, after reply: ReplyPattern.Class, _ body: (Move) -> Void) {
        let isExtended = SpeechPosition(dialect: 0, state: 0, memory: Int(place % 6)).isExtended
        let firstStateOfKind = firstState[kind(of: place)]
        let firstOfKind = firstTransition[Int(firstStateOfKind)]
        var queue: [UInt32] = []
        var seen = PlacesSeen(place)
        var current = place
        var knowledge = reply
        while true {
            let number = Int(current / UInt32(SpeechPosition.variants))
            let isInTransaction = current % UInt32(SpeechPosition.variants) >= 3
            let admitted: UInt8 = knowledge == .unknown ? .max : 1 << knowledge.rawValue
            for transition in Int(firstTransition[number])..<Int(firstTransition[number + 1]) {
                let way = transitions[transition]
                let classes = way.replies & admitted
                guard classes != 0 else { continue }
                let target = firstStateOfKind + UInt32(way.target)
                let state = states[Int(target)]
                var outcomes = Self.outcomes(states[number].effect, classes, isInTransaction)
                while outcomes != 0 {
                    let inTransaction = outcomes & Self.isIn != 0
                    outcomes &= ~(inTransaction ? Self.isIn : Self.isOut)
                    var greeting = isExtended
                    let isVisible = state.slot != nil && (inTransaction || !state.needsTransaction)
                    if isVisible, let told = state.isExtended { greeting = told }
                    let next =
                        target * UInt32(SpeechPosition.variants) + (inTransaction ? 3 : 0)
                        + (greeting.map { $0 ? 2 : 1 } ?? 0)
                    if isVisible, let slot = state.slot {
                        body(
                            Move(
                                slot: slot, template: state.template, isExtended: isExtended, to: next,
                                transition: UInt32(transition) - firstOfKind))
                    } else if seen.insert(next) {
                        queue.append(next)
                    }
                }
            }
            guard let next = queue.popLast() else { return }
            current = next
            knowledge = .unknown
        }
    }

    /// Hands over the messages that show next, and the greetings that can follow an abort: those that come next, and those
    /// that come next after RSET.
    func forEachMoveOrAbort(from place: UInt32, after reply: ReplyPattern.Class, _ body: (Move) -> Void) {
        var resets: [UInt32] = []
        forEachMove(from: place, after: reply) { move in
            body(move)
            if move.slot == .helo { body(move.afterAbort) }
            if move.slot == .reset, !resets.contains(move.to) { resets.append(move.to) }
        }
        for reset in resets {
            forEachMove(from: reset, after: .unknown) { if $0.slot == .helo { body($0.afterAbort) } }
        }
    }

    private static var isIn: UInt8 { 1 }
    private static var isOut: UInt8 { 2 }

    /// Whether a transaction is open after a message of this effect was answered by one of these classes: a bit for each
    /// way that it can be.
    private static func outcomes(_ effect: Effect, _ classes: UInt8, _ before: Bool) -> UInt8 {
        switch effect {
        case .none: return before ? isIn : isOut
        case .ends: return isOut
        case .opens:
            let isAccepted = classes & 1 << ReplyPattern.Class.positive.rawValue != 0
            let isRefused = classes & ~(1 << ReplyPattern.Class.positive.rawValue) != 0
            return isAccepted ? (isRefused ? isIn | isOut : isIn) : isOut
        }
    }
}

extension SpeechGraph.Move {
    fileprivate var afterAbort: SpeechGraph.Move {
        var move = self
        move.slot = .heloAfterAbort
        return move
    }
}

/// The places that a walk through hidden messages has come to: few as a rule.
private struct PlacesSeen {
    private let start: UInt32
    private var few: [UInt32] = []
    private var many: Set<UInt32> = []

    init(_ start: UInt32) {
        self.start = start
    }

    /// Adds a place; returns whether it is new.
    mutating func insert(_ place: UInt32) -> Bool {
        guard place != start else { return false }
        if !many.isEmpty { return many.insert(place).inserted }
        guard !few.contains(place) else { return false }
        few.append(place)
        if few.count > 16 { many = Set(few) }
        return true
    }
}

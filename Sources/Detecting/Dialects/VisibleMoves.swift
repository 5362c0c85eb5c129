import SMTP

/// What each dialect's machine can send next, as far as a vantage shows it.
///
/// Messages that the vantage does not show are passed through as silent moves; so are replies that it does not know.
package struct VisibleMoves {
    /// Where one dialect's machine can be.
    package struct Position: Hashable, Comparable, Sendable {
        package var dialect: UInt16
        var state: UInt16
        /// Whether MAIL was accepted and its transaction is not over: RSET shows only then.
        var inTransaction: Bool
        /// Whether the last greeting was EHLO; kept only where the vantage tells.
        var isExtended: Bool?

        package static func < (a: Position, b: Position) -> Bool {
            (a.dialect, a.state, a.inTransaction ? 1 : 0, a.isExtended.map { $0 ? 2 : 1 } ?? 0)
                < (b.dialect, b.state, b.inTransaction ? 1 : 0, b.isExtended.map { $0 ? 2 : 1 } ?? 0)
        }
    }

    /// A message that a dialect can send next, as far as it shows.
    struct Move {
        var slot: TemplateIndex.Slot
        var template: TemplateMask
        var from: Position
        var to: Position
        /// How often it was seen, at least 1.
        var count: Int
    }

    let model: DialectModel
    let vantage: Vantage
    let index: TemplateIndex
    private let outgoing: [[[Dialect.Transition]]]
    /// By dialect and state: where the index has the state's template.
    private let places: [[(slot: TemplateIndex.Slot, mask: TemplateMask)?]]

    init(model: DialectModel, vantage: Vantage, index: TemplateIndex) {
        self.model = model
        self.vantage = vantage
        self.index = index
        outgoing = model.dialects.map { dialect in
            var byState = [[Dialect.Transition]](repeating: [], count: dialect.states.count)
            for transition in dialect.transitions { byState[transition.source].append(transition) }
            return byState
        }
        places = model.dialects.map { dialect in
            dialect.states.map { state in state.template.flatMap { index.place(of: $0) } }
        }
    }

    /// Where the dialect with this number is before anything was said.
    func start(ofDialectAt number: Int) -> Position {
        Position(dialect: UInt16(number), state: 0, inTransaction: false, isExtended: nil)
    }

    /// The messages that show next from `position`, hidden ones passed through.
    func collect(from position: Position, knowing reply: ReplyPattern.Class, into moves: inout [Move]) {
        var queue = [(position, reply)]
        var seen: Set<Position> = [position]
        while let (current, knowledge) = queue.popLast() {
            let states = model.dialects[Int(current.dialect)].states
            let left = states[Int(current.state)].template?.content
            for transition in outgoing[Int(current.dialect)][Int(current.state)]
            where transition.replies.admits(knowledge) {
                guard let template = states[transition.target].template else { continue }
                for inTransaction in Self.transaction(after: left, transition.replies, knowledge, current.inTransaction)
                {
                    var target = current
                    target.state = UInt16(transition.target)
                    target.inTransaction = inTransaction
                    if template.isVisible(at: vantage, inTransaction: inTransaction),
                        let place = places[Int(current.dialect)][transition.target]
                    {
                        if case .helo(_, let isExtended) = template.content, vantage.tellsHELOFromEHLO {
                            target.isExtended = isExtended
                        }
                        moves.append(
                            Move(
                                slot: place.slot, template: place.mask, from: current, to: target,
                                count: max(1, transition.count)))
                    } else if seen.insert(target).inserted {
                        queue.append((target, .unknown))
                    }
                }
            }
        }
    }

    /// Whether a transaction is open after the message `left` was answered by one of `replies`.
    private static func transaction(
        after left: MessageTemplate.Content?, _ replies: ReplyPattern, _ knowledge: ReplyPattern.Class, _ before: Bool
    ) -> [Bool] {
        switch left {
        case .mail:
            let classes = knowledge == .unknown ? replies.classes : [knowledge]
            let isRefused = classes.contains(.transient) || classes.contains(.permanent)
            return (classes.contains(.positive) ? [true] : []) + (isRefused ? [false] : [])
        case .message, .reset, .helo: return [false]
        default: return [before]
        }
    }
}

import SMTP

/// Builds the nodes and edges of a decision machine from the dialects' machines, projected to a vantage.
///
/// Messages that the vantage does not show are passed through as silent moves; so are replies that it does not know.
struct SubsetConstruction {
    /// Where one dialect's machine can be.
    struct Position: Hashable, Comparable {
        var dialect: UInt16
        var state: UInt16
        /// Whether MAIL was accepted and its transaction is not over: RSET shows only then.
        var inTransaction: Bool
        /// Whether the last greeting was EHLO; kept only where the vantage tells.
        var isExtended: Bool?

        static func < (a: Position, b: Position) -> Bool {
            (a.dialect, a.state, a.inTransaction ? 1 : 0, a.isExtended.map { $0 ? 2 : 1 } ?? 0)
                < (b.dialect, b.state, b.inTransaction ? 1 : 0, b.isExtended.map { $0 ? 2 : 1 } ?? 0)
        }
    }

    /// A message that a dialect can send next, as far as it shows.
    private struct Move {
        var slot: TemplateIndex.Slot
        var template: TemplateMask
        var from: Position
        var to: Position
    }

    /// How many of a node's states are named in logs and in the journal.
    private static let maximumShownStates = 4

    private let model: DialectModel
    private let vantage: Vantage
    private let index: TemplateIndex
    private let outgoing: [[[Dialect.Transition]]]
    private let possible: [TemplateIndex.Slot: Set<TemplateMask>]
    private var numbers: [[Position]: UInt32] = [:]
    private var positions: [[Position]] = []
    private var nodes: [DecisionMachine.Node] = []
    private var edges: [DecisionMachine.Edge: UInt32] = [:]

    init(model: DialectModel, vantage: Vantage, index: TemplateIndex) {
        self.model = model
        self.vantage = vantage
        self.index = index
        outgoing = model.dialects.map { dialect in
            var byState = [[Dialect.Transition]](repeating: [], count: dialect.states.count)
            for transition in dialect.transitions { byState[transition.source].append(transition) }
            return byState
        }
        possible = Dictionary(
            uniqueKeysWithValues: TemplateIndex.Slot.allCases.map { ($0, index.possibleMasks($0)) })
    }

    mutating func run() -> (nodes: [DecisionMachine.Node], edges: [DecisionMachine.Edge: UInt32]) {
        _ = number(of: [])
        _ = number(
            of: model.dialects.indices.map {
                Position(dialect: UInt16($0), state: 0, inTransaction: false, isExtended: nil)
            })
        var next = Int(DecisionMachine.startNode)
        while next < positions.count {
            expand(next)
            next += 1
        }
        return (nodes, edges)
    }

    private mutating func number(of set: [Position]) -> UInt32 {
        if let number = numbers[set] { return number }
        let number = UInt32(positions.count)
        numbers[set] = number
        positions.append(set)
        let dialects = Set(set.map(\.dialect)).sorted().map { model.dialects[Int($0)] }
        let names = dialects.map { DialectMatch.DialectName(name: $0.name, dialectClass: $0.dialectClass) }
        let states = Set(
            set.map { position in
                let dialect = model.dialects[Int(position.dialect)]
                return "\(dialect.name):\(dialect.states[Int(position.state)].name)"
            })
        let match: DialectMatch =
            names.isEmpty ? .noOpinion : names.count == 1 ? .decided(names[0]) : .candidates(names)
        let shown = states.sorted().prefix(Self.maximumShownStates)
        let others = states.count > shown.count ? ["+\(states.count - shown.count)"] : []
        nodes.append(
            DecisionMachine.Node(
                relevant: [TemplateMask](repeating: 0, count: TemplateIndex.Slot.allCases.count),
                match: match, label: match.description, states: (shown + others).joined(separator: " ")))
        return number
    }

    private mutating func expand(_ node: Int) {
        var movesByReply: [ReplyPattern.Class: [Move]] = [:]
        for reply in ReplyPattern.Class.allCases {
            var moves: [Move] = []
            for position in positions[node] { collect(from: position, knowing: reply, into: &moves) }
            moves += greetingsAfterAbort(moves)
            movesByReply[reply] = moves
            for move in moves { nodes[node].relevant[Int(move.slot.rawValue)] |= move.template }
        }
        for slot in TemplateIndex.Slot.allCases {
            let relevant = nodes[node].relevant[Int(slot.rawValue)]
            guard relevant != 0, let masks = possible[slot] else { continue }
            // In a fixed order, so that every compilation numbers its nodes alike.
            for templates in Set(masks.map { $0 & relevant }).sorted() where templates != 0 {
                for reply in ReplyPattern.Class.allCases {
                    let moves = movesByReply[reply, default: []]
                    let fitting = moves.filter { $0.slot == slot && $0.template & templates != 0 }
                    add(
                        fitting,
                        DecisionMachine.Edge(node: UInt32(node), slot: slot, reply: reply, templates: templates))
                }
            }
        }
    }

    /// The greetings that can follow an abort: those that come next, and those that come next after RSET.
    private func greetingsAfterAbort(_ moves: [Move]) -> [Move] {
        var greetings = moves.filter { $0.slot == .helo }
        for position in Set(moves.filter { $0.slot == .reset }.map(\.to)) {
            var next: [Move] = []
            collect(from: position, knowing: .unknown, into: &next)
            greetings += next.filter { $0.slot == .helo }
        }
        return greetings.map { greeting in
            var greeting = greeting
            greeting.slot = .heloAfterAbort
            return greeting
        }
    }

    private mutating func add(_ moves: [Move], _ edge: DecisionMachine.Edge) {
        var edge = edge
        let tells = edge.slot == .mail && vantage.tellsHELOFromEHLO
        for isExtended in tells ? [nil, false, true] : [nil] {
            let targets = moves.filter {
                isExtended == nil || $0.from.isExtended == nil || $0.from.isExtended == isExtended
            }.map(\.to)
            guard !targets.isEmpty else { continue }
            edge.isExtended = isExtended
            edges[edge] = number(of: Set(targets).sorted())
        }
    }

    /// The messages that show next from `position`, hidden ones passed through.
    private func collect(from position: Position, knowing reply: ReplyPattern.Class, into moves: inout [Move]) {
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
                        let place = index.place(of: template.content)
                    {
                        if case .helo(_, let isExtended) = template.content, vantage.tellsHELOFromEHLO {
                            target.isExtended = isExtended
                        }
                        moves.append(Move(slot: place.slot, template: place.mask, from: current, to: target))
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

import SMTP

/// Builds the nodes and edges of a decision machine from the dialects' machines, projected to a vantage.
struct SubsetConstruction {
    typealias Position = VisibleMoves.Position
    private typealias Move = VisibleMoves.Move

    /// How many of a node's states are named in logs and in the journal.
    private static let maximumShownStates = 4

    private let model: DialectModel
    private let vantage: Vantage
    private let visible: VisibleMoves
    private let possible: [TemplateIndex.Slot: Set<TemplateMask>]
    private var numbers: [[Position]: UInt32] = [:]
    private(set) var positions: [[Position]] = []
    private var nodes: [DecisionMachine.Node] = []
    private var edges: [DecisionMachine.Edge: UInt32] = [:]

    init(model: DialectModel, vantage: Vantage, index: TemplateIndex) {
        self.model = model
        self.vantage = vantage
        visible = VisibleMoves(model: model, vantage: vantage, index: index)
        possible = Dictionary(
            uniqueKeysWithValues: TemplateIndex.Slot.allCases.map { ($0, index.possibleMasks($0)) })
    }

    mutating func run() -> (nodes: [DecisionMachine.Node], edges: [DecisionMachine.Edge: UInt32]) {
        _ = number(of: [])
        _ = number(of: model.dialects.indices.map { visible.start(ofDialectAt: $0) })
        if model.dialects.isEmpty {
            // Nobody is left from the start on.
            nodes.append(nodes[0])
            positions.append([])
        }
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
            for position in positions[node] { visible.collect(from: position, knowing: reply, into: &moves) }
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
            visible.collect(from: position, knowing: .unknown, into: &next)
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
}

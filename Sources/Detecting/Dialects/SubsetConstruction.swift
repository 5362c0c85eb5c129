import SMTP

/// Builds the nodes and edges of a decision machine from the dialects' machines, projected to a vantage.
struct SubsetConstruction {
    private typealias Move = PositionTable.Move

    /// How many of a node's states are named in logs and in the journal.
    private static let maximumShownStates = 4

    private let model: DialectModel
    private let vantage: Vantage
    private let possible: [Set<TemplateMask>]
    private let visible: VisibleMoves
    private let names: StateNames
    private var table: PositionTable
    private var numbers: [[UInt32]: UInt32] = [:]
    /// Scratch.
    private var places: [UInt32] = []
    private var sets: [[UInt32]] = []
    private var nodes: [DecisionMachine.Node] = []
    private var targets: DecisionMachine.Targets
    /// Nodes of the same dialects share what they are called.
    private var matches: [[Int]: (match: DialectMatch, label: String)] = [:]
    /// By kind: the sets of templates that can match, of those that a node asks for.
    private var masks: [[TemplateMask: [TemplateMask]]]

    init(model: DialectModel, vantage: Vantage, index: TemplateIndex) {
        self.model = model
        self.vantage = vantage
        visible = VisibleMoves(model: model, vantage: vantage, index: index)
        table = PositionTable(visible)
        names = StateNames(model)
        possible = TemplateIndex.Slot.allCases.map { index.possibleMasks($0) }
        masks = Array(repeating: [:], count: TemplateIndex.Slot.allCases.count)
        targets = DecisionMachine.Targets(tells: vantage.tellsHELOFromEHLO)
    }

    /// Where the dialects can be at each node.
    var positions: [[VisibleMoves.Position]] { sets.map { $0.map { table.position($0) } } }

    mutating func run() -> (nodes: [DecisionMachine.Node], targets: DecisionMachine.Targets) {
        _ = number(of: [])
        _ = number(of: model.dialects.indices.map { table.number(of: visible.start(ofDialectAt: $0)) })
        if model.dialects.isEmpty {
            // Nobody is left from the start on.
            nodes.append(nodes[0])
            sets.append([])
        }
        var next = Int(DecisionMachine.startNode)
        while next < sets.count {
            expand(next)
            next += 1
        }
        return (nodes, targets)
    }

    private mutating func number(of set: [UInt32]) -> UInt32 {
        if let number = numbers[set] { return number }
        let number = UInt32(sets.count)
        numbers[set] = number
        sets.append(set)
        var dialects: [Int] = []
        for place in set {
            let dialect = table.dialect(place)
            if dialects.last != dialect { dialects.append(dialect) }
        }
        let (match, label) = match(dialects)
        let states = names.shown(set.map { table.position($0) }, atMost: Self.maximumShownStates)
        nodes.append(
            DecisionMachine.Node(
                relevant: [TemplateMask](repeating: 0, count: TemplateIndex.Slot.allCases.count),
                match: match, label: label, states: states))
        return number
    }

    private mutating func match(_ dialects: [Int]) -> (match: DialectMatch, label: String) {
        if let known = matches[dialects] { return known }
        let names = dialects.map { DialectMatch.DialectName(model.dialects[$0]) }
        let match: DialectMatch =
            names.isEmpty ? .noOpinion : names.count == 1 ? .decided(names[0]) : .candidates(names)
        matches[dialects] = (match, match.description)
        return (match, match.description)
    }

    private mutating func expand(_ node: Int) {
        let replies = ReplyPattern.Class.allCases
        let slots = TemplateIndex.Slot.allCases.count
        // By reply and kind of message.
        var moves = [[Move]](repeating: [], count: replies.count * slots)
        var relevant = [TemplateMask](repeating: 0, count: slots)
        for place in sets[node] {
            for reply in replies {
                for move in table.moves(from: place, after: reply) {
                    moves[Int(reply.rawValue) * slots + Int(move.slot.rawValue)].append(move)
                    relevant[Int(move.slot.rawValue)] |= move.template
                }
            }
        }
        nodes[node].relevant = relevant
        for slot in TemplateIndex.Slot.allCases where relevant[Int(slot.rawValue)] != 0 {
            for templates in asked(slot, relevant[Int(slot.rawValue)]) {
                let place = targets.nodes.count
                targets.places[.init(node: UInt32(node), slot: slot, templates: templates)] = UInt32(place)
                targets.nodes += repeatElement(DecisionMachine.deadNode, count: targets.count(slot))
                for reply in replies {
                    let fitting = moves[Int(reply.rawValue) * slots + Int(slot.rawValue)]
                    for isExtended in targets.greetings(slot) == 1 ? [nil] : [nil, false, true] {
                        guard let target = target(fitting, templates, isExtended) else { continue }
                        targets.nodes[place + targets.offset(slot, reply, isExtended: isExtended)] = target
                    }
                }
            }
        }
    }

    /// The sets of templates of a kind that a message can match, of those that are asked for: in a fixed order, so that
    /// every compilation numbers its nodes alike.
    private mutating func asked(_ slot: TemplateIndex.Slot, _ relevant: TemplateMask) -> [TemplateMask] {
        let place = Int(slot.rawValue)
        if let known = masks[place][relevant] { return known }
        let asked = Set(possible[place].map { $0 & relevant }).filter { $0 != 0 }.sorted()
        masks[place][relevant] = asked
        return asked
    }

    /// The node that a message with these templates leads to, among these moves; `nil` when none is one.
    private mutating func target(_ moves: [Move], _ templates: TemplateMask, _ isExtended: Bool?) -> UInt32? {
        places.removeAll(keepingCapacity: true)
        for move in moves
        where move.template & templates != 0
            && (isExtended == nil || move.isExtended == nil || move.isExtended == isExtended)
        {
            places.append(move.to)
        }
        guard !places.isEmpty else { return nil }
        places.sort()
        var count = 1
        for place in places.dropFirst() where place != places[count - 1] {
            places[count] = place
            count += 1
        }
        places.removeLast(places.count - count)
        return number(of: places)
    }
}

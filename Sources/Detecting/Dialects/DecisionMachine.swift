public import SMTP

/// All dialects of a model merged into one machine (B@bel, section 4): a node is the set of dialects and states that a
/// session can still be in, an edge is a reply class and a client message.
///
/// Compiled once for a vantage, immutable, shared by all sessions; a session keeps a node's number. A step costs a pass
/// over the message's bytes and a few look-ups, whatever the size of the model.
public final class DecisionMachine: Sendable {
    /// A message at a node; which node it leads to depends on the reply before it, and at MAIL on the greeting.
    struct Edge: Hashable, Sendable {
        var node: UInt32
        var slot: TemplateIndex.Slot
        var templates: TemplateMask

        func hash(into hasher: inout Hasher) {
            hasher.combine(UInt64(node) << 8 | UInt64(slot.rawValue))
            hasher.combine(UInt64(truncatingIfNeeded: templates))
            hasher.combine(UInt64(truncatingIfNeeded: templates >> 64))
        }
    }

    /// Where the edges lead: for each edge a target for every reply, and for every greeting at MAIL where that is told.
    struct Targets: Sendable {
        /// The targets of an edge begin here.
        var places: [Edge: UInt32] = [:]
        /// The nodes.
        var nodes: [UInt32] = []
        /// Whether the vantage tells HELO from EHLO.
        let tells: Bool

        /// How many greetings are told apart where a message of this kind comes.
        func greetings(_ slot: TemplateIndex.Slot) -> Int { tells && slot == .mail ? 3 : 1 }

        /// How many targets an edge has.
        func count(_ slot: TemplateIndex.Slot) -> Int { ReplyPattern.Class.allCases.count * greetings(slot) }

        /// The place of a reply's and a greeting's target among an edge's.
        func offset(_ slot: TemplateIndex.Slot, _ reply: ReplyPattern.Class, isExtended: Bool?) -> Int {
            let greeting = greetings(slot) == 1 ? 0 : isExtended.map { $0 ? 2 : 1 } ?? 0
            return Int(reply.rawValue) * greetings(slot) + greeting
        }
    }

    struct Node: Sendable {
        /// The templates of each slot that any edge asks for.
        var relevant: [TemplateMask]
        var match: DialectMatch
        /// The match in a word for logs.
        var label: String
        /// The states that the session can be in, as `dialect:state`; the first few of them.
        var states: String
    }

    /// The vantage that the machine is compiled for.
    public let vantage: Vantage

    /// The model that it is compiled from.
    public let model: DialectModel

    let index: TemplateIndex
    let nodes: [Node]
    private let targets: Targets
    let likelihood: LikelihoodTable
    /// Where the dialects can be at each node.
    package let positions: [[VisibleMoves.Position]]

    /// The node that no dialect is left in.
    static let deadNode: UInt32 = 0

    /// The node of an open connection.
    static let startNode: UInt32 = 1

    /// Compiles a model by subset construction.
    ///
    /// Complexity: in the number of nodes, which grows like the sum of the dialects' states for dialects that differ,
    /// times the number of distinct message sets; milliseconds for tens of dialects.
    public init(model: DialectModel, vantage: Vantage) {
        self.model = model
        self.vantage = vantage
        index = TemplateIndex(model, vantage: vantage)
        var construction = SubsetConstruction(model: model, vantage: vantage, index: index)
        (nodes, targets) = construction.run()
        positions = construction.positions
        likelihood = LikelihoodTable(VisibleMoves(model: model, vantage: vantage, index: index))
    }

    /// What each node says, by its number.
    public var matches: [DialectMatch] { nodes.map(\.match) }

    /// The states that a session can be in at a node, as `dialect:state`; the first few of them.
    public func states(atNode node: Int) -> String { nodes[node].states }

    /// The number of nodes, the dead one included.
    public var nodeCount: Int { nodes.count }

    /// The number of edges.
    public var edgeCount: Int { targets.nodes.count { $0 != Self.deadNode } }

    /// The nodes that sessions come to. Where the vantage tells HELO from EHLO, those that only a session without that
    /// word comes to are left out: a mail server may keep it to itself, but as a rule it does not.
    ///
    /// Complexity: O(edges).
    package func usualNodes() -> Set<Int> {
        var ways: [UInt32: [UInt32]] = [:]
        for (edge, place) in targets.places {
            let greetings = targets.greetings(edge.slot)
            for offset in 0..<targets.count(edge.slot) where greetings == 1 || offset % greetings != 0 {
                ways[edge.node, default: []].append(targets.nodes[Int(place) + offset])
            }
        }
        var found: Set<UInt32> = [Self.startNode]
        var waiting = [Self.startNode]
        while let node = waiting.popLast() {
            for next in ways[node] ?? [] where found.insert(next).inserted { waiting.append(next) }
        }
        return Set(found.map(Int.init))
    }

    func step(
        from node: UInt32, _ slot: TemplateIndex.Slot, after reply: ReplyPattern.Class, isExtended: Bool?,
        templates: TemplateMask
    ) -> UInt32 {
        let asked = templates & nodes[Int(node)].relevant[Int(slot.rawValue)]
        guard asked != 0 else { return Self.deadNode }
        guard let place = targets.places[Edge(node: node, slot: slot, templates: asked)] else { return Self.deadNode }
        return targets.nodes[Int(place) + targets.offset(slot, reply, isExtended: isExtended)]
    }
}

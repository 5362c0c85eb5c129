public import SMTP

/// All dialects of a model merged into one machine (B@bel, section 4): a node is the set of dialects and states that a
/// session can still be in, an edge is a reply class and a client message.
///
/// Compiled once for a vantage, immutable, shared by all sessions; a session keeps a node's number. A step costs a pass
/// over the message's bytes and a few look-ups, whatever the size of the model.
public final class DecisionMachine: Sendable {
    struct Edge: Hashable, Sendable {
        var node: UInt32
        var slot: TemplateIndex.Slot
        var reply: ReplyPattern.Class
        /// What is known of the greeting: EHLO, HELO, or nothing. Asked for at MAIL only.
        var isExtended: Bool?
        var templates: TemplateMask
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
    let edges: [Edge: UInt32]
    let likelihood: LikelihoodTable
    /// Where the dialects can be at each node.
    let positions: [[VisibleMoves.Position]]

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
        (nodes, edges) = construction.run()
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
    public var edgeCount: Int { edges.count }

    func step(
        from node: UInt32, _ slot: TemplateIndex.Slot, after reply: ReplyPattern.Class, isExtended: Bool?,
        templates: TemplateMask
    ) -> UInt32 {
        let asked = templates & nodes[Int(node)].relevant[Int(slot.rawValue)]
        guard asked != 0 else { return Self.deadNode }
        let edge = Edge(node: node, slot: slot, reply: reply, isExtended: isExtended, templates: asked)
        return edges[edge] ?? Self.deadNode
    }
}

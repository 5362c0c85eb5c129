/// The division in progress: a value machine that hands out nodes to cut and takes what became of them.
///
/// Cuts may be computed ahead and in any order. They are *made* in one order only, the heaviest node first, so that
/// which nodes the leaf budget reaches does not depend on who computed what when.
struct Division: Sendable {
    /// What a worker is to do.
    enum Step: Sendable {
        /// Take this node, cut its block and give the result to `finish`.
        case cut(node: Int)
        /// Nothing can be handed out until another worker finishes.
        case wait
        /// The tree is complete.
        case done
    }

    private enum State: Sendable {
        case waiting(Block, isConnected: Bool)
        case running
        case computed(Cut)
        /// Components of a disconnected node which are not yet nodes of their own.
        case rest(of: Int, ArraySlice<Block>)
        case settled
    }

    private var drafts: [DraftNode] = []
    private var states: [State] = []

    /// The nodes that may yet be cut, and those of them that nobody has taken.
    private var candidates = PriorityQueue()
    private var untaken = PriorityQueue()

    private var leafCount = 1
    private let leafBudget: Int

    /// How many cuts are being computed or computed but not made.
    private var ahead = 0

    /// A division of one block.
    init(_ block: Block, maximumLeaves: Int) {
        leafBudget = maximumLeaves
        _ = addNode(block, isConnected: false)
    }

    private var isDone: Bool { leafCount >= leafBudget || candidates.isEmpty }

    /// The next thing to do for a worker.
    mutating func next() -> Step {
        guard !isDone else { return .done }
        guard let node = untaken.first, node == candidates.first || leafCount + ahead < leafBudget else {
            return .wait
        }
        untaken.removeFirst()
        ahead += 1
        return .cut(node: node)
    }

    /// Hands the block of a node over; from then on nobody else holds it, so that it can be split where it lies.
    mutating func take(_ node: Int) -> (block: Block, isConnected: Bool)? {
        guard case .waiting(let block, let isConnected) = states[node] else { return nil }
        states[node] = .running
        return (block, isConnected)
    }

    /// Takes the result for a node that `next` handed out.
    mutating func finish(_ node: Int, _ cut: Cut) {
        states[node] = .computed(cut)
        if case .leaf = cut { ahead -= 1 }
        while !isDone, let first = candidates.first, make(cutOf: first) {}
    }

    /// Makes the cut of the heaviest candidate if it is known.
    private mutating func make(cutOf node: Int) -> Bool {
        switch states[node] {
        case .waiting, .running: return false
        case .settled: candidates.removeFirst()
        case .computed(let cut):
            candidates.removeFirst()
            states[node] = .settled
            switch cut {
            case .leaf(let lambda2, let conductance):
                drafts[node].lambda2 = lambda2
                drafts[node].conductance = conductance
            case .parts(let left, let right, let lambda2, let conductance):
                ahead -= 1
                leafCount += 1
                drafts[node].lambda2 = lambda2
                drafts[node].conductance = conductance
                drafts[node].rows = []
                drafts[node].parts = [addNode(left, isConnected: false), addNode(right, isConnected: false)]
            case .components(let components):
                ahead -= 1
                leafCount += 1
                drafts[node].lambda2 = 1
                drafts[node].conductance = 0
                drafts[node].rows = []
                drafts[node].areComponents = true
                drafts[node].parts = setApart(components[...], of: node)
            }
        case .rest(let group, let components):
            candidates.removeFirst()
            states[node] = .settled
            leafCount += 1
            drafts[group].parts.removeLast()
            drafts[group].parts += setApart(components, of: group)
        }
        return true
    }

    /// Makes a node of the heaviest component, and one of all others together, to be taken apart when their turn comes:
    /// a leaf budget must not be used up by small components while a heavy node waits.
    private mutating func setApart(_ components: ArraySlice<Block>, of group: Int) -> [Int] {
        let others = components.dropFirst()
        let heaviest = components.prefix(1).map { addNode($0, isConnected: true) }
        if others.count < 2 { return heaviest + others.map { addNode($0, isConnected: true) } }
        let rest = DraftNode(unionOf: others)
        drafts.append(rest)
        states.append(.rest(of: group, others))
        candidates.insert(drafts.count - 1, weight: rest.weight)
        return heaviest + [drafts.count - 1]
    }

    private mutating func addNode(_ block: Block, isConnected: Bool) -> Int {
        drafts.append(DraftNode(block))
        states.append(.waiting(block, isConnected: isConnected))
        candidates.insert(drafts.count - 1, weight: block.weight)
        untaken.insert(drafts.count - 1, weight: block.weight)
        return drafts.count - 1
    }

    /// The tree of the cuts made.
    consuming func tree(columnCount: Int) -> ClusterTree {
        var drafts = drafts
        for (node, state) in states.enumerated() {
            if case .rest(_, let components) = state { drafts[node].complete(from: components) }
        }
        return ClusterTree(drafts: drafts, columnCount: columnCount)
    }
}

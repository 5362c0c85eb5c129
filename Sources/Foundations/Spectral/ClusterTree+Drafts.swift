extension ClusterTree {
    /// The tree of the drafts, the first of which is the root.
    init(drafts: [DraftNode], columnCount: Int) {
        var drafts = drafts
        for node in drafts.indices where drafts[node].areComponents { drafts.pairParts(of: node) }

        // Parents before children; the left part of a node before the right one in the order of rows.
        var nodes: [Node] = []
        var order: [UInt32] = []
        nodes.reserveCapacity(drafts.count)
        var stack: [(draft: Int, parent: Int?)] = drafts.isEmpty ? [] : [(0, nil)]
        while let (number, parent) = stack.popLast() {
            let draft = drafts[number]
            let index = nodes.count
            let start = order.count
            order.append(contentsOf: draft.rows)
            nodes.append(
                Node(
                    children: nil, rows: start..<order.count, conductance: draft.conductance, lambda2: draft.lambda2,
                    weight: draft.weight, sum: draft.sum, squares: draft.squares))
            if let parent {
                // A left part is visited right after its parent.
                if let left = nodes[parent].children?.left {
                    nodes[parent].children = (left, index)
                } else {
                    nodes[parent].children = (index, index)
                }
            }
            guard draft.parts.count == 2 else { continue }
            stack.append((draft.parts[1], index))
            stack.append((draft.parts[0], index))
        }
        for index in nodes.indices.reversed() {
            guard let (left, right) = nodes[index].children else { continue }
            nodes[index].rows = nodes[left].rows.lowerBound..<nodes[right].rows.upperBound
        }
        self.nodes = nodes
        self.order = order
        self.columnCount = columnCount
    }
}

extension [DraftNode] {
    /// Hangs the components of a node into a binary tree: the two lightest become one, again and again in turn, so that
    /// the tree stays shallow however many there are.
    fileprivate mutating func pairParts(of node: Int) {
        var queue = [Int](self[node].parts.reversed())
        var head = 0
        while queue.count - head > 2 {
            let pair = [queue[head], queue[head + 1]]
            append(DraftNode(over: self[pair[0]], self[pair[1]], parts: pair))
            queue.append(count - 1)
            head += 2
        }
        self[node].parts = [Int](queue[head...])
    }
}

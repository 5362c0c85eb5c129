import Dialects

/// Merges the histories of a prefix tree into states.
///
/// Two histories may share a state only if they end in the same message and **no reply tells them apart**: to no reply
/// have both been seen to react without any reaction in common. Merging two histories merges the histories that follow
/// them by the same reply and message, so the rule is asked of all of these, and of every pair that has come together in
/// a state, not only of the two that were merged. Histories are taken in the tree's order (red-blue scheme, Lang et al.
/// 1998); of the states that a history may join it joins the one with which it shares most of what was seen.
///
/// What follows from the rule (`StateMergingTests` hold it against random machines):
/// - every conversation that was learned from is accepted, and ends where it ended;
/// - two histories that a reply told apart are never one state;
/// - a client that reacts to each reply in one way is never said to react otherwise where it was seen to react.
struct StateMerging {
    /// What has come together in one state.
    private struct Block {
        var label: PrefixTree.Label?
        var children: [PrefixTree.Edge: Int]
        /// The different sets of reactions that its histories showed to each reply.
        var reactions: [ReplySymbol: [Set<PrefixTree.Reaction>]]
    }

    private let tree: PrefixTree
    private var parents: [Int]
    private var blocks: [Block]

    private init(_ tree: PrefixTree) {
        self.tree = tree
        parents = Array(tree.nodes.indices)
        blocks = tree.nodes.map { node in
            Block(label: node.label, children: node.children, reactions: node.reactions.mapValues { [$0] })
        }
    }

    /// The states: for each node of the tree the state that it belongs to, numbered from 0 in the order of the tree, the
    /// root's first.
    ///
    /// Complexity: O(nodes x states x what follows them) in the worst case; a tree of some thousand nodes takes a moment.
    static func states(of tree: PrefixTree) -> [Int] {
        var merging = StateMerging(tree)
        return merging.run()
    }

    private mutating func run() -> [Int] {
        var red = [0]
        var isRed: Set<Int> = [0]
        var next = 0
        while next < red.count {
            // Children may join blocks while this one is looked through; a joined one is red then.
            for (edge, _) in blocks[red[next]].children.sorted(by: { $0.key < $1.key }) {
                guard let child = blocks[red[next]].children[edge].map(root), !isRed.contains(child) else { continue }
                if let joined = bestMerge(of: child, into: red) {
                    commit(joined)
                } else {
                    red.append(child)
                    isRed.insert(child)
                }
                // A merge can have moved what is red below another number.
                red = red.map(root)
                isRed = Set(red)
            }
            next += 1
            if next == red.count {
                // Merges may have given earlier states new children.
                next =
                    red.firstIndex { block in
                        blocks[block].children.values.contains { !isRed.contains(root($0)) }
                    } ?? red.count
            }
        }
        var numbers: [Int: Int] = [:]
        return tree.nodes.indices.map { node in
            let block = root(node)
            if let number = numbers[block] { return number }
            numbers[block] = numbers.count
            return numbers.count - 1
        }
    }

    private func root(_ node: Int) -> Int {
        var node = node
        while parents[node] != node { node = parents[node] }
        return node
    }

    // MARK: Trying

    /// A merge that has been thought through: who joins whom, and what the joint blocks hold.
    private struct Attempt {
        var parents: [Int: Int] = [:]
        var blocks: [Int: Block] = [:]
        /// How much the two have in common.
        var evidence = 0
    }

    private func bestMerge(of node: Int, into red: [Int]) -> Attempt? {
        var best: Attempt?
        for state in red where blocks[state].label == blocks[node].label {
            guard let attempt = attempt(state, node) else { continue }
            if attempt.evidence > best?.evidence ?? -1 { best = attempt }
        }
        return best
    }

    private func attempt(_ state: Int, _ node: Int) -> Attempt? {
        var attempt = Attempt()
        func find(_ node: Int) -> Int {
            var node = root(node)
            while let parent = attempt.parents[node] { node = parent }
            return node
        }
        var queue = [(state, node)]
        while let (left, right) = queue.popLast() {
            let a = find(left)
            let b = find(right)
            guard a != b else { continue }
            // The lower number stays, so that states keep their place in the tree's order.
            let (kept, gone) = (min(a, b), max(a, b))
            var block = attempt.blocks[kept] ?? blocks[kept]
            let other = attempt.blocks[gone] ?? blocks[gone]
            guard block.label == other.label else { return nil }
            for (reply, sets) in other.reactions {
                var known = block.reactions[reply, default: []]
                for set in sets where !known.contains(set) {
                    guard known.allSatisfy({ !$0.isDisjoint(with: set) }) else { return nil }
                    known.append(set)
                }
                if block.reactions[reply] != nil { attempt.evidence += 1 }
                block.reactions[reply] = known
            }
            for (edge, child) in other.children {
                if let twin = block.children[edge] {
                    queue.append((twin, child))
                    attempt.evidence += 1
                } else {
                    block.children[edge] = child
                }
            }
            attempt.parents[gone] = kept
            attempt.blocks[kept] = block
            attempt.blocks[gone] = nil
        }
        return attempt
    }

    private mutating func commit(_ attempt: Attempt) {
        for (node, parent) in attempt.parents { parents[node] = parent }
        for (node, block) in attempt.blocks { blocks[node] = block }
    }
}

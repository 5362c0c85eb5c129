/// The merging half of divide-and-merge clustering: of all partitions into nodes of the tree the best one, by dynamic
/// programming.
public enum Merge {
    /// The partition of least α · Σ (1 − aᵤ·aᵥ) over pairs inside clusters + β · Σ aᵤ·aᵥ over pairs across: relaxed
    /// correlation clustering, which needs no number of clusters.
    ///
    /// Two nodes stay together exactly if the mean similarity across them is at least α/(α + β). Rows should be unit.
    ///
    /// - Complexity: O(nodes · columns).
    public static func relaxedCorrelation(_ tree: ClusterTree, alpha: Double = 0.2, beta: Double = 0.8) -> Partition {
        var best = [Double](repeating: 0, count: tree.nodes.count)
        var isWhole = [Bool](repeating: true, count: tree.nodes.count)
        for (index, node) in tree.nodes.enumerated().reversed() {
            let whole = alpha * (node.pairs - node.similarityInside)
            best[index] = whole
            guard let (left, right) = node.children else { continue }
            let across = beta * tree.nodes[left].sum.dot(tree.nodes[right].sum)
            let apart = best[left] + best[right] + across
            if apart < whole {
                best[index] = apart
                isWhole[index] = false
            }
        }
        var chosen: [Int] = []
        var stack = tree.nodes.isEmpty ? [] : [0]
        while let index = stack.popLast() {
            if !isWhole[index], let (left, right) = tree.nodes[index].children {
                stack += [right, left]
            } else {
                chosen.append(index)
            }
        }
        return Partition(chosen, of: tree, cost: best.first ?? 0)
    }

    /// The partition into `k` clusters of least Σ |a − mean|².
    ///
    /// - Parameter k: how many clusters, at least 1; fewer are made if the tree has fewer leaves.
    /// - Complexity: O(nodes · (k² + columns)).
    public static func kMeans(_ tree: ClusterTree, k: Int) -> Partition {
        best(tree, k: k) { $0.squares - $0.sum.squaredNorm / $0.weight }
    }

    /// The partition into `k` clusters of least Σ (1 − aᵤ·aᵥ) over pairs inside clusters: min-sum clustering by cosine
    /// distance.
    ///
    /// - Parameter k: how many clusters, at least 1; fewer are made if the tree has fewer leaves.
    /// - Complexity: O(nodes · (k² + columns)).
    public static func minimumSum(_ tree: ClusterTree, k: Int) -> Partition {
        best(tree, k: k) { $0.pairs - $0.similarityInside }
    }

    /// The partition into `k` clusters of least total cost.
    private static func best(_ tree: ClusterTree, k: Int, cost: (ClusterTree.Node) -> Double) -> Partition {
        guard !tree.nodes.isEmpty else { return Partition([], of: tree, cost: 0) }
        let k = max(k, 1)
        // tables[node][i]: the least cost of i + 1 clusters and how many of them lie in the left part.
        var tables = [[(cost: Double, left: Int)]](repeating: [], count: tree.nodes.count)
        for (index, node) in tree.nodes.enumerated().reversed() {
            var table = [(cost: cost(node), left: 0)]
            if let (left, right) = node.children {
                let count = min(k, tables[left].count + tables[right].count)
                table += [(cost: Double, left: Int)](repeating: (.infinity, 0), count: count - 1)
                for (i, leftEntry) in tables[left].enumerated() {
                    for (j, rightEntry) in tables[right].enumerated() where i + j + 1 < count {
                        let sum = leftEntry.cost + rightEntry.cost
                        if sum < table[i + j + 1].cost { table[i + j + 1] = (sum, i + 1) }
                    }
                }
            }
            tables[index] = table
        }
        let total = min(k, tables[0].count)
        var chosen: [Int] = []
        var stack = [(node: 0, count: total)]
        while let (index, count) = stack.popLast() {
            if count > 1, let (left, right) = tree.nodes[index].children {
                let inLeft = tables[index][count - 1].left
                stack += [(right, count - inLeft), (left, inLeft)]
            } else {
                chosen.append(index)
            }
        }
        return Partition(chosen, of: tree, cost: tables[0][total - 1].cost)
    }
}

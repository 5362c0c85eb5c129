/// The tree that the division leaves: each node is a set of rows, each inner node the union of its two children.
public struct ClusterTree: Sendable {
    /// A set of rows.
    public struct Node: Sendable {
        /// The two parts, as indices of nodes; nil for a leaf.
        public internal(set) var children: (left: Int, right: Int)?

        /// The rows, as a range of the tree's `order`.
        public internal(set) var rows: Range<Int>

        /// The conductance of the best cut; 0 between connected components, nil where no cut was looked for.
        public let conductance: Double?

        /// The second eigenvalue; 1 between connected components, nil where none was computed.
        public let lambda2: Double?

        /// How many rows the rows stand for, W.
        public let weight: Double

        /// The sum of the rows, s.
        public let sum: SparseVector

        /// The sum of the rows' squared lengths, q.
        public let squares: Double

        /// Whether the node was not cut.
        public var isLeaf: Bool { children == nil }

        /// Σ aᵤ · aᵥ over the pairs u < v of rows the node stands for: (|s|² − q)/2.
        ///
        /// - Complexity: O(columns of the node).
        public var similarityInside: Double { (sum.squaredNorm - squares) / 2 }

        /// How many pairs of rows the node stands for.
        public var pairs: Double { weight * (weight - 1) / 2 }
    }

    /// All nodes, parents before children, the root first; empty for a matrix without rows.
    public let nodes: [Node]

    /// The rows of the matrix, those of each node side by side; ascending within a leaf.
    public let order: [UInt32]

    /// How many columns the matrix has.
    public let columnCount: Int

    /// The leaves, as indices of nodes, in the order of their rows.
    public var leaves: [Int] {
        nodes.indices.filter { nodes[$0].isLeaf }.sorted { nodes[$0].rows.lowerBound < nodes[$1].rows.lowerBound }
    }

    /// The rows of a node, ascending.
    ///
    /// - Complexity: O(rows · log rows).
    public func rows(of node: Int) -> [Int] { order[nodes[node].rows].map { Int($0) }.sorted() }
}

/// Disjoint sets of rows that together hold every row.
public struct Partition: Hashable, Sendable {
    /// The rows of each cluster, ascending; clusters in the order of the tree.
    public let clusters: [[Int]]

    /// The node of the tree that each cluster is.
    public let nodes: [Int]

    /// What the partition costs by the objective it was made for.
    public let cost: Double

    /// The partition into some nodes of a tree.
    init(_ nodes: [Int], of tree: ClusterTree, cost: Double) {
        self.nodes = nodes.sorted { tree.nodes[$0].rows.lowerBound < tree.nodes[$1].rows.lowerBound }
        clusters = self.nodes.map { tree.rows(of: $0) }
        self.cost = cost
    }

    /// The cluster of each row.
    ///
    /// - Complexity: O(rows).
    public var clusterOfRow: [Int] {
        var result = [Int](repeating: 0, count: clusters.reduce(0) { $0 + $1.count })
        for (cluster, rows) in clusters.enumerated() {
            for row in rows { result[row] = cluster }
        }
        return result
    }
}

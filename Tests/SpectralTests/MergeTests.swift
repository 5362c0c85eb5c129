import Seeded
import Testing

@testable import Spectral

@Suite("Merging")
struct MergeTests {
    /// All partitions of a node that respect the tree.
    private static func partitions(_ tree: ClusterTree, _ node: Int) -> [[Int]] {
        guard let (left, right) = tree.nodes[node].children else { return [[node]] }
        var result = [[node]]
        for l in partitions(tree, left) { for r in partitions(tree, right) { result.append(l + r) } }
        return result
    }

    private struct Case {
        let matrix: SparseMatrix
        let tree: ClusterTree
        let partitions: [[Int]]

        init(seed: UInt64) throws {
            matrix = RandomMatrix.counts(rows: 24, columns: 7, density: 0.3, seed: seed).withUnitRows()
            tree = try Divide.tree(of: matrix, options: DivideOptions(maximumConductance: 1, maximumLeaves: 8))
            partitions = MergeTests.partitions(tree, 0)
        }

        /// A cost that is a sum over pairs of rows, by its definition.
        func pairCost(_ nodes: [Int], inside: (Double) -> Double, across: (Double) -> Double) -> Double {
            let dense = RandomMatrix.dense(matrix)
            var cluster = [Int](repeating: 0, count: matrix.rowCount)
            for node in nodes { for row in tree.rows(of: node) { cluster[row] = node } }
            var cost = 0.0
            for u in dense.indices {
                for v in 0..<u {
                    let similarity = zip(dense[u], dense[v]).reduce(0) { $0 + $1.0 * $1.1 }
                    cost += cluster[u] == cluster[v] ? inside(similarity) : across(similarity)
                }
            }
            return cost
        }
    }

    @Test("Relaxed correlation is the best of all partitions into nodes", arguments: 1...12)
    func relaxedCorrelation(seed: UInt64) throws {
        let example = try Case(seed: seed)
        for (alpha, beta) in [(0.2, 0.8), (0.5, 0.5), (0.8, 0.2)] {
            let best = try #require(
                example.partitions.map {
                    example.pairCost($0, inside: { alpha * (1 - $0) }, across: { beta * $0 })
                }.min())
            let found = Merge.relaxedCorrelation(example.tree, alpha: alpha, beta: beta)
            #expect(abs(found.cost - best) < 1e-9)
            let direct = example.pairCost(
                found.nodes, inside: { alpha * (1 - $0) }, across: { beta * $0 })
            #expect(abs(found.cost - direct) < 1e-9)
        }
    }

    @Test("k-means is the best of all partitions into k nodes", arguments: 1...12)
    func kMeans(seed: UInt64) throws {
        let example = try Case(seed: seed)
        let dense = RandomMatrix.dense(example.matrix)
        func cost(_ nodes: [Int]) -> Double {
            nodes.reduce(0) { total, node in
                let rows = example.tree.rows(of: node)
                return total
                    + (0..<7).reduce(0) { sum, column in
                        let mean = rows.reduce(0) { $0 + dense[$1][column] } / Double(rows.count)
                        return sum + rows.reduce(0) { $0 + (dense[$1][column] - mean) * (dense[$1][column] - mean) }
                    }
            }
        }
        for k in 1...8 {
            let best = try #require(
                example.partitions.filter { $0.count == k }.map(cost).min())
            let found = Merge.kMeans(example.tree, k: k)
            #expect(found.clusters.count == k)
            #expect(abs(found.cost - best) < 1e-9)
            #expect(abs(cost(found.nodes) - found.cost) < 1e-9)
        }
        #expect(Merge.kMeans(example.tree, k: 100).clusters.count == 8)
        #expect(Merge.kMeans(example.tree, k: 0).clusters.count == 1)
    }

    @Test("Min-sum is the best of all partitions into k nodes", arguments: 1...6)
    func minimumSum(seed: UInt64) throws {
        let example = try Case(seed: seed)
        for k in 1...8 {
            let best = try #require(
                example.partitions.filter { $0.count == k }.map {
                    example.pairCost($0, inside: { 1 - $0 }, across: { _ in 0 })
                }.min())
            #expect(abs(Merge.minimumSum(example.tree, k: k).cost - best) < 1e-9)
        }
    }

    @Test("Every row is in one cluster")
    func partition() throws {
        let example = try Case(seed: 99)
        let partition = Merge.relaxedCorrelation(example.tree)
        #expect(partition.clusters.flatMap { $0 }.sorted() == Array(0..<24))
        for (cluster, rows) in partition.clusters.enumerated() {
            for row in rows { #expect(partition.clusterOfRow[row] == cluster) }
        }
    }

    @Test("A tree as deep as it is long needs no deep stack")
    func degenerateTree() {
        // Row i is cut off from all rows behind it, 20,000 times.
        let count = 20_000
        var drafts: [DraftNode] = []
        func draft(_ rows: [UInt32], _ column: Int) -> DraftNode {
            DraftNode(
                rows: rows, weight: 1, sum: SparseVector(columns: [UInt32(column)], values: [1]), squares: 1)
        }
        for level in 0..<count {
            var inner = draft([], level % 3)
            inner.parts = [2 * level + 1, 2 * level + 2]
            drafts.append(inner)
            drafts.append(draft([UInt32(level)], level % 3))
        }
        drafts.append(draft([UInt32(count)], 0))
        let tree = ClusterTree(drafts: drafts, columnCount: 3)
        #expect(tree.nodes.count == 2 * count + 1)
        #expect(tree.nodes[0].rows == 0..<count + 1)
        #expect(Merge.kMeans(tree, k: 3).clusters.count == 3)
        #expect(Merge.relaxedCorrelation(tree).clusterOfRow.count == count + 1)
    }

    @Test("No rows, no clusters")
    func empty() throws {
        let tree = try Divide.tree(of: SparseMatrix(columnCount: 4, rows: []))
        #expect(Merge.relaxedCorrelation(tree).clusters.isEmpty)
        #expect(Merge.kMeans(tree, k: 3).clusters.isEmpty)
    }
}

import Synchronization
import Testing

@testable import Spectral

@Suite("Division")
struct DivideTests {
    /// A tree as text, every number to the last bit.
    private static func description(of tree: ClusterTree) -> String {
        let nodes = tree.nodes.map { node in
            let children = node.children.map { "\($0.left),\($0.right)" } ?? "-"
            return "\(node.rows) \(children) \(node.conductance?.bitPattern ?? 1) \(node.lambda2?.bitPattern ?? 1) "
                + "\(node.weight) \(node.squares.bitPattern) \(node.sum.columns) \(node.sum.values.map(\.bitPattern))"
        }
        return nodes.joined(separator: "\n") + "\n\(tree.order)"
    }

    private static func checkInvariants(_ tree: ClusterTree, _ matrix: SparseMatrix) {
        #expect(tree.order.sorted() == (0..<UInt32(matrix.rowCount)).map { $0 })
        let dense = RandomMatrix.dense(matrix)
        for (index, node) in tree.nodes.enumerated() {
            let rows = tree.rows(of: index)
            #expect(!rows.isEmpty)
            #expect(abs(node.weight - rows.reduce(0) { $0 + matrix.weights[$1] }) < 1e-9)
            var sum = [Double](repeating: 0, count: matrix.columnCount)
            var squares = 0.0
            for row in rows {
                for (column, value) in dense[row].enumerated() {
                    sum[column] += matrix.weights[row] * value
                    squares += matrix.weights[row] * value * value
                }
            }
            for (left, right) in zip(node.sum.dense(count: matrix.columnCount), sum) {
                #expect(abs(left - right) < 1e-9)
            }
            #expect(abs(node.squares - squares) < 1e-9)
            if let (left, right) = node.children {
                #expect(left > index && right > index)
                #expect((tree.rows(of: left) + tree.rows(of: right)).sorted() == rows)
            }
        }
    }

    @Test("Planted groups are found", arguments: 1...6)
    func planted(seed: UInt64) throws {
        let matrix = RandomMatrix.planted(
            groups: 5, rowsEach: 60, columnsEach: 12, inside: 0.5, noise: 0.003, seed: seed
        ).withUnitRows()
        let tree = try Divide.tree(of: matrix, options: DivideOptions(maximumConductance: 0.3))
        Self.checkInvariants(tree, matrix)
        let clusters = Merge.kMeans(tree, k: 5).clusters
        let groups = clusters.map { rows in (0..<5).map { group in rows.count { $0 % 5 == group } } }
        #expect(Set(groups.map { counts in counts.firstIndex(of: counts.max() ?? 0) }).count == 5)
        // A row may by chance have more cells among the noise than in its group.
        let misplaced = groups.reduce(0) { $0 + $1.reduce(0, +) - ($1.max() ?? 0) }
        #expect(misplaced <= 3)
    }

    @Test("Any number of threads gives the same tree, bit for bit", arguments: [1, 3, 24])
    func determinism(leaves: Int) throws {
        // Some thousand cells more than it takes to use threads at all, and disconnected.
        let matrix = RandomMatrix.planted(
            groups: 4, rowsEach: 300, columnsEach: 30, inside: 0.3, noise: 0, seed: 17
        ).withUnitRows()
        #expect(matrix.nonzeroCount > 10_000)
        var descriptions: Set<String> = []
        for threads in [1, 2, 4, 7] {
            let options = DivideOptions(
                maximumConductance: 0.9, maximumLeaves: leaves, maximumThreads: threads, isInBackground: threads == 4)
            let tree = try Divide.tree(of: matrix, options: options)
            #expect(tree.leaves.count == leaves)
            descriptions.insert(Self.description(of: tree))
        }
        #expect(descriptions.count == 1)
    }

    @Test("A budget cuts the heaviest first: more leaves only refine the tree")
    func budget() throws {
        let matrix = RandomMatrix.counts(rows: 300, columns: 25, density: 0.12, seed: 23).withUnitRows().folded().matrix
        var coarser = try Divide.tree(of: matrix, options: DivideOptions(maximumConductance: 0.8, maximumLeaves: 1))
        for leaves in 2...20 {
            let tree = try Divide.tree(
                of: matrix, options: DivideOptions(maximumConductance: 0.8, maximumLeaves: leaves))
            Self.checkInvariants(tree, matrix)
            #expect(tree.leaves.count == leaves)
            let sets = Set(tree.leaves.map { tree.rows(of: $0) })
            let coarserSets = Set(coarser.leaves.map { coarser.rows(of: $0) })
            let gone = coarserSets.subtracting(sets)
            #expect(gone.count == 1)
            #expect(sets.subtracting(coarserSets).count == 2)
            coarser = tree
        }
    }

    @Test("Components are set apart without an eigenvector, the heaviest first")
    func components() throws {
        let rows = (0..<12).map { [(column: UInt32($0), value: Float(1))] }
        let matrix = SparseMatrix(columnCount: 12, rows: rows, weights: (1...12).map { Double($0) })
        struct Refusing: SecondEigensolver {
            func secondEigenpair(of columnOperator: ColumnOperator) throws(SpectralError) -> Eigenpair {
                throw .solverFailed(columns: columnOperator.dimension)
            }
        }
        let all = try Divide.tree(of: matrix, options: DivideOptions(solver: Refusing()))
        Self.checkInvariants(all, matrix)
        #expect(all.leaves.count == 12)
        #expect(all.nodes[0].conductance == 0)
        #expect(all.nodes[0].lambda2 == 1)
        let some = try Divide.tree(of: matrix, options: DivideOptions(maximumLeaves: 4, solver: Refusing()))
        Self.checkInvariants(some, matrix)
        // Row 8 and lighter ones outweigh every single one, and are taken apart first.
        #expect(Set(some.leaves.map { tree in some.rows(of: tree) }) == [Array(0...8), [9], [10], [11]])
    }

    @Test("A heavy component is cut although light ones wait")
    func heavyComponent() throws {
        let heavy = RandomMatrix.planted(groups: 2, rowsEach: 50, columnsEach: 8, inside: 0.6, noise: 0.02, seed: 3)
        var rows = (0..<heavy.rowCount).map { row in
            zip(heavy.row(row).columns, heavy.row(row).values).map { (column: $0, value: $1) }
        }
        rows += (0..<10).map { [(column: UInt32(16 + $0), value: Float(1))] }
        let matrix = SparseMatrix(columnCount: 26, rows: rows).withUnitRows()
        let tree = try Divide.tree(of: matrix, options: DivideOptions(maximumConductance: 0.3, maximumLeaves: 3))
        let leaves = tree.leaves.map { tree.rows(of: $0) }
        #expect(leaves.contains(Array(100..<110)))
        #expect(leaves.contains((0..<100).filter { $0 % 2 == 0 }))
        #expect(leaves.contains((0..<100).filter { $0 % 2 == 1 }))
    }

    @Test("No cut above the conductance asked for, no light node cut")
    func stopRules() throws {
        let matrix = RandomMatrix.counts(rows: 200, columns: 20, density: 0.2, seed: 31).withUnitRows()
        for limit in [0.1, 0.3, 0.45] {
            let tree = try Divide.tree(
                of: matrix, options: DivideOptions(maximumConductance: limit, maximumLeaves: .max))
            for node in tree.nodes where !node.isLeaf { #expect(try #require(node.conductance) <= limit) }
        }
        let tree = try Divide.tree(
            of: matrix, options: DivideOptions(maximumConductance: 0.9, minimumWeight: 30, maximumLeaves: .max))
        for node in tree.nodes where !node.isLeaf { #expect(node.weight >= 30) }
        #expect(tree.leaves.count > 4)
    }

    @Test("A balanced division peels no fringes")
    func balanced() throws {
        let matrix = RandomMatrix.counts(rows: 400, columns: 60, density: 0.04, seed: 37).withUnitRows()
        let tree = try Divide.tree(
            of: matrix, options: DivideOptions(maximumConductance: 0.9, maximumLeaves: 6, minimumShare: 0.1))
        for node in tree.nodes where node.conductance ?? 0 > 0 {
            guard let (left, right) = node.children else { continue }
            #expect(min(tree.nodes[left].weight, tree.nodes[right].weight) >= 0.1 * node.weight)
        }
    }

    @Test("Degenerate matrices")
    func degenerate() throws {
        #expect(try Divide.tree(of: SparseMatrix(columnCount: 0, rows: [])).nodes.isEmpty)
        #expect(try Divide.tree(of: SparseMatrix(columnCount: 3, rows: [[]])).leaves.count == 1)
        #expect(try Divide.tree(of: SparseMatrix(columnCount: 3, rows: [[], []])).leaves.count == 1)
        let one = SparseMatrix(columnCount: 3, rows: [[(1, 2)]])
        #expect(try Divide.tree(of: one).leaves.count == 1)
        let column = SparseMatrix(columnCount: 1, rows: [[(0, 1)], [(0, 5)], [(0, 2)]])
        #expect(try Divide.tree(of: column).leaves.count == 1)
        #expect(try Divide.tree(of: column.withUnitRows()).leaves.count == 1)
        let duplicates = SparseMatrix(
            columnCount: 2, rows: [[(column: UInt32, value: Float)]](repeating: [(0, 1), (1, 1)], count: 50))
        #expect(try Divide.tree(of: duplicates).leaves.count == 1)
        // Rows without cells are a component of their own.
        let mixed = SparseMatrix(columnCount: 2, rows: [[], [(0, 1)], [], [(1, 1)]])
        let tree = try Divide.tree(of: mixed)
        Self.checkInvariants(tree, mixed)
        #expect(Set(tree.leaves.map { tree.rows(of: $0) }) == [[0, 2], [1], [3]])
        // Weights far apart.
        let extreme = SparseMatrix(
            columnCount: 3, rows: [[(0, 1), (1, 1)], [(1, 1), (2, 1)], [(2, 1)]], weights: [1e12, 1e-12, 1])
        Self.checkInvariants(try Divide.tree(of: extreme.withUnitRows()), extreme.withUnitRows())
    }

    @Test("What is no similarity is refused, and where")
    func refusals() {
        #expect(throws: SpectralError.notFinite(row: 1, column: 0)) {
            _ = try Divide.tree(of: SparseMatrix(columnCount: 2, rows: [[(0, 1)], [(0, .nan)]]).withUnitRows())
        }
        #expect(throws: SpectralError.notFinite(row: 0, column: 1)) {
            _ = try Divide.tree(of: SparseMatrix(columnCount: 2, rows: [[(0, 1), (1, .infinity)]]))
        }
        #expect(throws: SpectralError.negative(row: 0, column: 1)) {
            _ = try Divide.tree(of: SparseMatrix(columnCount: 2, rows: [[(0, 1), (1, -1)]]).withUnitRows())
        }
        for weight in [0, -1, Double.nan, .infinity] {
            #expect(throws: SpectralError.badWeight(row: 0)) {
                _ = try Divide.tree(of: SparseMatrix(columnCount: 1, rows: [[(0, 1)]], weights: [weight]))
            }
        }
    }

    @Test("A division can be cancelled between cuts", arguments: [1, 2])
    func cancellation(threads: Int) throws {
        let matrix = RandomMatrix.planted(
            groups: 4, rowsEach: 300, columnsEach: 30, inside: 0.3, noise: 0.02, seed: 19
        ).withUnitRows()
        let options = DivideOptions(maximumConductance: 0.9, maximumThreads: threads)
        final class Counter: Sendable {
            let asked = Mutex(0)
        }
        let counter = Counter()
        #expect(throws: SpectralError.cancelled) {
            _ = try Divide.tree(of: matrix, options: options) {
                counter.asked.withLock {
                    $0 += 1
                    return $0 > 5
                }
            }
        }
        // Each thread may have been about to ask once more.
        #expect((6...(5 + threads)).contains(counter.asked.withLock { $0 }))
    }

    @Test("Random matrices of all shapes divide into what holds together", arguments: 1...40)
    func fuzz(seed: UInt64) throws {
        let rows = Int(seed * 7 % 50) + 1
        let columns = Int(seed * 13 % 40) + 1
        let matrix = RandomMatrix.counts(
            rows: rows, columns: columns, density: Double(seed % 7) / 12, seed: seed
        ).withUnitRows().folded().matrix
        let options = DivideOptions(
            maximumConductance: Double(seed % 5 + 1) / 5, maximumLeaves: seed % 3 == 0 ? 4 : .max,
            minimumShare: seed % 4 == 0 ? 0.1 : 0)
        let tree = try Divide.tree(of: matrix, options: options)
        Self.checkInvariants(tree, matrix)
        let similarities = RandomMatrix.similarities(matrix)
        for (index, node) in tree.nodes.enumerated() {
            guard let (left, _) = node.children else { continue }
            let inNode = tree.rows(of: index)
            let inLeft = Set(tree.rows(of: left))
            let inside = inNode.map { i in inNode.map { j in similarities[i][j] } }
            let conductance = try #require(node.conductance)
            let direct = RandomMatrix.conductance(inside, isInside: inNode.map { inLeft.contains($0) })
            // Rows without cells have no mass to divide by.
            if conductance > 0 { #expect(abs(direct - conductance) < 1e-9) }
        }
    }
}

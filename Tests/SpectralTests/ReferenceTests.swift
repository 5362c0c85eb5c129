import Testing

@testable import Spectral

/// Agreement with the numpy/scipy reference on the same matrices; its numbers are written down here.
@Suite("Agreement with the numpy reference")
struct ReferenceTests {
    private let planted = Planted()

    @Test("One cut: eigenvalue, conductance, prefix")
    func cut() throws {
        let matrix = planted.counts.withUnitRows()
        #expect(matrix.rowCount == 396)
        let columnOperator = ColumnOperator(matrix)
        let pair = try SpectraSolver().secondEigenpair(of: columnOperator)
        let sweep = try #require(try PrefixSweep(columnOperator, along: pair.vector))
        #expect(abs(pair.value - 0.8220541469125915) < 1e-9)
        #expect(abs(sweep.conductance - 0.1647413187071149) < 1e-9)
        // The sign of a vector is a convention: the prefix is one part or the other.
        #expect([144, 252].contains(sweep.prefix))
    }

    @Test("Folding: 446 rows are 392 different ones")
    func folding() throws {
        let rows = (0..<396).map { $0 } + (0..<50).map { $0 }
        let doubled = planted.counts.selecting(rows: rows.map { UInt32($0) }).withUnitRows()
        let (folded, rowOfInput) = doubled.folded()
        #expect(doubled.rowCount == 446)
        #expect(folded.rowCount == 392)
        #expect(folded.totalWeight == 446)
        #expect((0..<50).allSatisfy { rowOfInput[$0] == rowOfInput[396 + $0] })
        for matrix in [doubled, folded] {
            let columnOperator = ColumnOperator(matrix)
            let pair = try SpectraSolver().secondEigenpair(of: columnOperator)
            let sweep = try #require(try PrefixSweep(columnOperator, along: pair.vector))
            #expect(abs(pair.value - 0.8101580762834861) < 1e-9)
            #expect(abs(sweep.conductance - 0.18915214235547928) < 1e-9)
        }
    }

    @Test("Dhillon: with columns over the root of their sums it is bipartite co-clustering")
    func dhillon() throws {
        let counts = Planted.bipartite()
        let weighted = counts.weightedColumns(counts.inverseRootColumnSums())
        let columnOperator = ColumnOperator(weighted)
        let rowSums = (0..<counts.rowCount).map { counts.row($0).values.reduce(0) { $0 + Double($1) } }
        for (mass, sum) in zip(columnOperator.rowMasses(), rowSums) { #expect(abs(mass - sum) < 1e-12 * sum) }
        let pair = try SpectraSolver().secondEigenpair(of: columnOperator)
        #expect(abs(pair.value - 0.36400507310883345) < 1e-9)
    }

    @Test("Divide and merge: cost, clusters and rows of relaxed correlation and k-means")
    func divideAndMerge() throws {
        let matrix = planted.counts.withUnitRows()
        let tree = try Divide.tree(of: matrix, options: DivideOptions(maximumLeaves: .max))
        let lambda2 = try #require(tree.nodes.first?.lambda2)
        let conductance = try #require(tree.nodes.first?.conductance)
        #expect(abs(lambda2 - 0.8220541469125915) < 1e-9)
        #expect(abs(conductance - 0.1647413187071149) < 1e-9)

        let correlation = Merge.relaxedCorrelation(tree)
        #expect(correlation.clusters.count == 24)
        #expect(abs(correlation.cost - 4812.671161295093) < 1e-6)
        #expect(isSamePartition(correlation.clusterOfRow, planted.correlationClusterOfRow))

        let costs = [362.3068115594623, 339.11801092858923, 331.4886250670232, 325.7524120633738]
        for (k, cost) in zip(1...4, costs) { #expect(abs(Merge.kMeans(tree, k: k).cost - cost) < 1e-8) }
        #expect(isSamePartition(Merge.kMeans(tree, k: 2).clusterOfRow, planted.twoMeansClusterOfRow))
        #expect(isSamePartition(Merge.kMeans(tree, k: 4).clusterOfRow, planted.fourMeansClusterOfRow))

        // The same leaves, but for equal rows: the reference parts some of them, and they are never worth a cut.
        var leafOfRow = [Int](repeating: 0, count: matrix.rowCount)
        for leaf in tree.leaves {
            let rows = tree.rows(of: leaf)
            for row in rows { leafOfRow[row] = leaf }
            if Set(rows.map { planted.leafOfRow[$0] }).count > 1 {
                #expect(matrix.selecting(rows: rows.map { UInt32($0) }).folded().matrix.rowCount == 1)
            }
        }
        for referenceLeaf in Set(planted.leafOfRow) {
            let rows = planted.leafOfRow.indices.filter { planted.leafOfRow[$0] == referenceLeaf }
            #expect(Set(rows.map { leafOfRow[$0] }).count == 1)
        }
    }
}

/// Whether two labellings part the rows alike.
func isSamePartition(_ left: [Int], _ right: [Int]) -> Bool {
    guard left.count == right.count else { return false }
    var (toRight, toLeft): ([Int: Int], [Int: Int]) = ([:], [:])
    for (l, r) in zip(left, right) {
        if toRight[l, default: r] != r || toLeft[r, default: l] != l { return false }
        toRight[l] = r
        toLeft[r] = l
    }
    return true
}

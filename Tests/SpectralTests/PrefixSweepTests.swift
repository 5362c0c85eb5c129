import Seeded
import Testing

@testable import Spectral

@Suite("Prefix sweep")
struct PrefixSweepTests {
    @Test("Conductance is exact, and the prefix the best of all", arguments: 1...20)
    func exhaustive(seed: UInt64) throws {
        let folded = RandomMatrix.counts(rows: 30, columns: 6, density: 0.3, seed: seed).withUnitRows().folded().matrix
        let columnOperator = ColumnOperator(folded)
        var generator = SeededGenerator(seed: seed)
        let vector = columnOperator.projected((0..<6).map { _ in Double.random(in: -1...1, using: &generator) })
        let sweep = try #require(try PrefixSweep(columnOperator, along: vector))

        let similarities = RandomMatrix.similarities(folded)
        #expect(
            abs(RandomMatrix.conductance(similarities, isInside: sweep.side.map { $0 == 1 }) - sweep.conductance)
                < 1e-12)

        // v = (a · u)/ρ by its definition.
        let masses = similarities.enumerated().map { $1.reduce(0, +) / folded.weights[$0] }
        let values = RandomMatrix.dense(folded).enumerated().map { row, cells in
            zip(cells, vector).reduce(0) { $0 + $1.0 * $1.1 } / masses[row]
        }
        let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
        let best = try #require(
            (1..<order.count).map { prefix in
                let inside = Set(order.prefix(prefix))
                return RandomMatrix.conductance(similarities, isInside: values.indices.map { inside.contains($0) })
            }.min())
        #expect(abs(best - sweep.conductance) < 1e-12)
        #expect(sweep.prefix == sweep.side.count { $0 == 1 })
    }

    @Test("Along the eigenvector it keeps Cheeger's bounds, and so does the best cut of all", arguments: 1...20)
    func cheeger(seed: UInt64) throws {
        let matrix = RandomMatrix.counts(rows: 10, columns: 6, density: 0.35, seed: seed).withUnitRows()
        guard matrix.components().count == 1 else { return }
        var compact = matrix
        _ = compact.compactColumns()
        let columnOperator = ColumnOperator(compact)
        let pair = try SpectraSolver().secondEigenpair(of: columnOperator)
        let sweep = try #require(try PrefixSweep(columnOperator, along: pair.vector))
        let similarities = RandomMatrix.similarities(compact)
        let best = (1..<(1 << 9)).map { bits in
            RandomMatrix.conductance(similarities, isInside: (0..<10).map { bits >> $0 & 1 == 1 })
        }.min()
        let optimum = try #require(best)
        #expect(optimum <= sweep.conductance + 1e-12)
        #expect((1 - pair.value) / 2 <= optimum + 1e-12)
        #expect(sweep.conductance <= (2 * (1 - pair.value)).squareRoot() + 1e-12)
    }

    @Test("Many rows are ordered as few are", arguments: [1_000, 1_024, 5_000])
    func largeSort(rows: Int) throws {
        // More than 1,024 rows are sorted digit by digit. Reference: values computed and sorted here.
        let matrix = RandomMatrix.counts(rows: rows, columns: 30, density: 0.15, seed: 7).withUnitRows()
        let columnOperator = ColumnOperator(matrix)
        let pair = try SpectraSolver().secondEigenpair(of: columnOperator)
        let sweep = try #require(try PrefixSweep(columnOperator, along: pair.vector))
        let masses = columnOperator.rowMasses()
        let values = matrix.products(with: pair.vector).enumerated().map { $1 / masses[$0] }
        let inside = values.indices.filter { sweep.side[$0] == 1 }.map { values[$0] }
        let outside = values.indices.filter { sweep.side[$0] == 0 }.map { values[$0] }
        let last = try #require(inside.max())
        let first = try #require(outside.min())
        #expect(last <= first + 1e-15)
    }

    @Test("A balanced cut leaves the share asked for on either side", arguments: [0.01, 0.1, 0.3, 0.5])
    func balance(share: Double) throws {
        let matrix = RandomMatrix.counts(rows: 200, columns: 20, density: 0.15, seed: 11).withUnitRows()
        let columnOperator = ColumnOperator(matrix)
        let pair = try SpectraSolver().secondEigenpair(of: columnOperator)
        let free = try #require(try PrefixSweep(columnOperator, along: pair.vector))
        let sweep = try #require(try PrefixSweep(columnOperator, along: pair.vector, minimumShare: share))
        #expect(Double(min(sweep.prefix, 200 - sweep.prefix)) >= share * 200)
        #expect(sweep.conductance >= free.conductance)
    }

    @Test("No admissible prefix, no cut")
    func impossibleBalance() throws {
        let matrix = SparseMatrix(columnCount: 2, rows: [[(0, 1), (1, 1)], [(1, 1)]], weights: [9, 1]).withUnitRows()
        #expect(try PrefixSweep(ColumnOperator(matrix), along: [1, -1], minimumShare: 0.3) == nil)
    }
}

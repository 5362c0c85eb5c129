import Seeded
import Testing

@testable import Spectral

@Suite("Sparse matrices")
struct SparseMatrixTests {
    @Test("Rows are sorted, added up and freed of zeros")
    func building() {
        let matrix = SparseMatrix(columnCount: 3, rows: [[(2, 1), (0, 4), (2, 2)], [], [(1, 0)], [(5, 1)]])
        #expect(matrix.columnCount == 6)
        #expect(matrix.rowCount == 4)
        #expect(matrix.nonzeroCount == 3)
        #expect(Array(matrix.row(0).columns) == [0, 2])
        #expect(Array(matrix.row(0).values) == [4, 3])
        #expect(matrix.row(1).values.isEmpty)
        #expect(matrix.row(2).values.isEmpty)
        #expect(matrix.columnSums() == [4, 0, 3, 0, 0, 1])
    }

    @Test("Multiples of one row of whole numbers become the same unit row", arguments: 1...10)
    func unitRows(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let row = (0..<7).map { (column: UInt32($0), value: Float(Int.random(in: 1...50, using: &generator))) }
        let rows = (1...30).map { factor in row.map { (column: $0.column, value: $0.value * Float(factor)) } }
        let matrix = SparseMatrix(columnCount: 7, rows: rows).withUnitRows()
        #expect(matrix.folded().matrix.rowCount == 1)
        let length = RandomMatrix.dense(matrix)[3].reduce(0) { $0 + $1 * $1 }
        #expect(abs(length - 1) < 1e-14)
    }

    @Test("Fractions keep their direction and get unit length")
    func unitFractions() {
        let matrix = SparseMatrix(columnCount: 3, rows: [[(0, 0.3), (2, 0.4)], [(1, 0.25)]]).withUnitRows()
        let dense = RandomMatrix.dense(matrix)
        #expect(abs(dense[0][0] - 0.6) < 1e-7)
        #expect(abs(dense[0][2] - 0.8) < 1e-7)
        #expect(dense[1][1] == 1)
    }

    @Test("Unit rows with column weights are unit with the weights applied")
    func weightedUnitRows() {
        let matrix = RandomMatrix.counts(rows: 20, columns: 8, density: 0.4, seed: 3)
            .weightedColumns([1, 2, 0.5, 3, 1, 1, 0.1, 7]).withUnitRows()
        for row in RandomMatrix.dense(matrix) { #expect(abs(row.reduce(0) { $0 + $1 * $1 } - 1) < 1e-12) }
    }

    @Test("log(1 + count), column sums")
    func transforms() {
        let matrix = SparseMatrix(columnCount: 2, rows: [[(0, 1)], [(0, 3), (1, 1)], [(0, 2)]], weights: [2, 1, 1])
        #expect(matrix.logarithmic().row(1).values.first.map { abs($0 - 1.3862944) < 1e-6 } == true)
        #expect(matrix.inverseRootColumnSums()[1] == 1)
    }

    @Test("Folding keeps every row, in the order of their first appearance", arguments: 1...10)
    func folding(seed: UInt64) {
        let matrix = RandomMatrix.counts(rows: 500, columns: 5, density: 0.3, seed: seed).withUnitRows()
        let (folded, rowOfInput) = matrix.folded()
        #expect(folded.rowCount < matrix.rowCount)
        #expect(folded.totalWeight == 500)
        #expect(rowOfInput.count == 500)
        var next: UInt32 = 0
        for (row, foldedRow) in rowOfInput.enumerated() {
            #expect(foldedRow <= next)
            next = max(next, foldedRow + 1)
            #expect(matrix.row(row).columns.elementsEqual(folded.row(Int(foldedRow)).columns))
            #expect(matrix.row(row).values.elementsEqual(folded.row(Int(foldedRow)).values))
        }
        // Sums do not change.
        for (left, right) in zip(matrix.columnSums(), folded.columnSums()) { #expect(abs(left - right) < 1e-9) }
        // Different rows stay apart.
        let rows = Set((0..<folded.rowCount).map { "\(folded.row($0))" })
        #expect(rows.count == folded.rowCount)
    }

    @Test("The streaming folder makes the same matrix as folding afterwards", arguments: 1...5)
    func rowFolder(seed: UInt64) {
        let counts = RandomMatrix.counts(rows: 400, columns: 6, density: 0.3, seed: seed)
        var folder = RowFolder(columnCount: 6)
        var rows: [UInt32] = []
        for row in 0..<counts.rowCount {
            let (columns, values) = counts.storedRow(row)
            rows.append(folder.appendUnit(columns, values))
        }
        let streamed = folder.finished()
        let (folded, rowOfInput) = counts.withUnitRows().folded()
        #expect(rows == rowOfInput)
        #expect(streamed.starts == folded.starts)
        #expect(streamed.columns == folded.columns)
        #expect(streamed.values == folded.values)
        #expect(streamed.weights == folded.weights)
        #expect(streamed.rowScales == folded.rowScales)
    }

    @Test("Folding is exact: eigenvalue and conductance are those of all rows", arguments: 1...10)
    func foldingIsExact(seed: UInt64) throws {
        let matrix = RandomMatrix.counts(rows: 300, columns: 6, density: 0.35, seed: seed).withUnitRows()
        let (folded, rowOfInput) = matrix.folded()
        #expect(folded.rowCount < 300)
        let (whole, parts) = (ColumnOperator(matrix), ColumnOperator(folded))
        let pair = try SpectraSolver().secondEigenpair(of: whole)
        let foldedPair = try SpectraSolver().secondEigenpair(of: parts)
        #expect(abs(pair.value - foldedPair.value) < 1e-12)
        // The folded cut means the same among all rows; only a cut between equal rows is not looked at any more.
        let cut = try #require(try PrefixSweep(whole, along: pair.vector))
        let foldedCut = try #require(try PrefixSweep(parts, along: pair.vector))
        let isInside = rowOfInput.map { foldedCut.side[Int($0)] == 1 }
        let direct = RandomMatrix.conductance(RandomMatrix.similarities(matrix), isInside: isInside)
        #expect(abs(direct - foldedCut.conductance) < 1e-12)
        #expect(cut.conductance <= foldedCut.conductance + 1e-12)
    }

    @Test("Rows and columns can be left out in place")
    func leavingOut() {
        let matrix = RandomMatrix.counts(rows: 60, columns: 40, density: 0.05, seed: 5).withUnitRows()
        let picked: [UInt32] = [0, 3, 4, 17, 30, 59]
        var kept = matrix
        kept.keep(rows: picked)
        let selected = matrix.selecting(rows: picked)
        #expect(RandomMatrix.dense(kept) == RandomMatrix.dense(selected))
        #expect(kept.weights == selected.weights)
        let active = kept.compactColumns()
        #expect(kept.columnCount == active.count)
        #expect(kept.columnSums().allSatisfy { $0 > 0 })
        for (row, line) in RandomMatrix.dense(selected).enumerated() {
            #expect(active.map { line[Int($0)] } == RandomMatrix.dense(kept)[row])
        }
    }

    @Test("Hashing the tail keeps popular columns and the sum of every row")
    func hashedTail() {
        let matrix = RandomMatrix.counts(rows: 80, columns: 300, density: 0.03, seed: 9)
        let (hashed, columnOfInput) = matrix.hashingTail(keeping: 20, buckets: 16)
        #expect(hashed.columnCount == 36)
        let sums = matrix.columnSums()
        let kept = columnOfInput.indices.filter { columnOfInput[$0] < 20 }
        #expect(kept.count == 20)
        let smallestKept = kept.map { sums[$0] }.min() ?? 0
        let largestHashed = columnOfInput.indices.filter { columnOfInput[$0] >= 20 }.map { sums[$0] }.max() ?? 0
        #expect(smallestKept >= largestHashed)
        let (before, after) = (RandomMatrix.dense(matrix), RandomMatrix.dense(hashed))
        for row in before.indices {
            var expected = [Double](repeating: 0, count: 36)
            for (column, value) in before[row].enumerated() { expected[Int(columnOfInput[column])] += value }
            #expect(expected == after[row])
        }
        #expect(Set(columnOfInput.filter { $0 >= 20 }).count > 8)
        #expect(matrix.hashingTail(keeping: 300, buckets: 4).matrix.columnCount == 300)
    }

    @Test("Components: rows that share columns belong together")
    func components() {
        let matrix = SparseMatrix(
            columnCount: 8, rows: [[(0, 1), (1, 1)], [(4, 1)], [], [(1, 1), (2, 1)], [(4, 1), (5, 1)], [(7, 1)], []])
        let (count, componentOfRow) = matrix.components()
        #expect(count == 4)
        #expect(componentOfRow == [0, 1, 2, 0, 1, 3, 2])
    }

    @Test("Components agree with a search through the rows", arguments: 1...20)
    func componentsBySearch(seed: UInt64) {
        let matrix = RandomMatrix.counts(rows: 40, columns: 40, density: 0.03, seed: seed)
        var labels = [Int](repeating: -1, count: 40)
        var next = 0
        for start in 0..<40 where labels[start] < 0 {
            var stack = [start]
            labels[start] = next
            while let row = stack.popLast() {
                for other in 0..<40 where labels[other] < 0 {
                    if !Set(matrix.row(row).columns).isDisjoint(with: matrix.row(other).columns) {
                        labels[other] = next
                        stack.append(other)
                    }
                }
            }
            next += 1
        }
        let (count, componentOfRow) = matrix.components()
        #expect(count == next)
        #expect(componentOfRow.map { Int($0) } == labels)
    }

    @Test("Sparse vectors")
    func sparseVectors() {
        let left = SparseVector(columns: [1, 4, 9], values: [1, 2, 3])
        let right = SparseVector(columns: [0, 4, 10], values: [5, 7, 1])
        #expect(left.dot(right) == 14)
        #expect((left + right).columns == [0, 1, 4, 9, 10])
        #expect((left + right).values == [5, 1, 9, 3, 1])
        #expect(left[4] == 2)
        #expect(left[5] == 0)
        #expect(left.squaredNorm == 14)
        #expect(left.dense(count: 5) == [0, 1, 0, 0, 2])
    }

    @Test("A queue gives the heaviest first, of equals the lowest number")
    func priorityQueue() {
        var generator = SeededGenerator(seed: 1)
        var queue = PriorityQueue()
        let weights = (0..<300).map { _ in Double(Int.random(in: 0..<20, using: &generator)) }
        for (number, weight) in weights.enumerated() { queue.insert(number, weight: weight) }
        var order: [Int] = []
        while let number = queue.removeFirst() { order.append(number) }
        #expect(order == weights.indices.sorted { (weights[$1], $0) < (weights[$0], $1) })
        #expect(queue.isEmpty)
    }
}

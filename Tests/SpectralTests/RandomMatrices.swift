import Seeded

@testable import Spectral

/// Matrices from seeds, and slow but plain computations on them.
enum RandomMatrix {
    /// Rows of small counts; every row has a cell and every column is likely to.
    static func counts(rows: Int, columns: Int, density: Double, seed: UInt64) -> SparseMatrix {
        var generator = SeededGenerator(seed: seed)
        return SparseMatrix(
            columnCount: columns,
            rows: (0..<rows).map { _ in
                var row = (0..<columns).compactMap { column -> (column: UInt32, value: Float)? in
                    guard Double.random(in: 0..<1, using: &generator) < density else { return nil }
                    return (UInt32(column), Float(Int.random(in: 1...4, using: &generator)))
                }
                if row.isEmpty { row = [(UInt32.random(in: 0..<UInt32(columns), using: &generator), 1)] }
                return row
            })
    }

    /// Groups of rows with columns of their own, and some noise over all columns; the group of row i is i modulo groups.
    static func planted(
        groups: Int, rowsEach: Int, columnsEach: Int, inside: Double, noise: Double, seed: UInt64
    ) -> SparseMatrix {
        var generator = SeededGenerator(seed: seed)
        return SparseMatrix(
            columnCount: groups * columnsEach,
            rows: (0..<groups * rowsEach).map { row in
                let own = row % groups
                var cells = (0..<groups * columnsEach).compactMap { column -> (column: UInt32, value: Float)? in
                    let probability = column / columnsEach == own ? inside : noise
                    return Double.random(in: 0..<1, using: &generator) < probability ? (UInt32(column), 1) : nil
                }
                if cells.count < 2 {
                    cells = [(UInt32(own * columnsEach), 1), (UInt32(own * columnsEach + 1), 1)]
                }
                return cells
            })
    }

    /// All cells, scales applied.
    static func dense(_ matrix: SparseMatrix) -> [[Double]] {
        (0..<matrix.rowCount).map { row in
            var line = [Double](repeating: 0, count: matrix.columnCount)
            for cell in matrix.starts[row]..<matrix.starts[row + 1] {
                let column = Int(matrix.columns[cell])
                line[column] = matrix.rowScales[row] * Double(matrix.values[cell]) * matrix.columnScales[column]
            }
            return line
        }
    }

    /// wᵢ wⱼ aᵢ · aⱼ for all pairs of rows.
    static func similarities(_ matrix: SparseMatrix) -> [[Double]] {
        let rows = dense(matrix)
        return rows.indices.map { i in
            rows.indices.map { j in
                matrix.weights[i] * matrix.weights[j] * zip(rows[i], rows[j]).reduce(0) { $0 + $1.0 * $1.1 }
            }
        }
    }

    /// φ of a cut by its definition.
    static func conductance(_ similarities: [[Double]], isInside: [Bool]) -> Double {
        var (across, inside, outside) = (0.0, 0.0, 0.0)
        for i in similarities.indices {
            for j in similarities.indices {
                if isInside[i] { inside += similarities[i][j] } else { outside += similarities[i][j] }
                if isInside[i], !isInside[j] { across += similarities[i][j] }
            }
        }
        return across / min(inside, outside)
    }
}

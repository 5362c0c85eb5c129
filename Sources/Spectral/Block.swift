/// The rows of one node of the division, packed anew with the columns they use: walking rows through an index made the
/// products three to six times slower than this copy costs.
struct Block: Sendable {
    /// The rows; every column has a cell.
    let matrix: SparseMatrix

    /// The row of the whole matrix that each row is, ascending.
    let rows: [UInt32]

    /// The column of the whole matrix that each column is, ascending.
    let columns: [UInt32]

    /// The sum of the rows, one entry per column of the block.
    let sums: [Double]

    /// How many rows the rows stand for.
    let weight: Double

    /// The sum of the rows' squared lengths.
    let squares: Double

    private init(matrix: consuming SparseMatrix, rows: [UInt32], columns: [UInt32]) {
        self.rows = rows
        self.columns = columns
        sums = matrix.columnSums()
        weight = matrix.totalWeight
        var squares = 0.0
        for row in 0..<matrix.rowCount {
            var square = 0.0
            for cell in matrix.starts[row]..<matrix.starts[row + 1] {
                let value = Double(matrix.values[cell]) * matrix.columnScales[Int(matrix.columns[cell])]
                square += value * value
            }
            squares += square * matrix.weights[row] * matrix.rowScales[row] * matrix.rowScales[row]
        }
        self.squares = squares
        self.matrix = matrix
    }

    /// The block of all rows.
    init(whole matrix: consuming SparseMatrix) {
        let rows = (0..<UInt32(matrix.rowCount)).map { $0 }
        let (compact, columns) = matrix.compactingColumns()
        self.init(matrix: compact, rows: rows, columns: columns)
    }

    /// The sum of the rows, on the columns of the whole matrix.
    var sum: SparseVector { SparseVector(columns: columns, values: sums) }

    /// One block per group; every row goes to the block of its group, in its order.
    ///
    /// - Complexity: O(cells + rows + columns), nearly.
    consuming func split(by groupOfRow: [UInt32], groups: Int) -> [Block] {
        var rowCounts = [Int](repeating: 0, count: groups)
        var cellCounts = [Int](repeating: 0, count: groups)
        for (row, group) in groupOfRow.enumerated() {
            rowCounts[Int(group)] += 1
            cellCounts[Int(group)] += matrix.starts[row + 1] - matrix.starts[row]
        }
        // The rows of each group, one group after another.
        var places = [Int](repeating: 0, count: groups)
        for group in 1..<max(groups, 1) { places[group] = places[group - 1] + rowCounts[group - 1] }
        var grouped = [UInt32](repeating: 0, count: groupOfRow.count)
        for (row, group) in groupOfRow.enumerated() {
            grouped[places[Int(group)]] = UInt32(row)
            places[Int(group)] += 1
        }
        var newColumns = [UInt32](repeating: .max, count: matrix.columnCount)
        return (0..<groups).map { group in
            pick(grouped[(places[group] - rowCounts[group])..<places[group]], cells: cellCounts[group], &newColumns)
        }
    }

    /// A block of some rows. `newColumns` is scratch, all `.max` on entry and return.
    private borrowing func pick(_ picked: ArraySlice<UInt32>, cells: Int, _ newColumns: inout [UInt32]) -> Block {
        var active: [UInt32] = []
        for row in picked {
            for cell in matrix.starts[Int(row)]..<matrix.starts[Int(row) + 1] {
                let column = Int(matrix.columns[cell])
                if newColumns[column] == .max {
                    newColumns[column] = 0
                    active.append(UInt32(column))
                }
            }
        }
        active.sort()
        for (new, old) in active.enumerated() { newColumns[Int(old)] = UInt32(new) }
        var starts = [0]
        var packedColumns: [UInt32] = []
        var values: [Float] = []
        starts.reserveCapacity(picked.count + 1)
        packedColumns.reserveCapacity(cells)
        values.reserveCapacity(cells)
        for row in picked {
            let range = matrix.starts[Int(row)]..<matrix.starts[Int(row) + 1]
            for cell in range {
                packedColumns.append(newColumns[Int(matrix.columns[cell])])
                values.append(matrix.values[cell])
            }
            starts.append(values.count)
        }
        for old in active { newColumns[Int(old)] = .max }
        let packed = SparseMatrix(
            columnCount: active.count, starts: starts, columns: packedColumns, values: values,
            weights: picked.map { matrix.weights[Int($0)] }, rowScales: picked.map { matrix.rowScales[Int($0)] },
            columnScales: active.map { matrix.columnScales[Int($0)] })
        return Block(
            matrix: packed, rows: picked.map { rows[Int($0)] }, columns: active.map { columns[Int($0)] })
    }
}

/// The rows of one node of the division, packed again with the columns they use: walking rows through an index made the
/// products three to six times slower than packing costs.
struct Block: Sendable {
    /// The rows; every column has a cell.
    private(set) var matrix: SparseMatrix

    /// The row of the whole matrix that each row is, ascending.
    private(set) var rows: [UInt32]

    /// The column of the whole matrix that each column is, ascending.
    let columns: [UInt32]

    /// The sum of the rows, one entry per column of the block.
    let sums: [Double]

    /// How many rows the rows stand for.
    let weight: Double

    /// The sum of the rows' squared lengths.
    let squares: Double

    /// The block of all rows.
    init(whole matrix: consuming SparseMatrix) {
        let rows = (0..<UInt32(matrix.rowCount)).map { $0 }
        let columns = (0..<UInt32(matrix.columnCount)).map { $0 }
        self.init(packing: consume matrix, rows: rows, columns)
    }

    /// The block of a matrix whose columns stand for `columns`; empty columns are left out.
    private init(packing matrix: consuming SparseMatrix, rows: [UInt32], _ columns: [UInt32]) {
        let active = matrix.compactColumns()
        self.columns = active.count == columns.count ? columns : active.map { columns[Int($0)] }
        self.rows = rows
        sums = matrix.columnSums()
        weight = matrix.totalWeight
        squares = matrix.squares()
        self.matrix = consume matrix
    }

    /// The sum of the rows, on the columns of the whole matrix.
    var sum: SparseVector { SparseVector(columns: columns, values: sums) }

    /// One block per group; every row goes to the block of its group, in its order. The block is empty
    /// afterwards.
    ///
    /// Memory: the largest group stays where it is and closes up, so that the others are all that is copied.
    ///
    /// - Complexity: O(cells + rows + columns of the groups).
    mutating func split(by groupOfRow: [UInt32], groups: Int) -> [Block] {
        // Taken out of the block, so that nobody else holds it and it is changed where it lies.
        var whole = SparseMatrix(columnCount: 0, rows: [])
        swap(&whole, &matrix)
        var rowsOfGroup = [[UInt32]](repeating: [], count: groups)
        var cellCounts = [Int](repeating: 0, count: groups)
        for (row, group) in groupOfRow.enumerated() {
            rowsOfGroup[Int(group)].append(UInt32(row))
            cellCounts[Int(group)] += whole.starts[row + 1] - whole.starts[row]
        }
        let largest = cellCounts.indices.max { cellCounts[$0] < cellCounts[$1] } ?? 0
        var blocks: [Block] = []
        for group in 0..<groups where group != largest {
            blocks.append(
                Block(packing: whole.selecting(rows: rowsOfGroup[group]), rows: rows(rowsOfGroup[group]), columns))
        }
        whole.keep(rows: rowsOfGroup[largest])
        blocks.insert(Block(packing: whole, rows: rows(rowsOfGroup[largest]), columns), at: largest)
        rows = []
        return blocks
    }

    private func rows(_ picked: [UInt32]) -> [UInt32] { picked.map { rows[Int($0)] } }
}

extension SparseMatrix {
    /// Takes rows one by one.
    struct Builder {
        private(set) var starts: [Int] = [0]
        private(set) var columns: [UInt32] = []
        private(set) var values: [Float] = []
        private(set) var weights: [Double] = []
        private var columnBound = 0

        init(cellsExpected: Int = 0, rowsExpected: Int = 0) {
            starts.reserveCapacity(rowsExpected + 1)
            columns.reserveCapacity(cellsExpected)
            values.reserveCapacity(cellsExpected)
            weights.reserveCapacity(rowsExpected)
        }

        /// Appends a row: cells in any order, those of one column added up, zeros dropped.
        mutating func append(_ row: [(column: UInt32, value: Float)], weight: Double) {
            let first = columns.count
            for cell in row.sorted(by: { $0.column < $1.column }) {
                if columns.count > first, columns[columns.count - 1] == cell.column {
                    values[values.count - 1] += cell.value
                } else {
                    dropLastIfZero(after: first)
                    columns.append(cell.column)
                    values.append(cell.value)
                }
            }
            dropLastIfZero(after: first)
            if columns.count > first { columnBound = max(columnBound, Int(columns[columns.count - 1]) + 1) }
            starts.append(columns.count)
            weights.append(weight)
        }

        private mutating func dropLastIfZero(after first: Int) {
            guard columns.count > first, values[values.count - 1] == 0 else { return }
            columns.removeLast()
            values.removeLast()
        }

        consuming func matrix(columnCount: Int) -> SparseMatrix {
            let width = max(columnCount, columnBound)
            return SparseMatrix(
                starts: starts, columns: columns, values: values, weights: weights,
                rowScales: [Double](repeating: 1, count: weights.count),
                columnScales: [Double](repeating: 1, count: width))
        }
    }
}

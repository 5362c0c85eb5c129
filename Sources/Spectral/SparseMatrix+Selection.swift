extension SparseMatrix {
    /// The rows given, in that order, packed anew.
    ///
    /// - Complexity: O(cells of the rows + columns).
    public func selecting(rows: some Collection<UInt32>) -> SparseMatrix {
        var result = SparseMatrix(
            columnCount: columnCount, starts: [0], columns: [], values: [], weights: [], rowScales: [],
            columnScales: columnScales)
        let cellCount = rows.reduce(0) { $0 + starts[Int($1) + 1] - starts[Int($1)] }
        result.starts.reserveCapacity(rows.count + 1)
        result.weights.reserveCapacity(rows.count)
        result.rowScales.reserveCapacity(rows.count)
        result.columns.reserveCapacity(cellCount)
        result.values.reserveCapacity(cellCount)
        for row in rows {
            let cells = starts[Int(row)]..<starts[Int(row) + 1]
            result.columns.append(contentsOf: columns[cells])
            result.values.append(contentsOf: values[cells])
            result.starts.append(result.columns.count)
            result.weights.append(weights[Int(row)])
            result.rowScales.append(rowScales[Int(row)])
        }
        return result
    }

    /// The matrix without its empty columns, and the column of this matrix that each column of it was.
    ///
    /// - Complexity: O(cells + columns).
    public consuming func compactingColumns() -> (matrix: SparseMatrix, columnOfInput: [UInt32]) {
        var isActive = [Bool](repeating: false, count: columnCount)
        for column in columns { isActive[Int(column)] = true }
        let active = isActive.indices.lazy.filter { isActive[$0] }.map { UInt32($0) }
        let columnOfInput = Array(active)
        guard columnOfInput.count < columnCount else { return (self, columnOfInput) }
        var newColumn = [UInt32](repeating: 0, count: columnCount)
        for (new, old) in columnOfInput.enumerated() { newColumn[Int(old)] = UInt32(new) }
        var moved = columns
        for cell in moved.indices { moved[cell] = newColumn[Int(moved[cell])] }
        let scales = columnOfInput.map { columnScales[Int($0)] }
        let matrix = SparseMatrix(
            columnCount: columnOfInput.count, starts: starts, columns: moved, values: values, weights: weights,
            rowScales: rowScales, columnScales: scales)
        return (matrix, columnOfInput)
    }

    /// The matrix with its rare columns added up in buckets, for data too wide to cluster column by column, and the
    /// column that each column became.
    ///
    /// The `kept` columns with the largest sums stay as they are, in their order, equal sums by lower column; every
    /// other column is added to one of `buckets` columns behind them. Buckets are unsigned sums, since conductance
    /// needs cells of at least 0. Column factors are worked into the values. Rows are not unit any more.
    ///
    /// - Parameters:
    ///   - kept: how many columns stay.
    ///   - buckets: how many buckets the others share, at least 1.
    ///   - key: a lasting name of a column, such as a hash of its domain, so that a bucket means the same in the next
    ///     window; the column's number by default.
    /// - Complexity: O(cells · log(cells of a row) + columns · log columns).
    public func hashingTail(
        keeping kept: Int, buckets: Int, key: (UInt32) -> UInt64 = { UInt64($0) }
    ) -> (matrix: SparseMatrix, columnOfInput: [UInt32]) {
        guard columnCount > kept else { return (self, (0..<UInt32(columnCount)).map { $0 }) }
        let sums = columnSums()
        let ranked = (0..<columnCount).sorted { (sums[$1], $0) < (sums[$0], $1) }
        let staying = ranked.prefix(max(kept, 0)).sorted()
        var newColumn = (0..<columnCount).map { column -> UInt32 in
            UInt32(staying.count) + UInt32(Self.mixed(key(UInt32(column))) % UInt64(max(buckets, 1)))
        }
        for (new, old) in staying.enumerated() { newColumn[old] = UInt32(new) }
        var builder = Builder(cellsExpected: nonzeroCount, rowsExpected: rowCount)
        for row in 0..<rowCount {
            let cells = (starts[row]..<starts[row + 1]).map { cell in
                (
                    column: newColumn[Int(columns[cell])],
                    value: Float(rowScales[row] * Double(values[cell]) * columnScales[Int(columns[cell])])
                )
            }
            builder.append(cells, weight: weights[row])
        }
        return (builder.matrix(columnCount: staying.count + max(buckets, 1)), newColumn)
    }

    /// The finaliser of SplitMix64: neighbouring keys fall into unrelated buckets.
    private static func mixed(_ key: UInt64) -> UInt64 {
        var bits = key &+ 0x9e37_79b9_7f4a_7c15
        bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
        return bits ^ (bits >> 31)
    }
}

extension SparseMatrix {
    /// The given rows, in that order, packed into a new matrix.
    ///
    /// - Complexity: O(cells of the rows + columns).
    public func selecting(rows: some Collection<UInt32>) -> SparseMatrix {
        var result = SparseMatrix(
            starts: [0], columns: [], values: [], weights: [], rowScales: [],
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

    /// Drops all rows but those given, in place; `rows` ascend.
    ///
    /// - Complexity: O(cells).
    mutating func keep(rows: [UInt32]) {
        var end = 0
        for (new, row) in rows.enumerated() {
            let old = Int(row)
            for cell in starts[old]..<starts[old + 1] {
                columns[end] = columns[cell]
                values[end] = values[cell]
                end += 1
            }
            // The old starts are still needed for rows behind this one only.
            starts[new] = end
            weights[new] = weights[old]
            rowScales[new] = rowScales[old]
        }
        // So far starts[i] is where row i ends.
        starts.removeLast(starts.count - rows.count)
        starts.insert(0, at: 0)
        columns.removeLast(columns.count - end)
        values.removeLast(values.count - end)
        weights.removeLast(weights.count - rows.count)
        rowScales.removeLast(rowScales.count - rows.count)
        // An array does not give back what it no longer needs: a copy does. One at a time, so that little is held twice.
        guard 4 * columns.capacity > 5 * columns.count else { return }
        starts = starts.map { $0 }
        columns = columns.map { $0 }
        values = values.map { $0 }
        weights = weights.map { $0 }
        rowScales = rowScales.map { $0 }
    }

    /// Leaves empty columns out, in place.
    ///
    /// - Returns: the column that each column was.
    /// - Complexity: O(cells + columns).
    mutating func compactColumns() -> [UInt32] {
        var newColumns = [UInt32](repeating: 0, count: columnCount)
        for column in columns { newColumns[Int(column)] = 1 }
        var active: [UInt32] = []
        for column in newColumns.indices where newColumns[column] == 1 {
            newColumns[column] = UInt32(active.count)
            active.append(UInt32(column))
        }
        guard active.count < columnCount else { return active }
        for cell in columns.indices { columns[cell] = newColumns[Int(columns[cell])] }
        columnScales = active.map { columnScales[Int($0)] }
        return active
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
            UInt32(staying.count) + UInt32(SplitMix64.hash(of: key(UInt32(column))) % UInt64(max(buckets, 1)))
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
}

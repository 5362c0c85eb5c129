/// Takes rows one by one and stores equal rows once: what never exists unfolded needs no memory.
public struct RowFolder: Sendable {
    private let columnCount: Int
    private let columnScales: [Double]
    private var starts: [Int] = [0]
    private var columns: [UInt32] = []
    private var values: [Float] = []
    private var weights: [Double] = []
    private var rowScales: [Double] = []

    /// Nothing but time depends on it: without knowing it nobody can choose rows that all fall into one slot.
    private let seed = UInt64.random(in: .min ... .max)

    /// Open addressing: the row number plus 1, or 0. A power of two, at most half full.
    private var slots = [UInt32](repeating: 0, count: 64)

    /// A folder for rows of `columnCount` columns; `columnScales` are the factors of the columns, 1 where missing.
    public init(columnCount: Int, columnScales: [Double]? = nil) {
        self.columnCount = columnCount
        var scales = [Double](repeating: 1, count: columnCount)
        for (column, scale) in (columnScales ?? []).prefix(columnCount).enumerated() { scales[column] = scale }
        self.columnScales = scales
    }

    /// How many different rows have been seen.
    public var rowCount: Int { weights.count }

    /// Takes a row of unit length in the direction of `values`.
    ///
    /// - Parameters:
    ///   - columns: the columns of the row's cells, ascending, none twice and each below the column count.
    ///   - values: the cells, above 0.
    ///   - weight: how often the row occurs.
    /// - Returns: the row it is stored as.
    /// - Complexity: O(cells of the row) expected, amortised.
    public mutating func appendUnit(
        _ columns: ArraySlice<UInt32>, _ values: ArraySlice<Float>, weight: Double = 1
    ) -> UInt32 {
        let divisor = SparseMatrix.commonDivisor(of: values)
        let direction = divisor == 1 ? values : values.map { $0 / divisor }[...]
        var square = 0.0
        for (column, value) in zip(columns, direction) {
            let cell = Double(value) * columnScales[Int(column)]
            square += cell * cell
        }
        return append(columns, direction, scale: square > 0 ? 1 / square.squareRoot() : 1, weight: weight)
    }

    /// Takes a row as it is: `scale` times `values`, `weight` times.
    ///
    /// - Returns: the row it is stored as.
    public mutating func append(
        _ columns: ArraySlice<UInt32>, _ values: ArraySlice<Float>, scale: Double, weight: Double
    ) -> UInt32 {
        var slot = hash(columns, values, scale) & (slots.count - 1)
        while slots[slot] != 0 {
            let row = Int(slots[slot]) - 1
            if rowScales[row] == scale, isRow(row, columns, values) {
                weights[row] += weight
                return UInt32(row)
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        self.columns.append(contentsOf: columns)
        self.values.append(contentsOf: values)
        starts.append(self.columns.count)
        weights.append(weight)
        rowScales.append(scale)
        slots[slot] = UInt32(weights.count)
        if weights.count * 2 > slots.count { grow() }
        return UInt32(weights.count - 1)
    }

    /// The matrix of the rows taken.
    public consuming func finished() -> SparseMatrix {
        SparseMatrix(
            starts: starts, columns: columns, values: values, weights: weights,
            rowScales: rowScales, columnScales: columnScales)
    }

    private func isRow(_ row: Int, _ otherColumns: ArraySlice<UInt32>, _ otherValues: ArraySlice<Float>) -> Bool {
        let start = starts[row]
        guard starts[row + 1] - start == otherColumns.count else { return false }
        let columnShift = otherColumns.startIndex - start
        let valueShift = otherValues.startIndex - start
        for cell in start..<starts[row + 1]
        where columns[cell] != otherColumns[cell + columnShift]
            || values[cell].bitPattern != otherValues[cell + valueShift].bitPattern
        {
            return false
        }
        return true
    }

    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: slots.count * 2)
        for row in 0..<weights.count {
            let cells = starts[row]..<starts[row + 1]
            var slot = hash(columns[cells], values[cells], rowScales[row]) & (slots.count - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = UInt32(row + 1)
        }
    }

    private func hash(_ columns: ArraySlice<UInt32>, _ values: ArraySlice<Float>, _ scale: Double) -> Int {
        var state = scale.bitPattern ^ seed
        let shift = values.startIndex - columns.startIndex
        for cell in columns.indices {
            let word = UInt64(columns[cell]) << 32 | UInt64(values[cell + shift].bitPattern)
            state = (state ^ word) &* 0xbf58_476d_1ce4_e5b9
            state ^= state >> 29
        }
        state = (state ^ (state >> 32)) &* 0x94d0_49bb_1331_11eb
        return Int(truncatingIfNeeded: state ^ (state >> 31))
    }
}

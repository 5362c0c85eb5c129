/// Rows of non-negative numbers, few of them not 0, each standing for `weight` equal rows.
///
/// Compressed sparse rows: the cell of row i and column j is `rowScale(i) · value · columnScale(j)`. Values are stored
/// in 32 bits, as counts are exact there; the two scales are stored in 64 bits, so that unit rows and column weights
/// lose nothing and cost no copy of the cells. A row costs 24 bytes and a cell 8.
public struct SparseMatrix: Sendable {
    /// How many columns there are, empty ones included.
    public var columnCount: Int { columnScales.count }

    /// Where the cells of each row begin; one entry more than rows.
    var starts: [Int]

    /// The column of each cell, ascending within a row.
    var columns: [UInt32]

    /// The stored value of each cell, never 0.
    var values: [Float]

    /// How many equal rows each row stands for.
    public internal(set) var weights: [Double]

    /// The factor of each row.
    var rowScales: [Double]

    /// The factor of each column.
    public internal(set) var columnScales: [Double]

    init(
        starts: [Int], columns: [UInt32], values: [Float], weights: [Double], rowScales: [Double],
        columnScales: [Double]
    ) {
        self.starts = starts
        self.columns = columns
        self.values = values
        self.weights = weights
        self.rowScales = rowScales
        self.columnScales = columnScales
    }

    /// A matrix of the cells given.
    ///
    /// Cells of one row may come in any order; those of one column are added up and zeros are dropped. NaN, infinite
    /// and negative cells are kept, and refused when the matrix is clustered. Rows without a weight weigh 1.
    ///
    /// - Parameters:
    ///   - columnCount: the number of columns; more are made if a cell lies beyond.
    ///   - rows: the cells of each row.
    ///   - weights: how many equal rows each row stands for.
    /// - Complexity: O(cells · log(cells of a row)).
    public init(columnCount: Int, rows: [[(column: UInt32, value: Float)]], weights: [Double]? = nil) {
        var builder = Builder(cellsExpected: rows.reduce(0) { $0 + $1.count }, rowsExpected: rows.count)
        for (index, row) in rows.enumerated() {
            builder.append(row, weight: weights.flatMap { index < $0.count ? $0[index] : nil } ?? 1)
        }
        self = builder.matrix(columnCount: columnCount)
    }

    /// How many rows are stored.
    public var rowCount: Int { weights.count }

    /// How many cells are stored.
    public var nonzeroCount: Int { values.count }

    /// How many rows the stored rows stand for.
    public var totalWeight: Double { weights.reduce(0, +) }

    /// What the matrix takes in memory, in bytes.
    public var byteCount: Int {
        starts.count * MemoryLayout<Int>.stride + columns.count * MemoryLayout<UInt32>.stride
            + values.count * MemoryLayout<Float>.stride
            + (weights.count + rowScales.count + columnScales.count) * MemoryLayout<Double>.stride
    }

    /// The columns of row `index`, ascending, and its cells in them, scales applied.
    ///
    /// - Complexity: O(cells of the row).
    public func row(_ index: Int) -> (columns: ArraySlice<UInt32>, values: ArraySlice<Float>) {
        let cells = starts[index]..<starts[index + 1]
        let scale = rowScales[index]
        let scaled = cells.map { Float(scale * Double(values[$0]) * columnScales[Int(columns[$0])]) }
        return (columns[cells], scaled[...])
    }

    /// The cells of row `index` as they are stored: without the scales of row and columns.
    public func storedRow(_ index: Int) -> (columns: ArraySlice<UInt32>, values: ArraySlice<Float>) {
        let cells = starts[index]..<starts[index + 1]
        return (columns[cells], values[cells])
    }

    /// The sum of all rows, each as often as it counts: one entry per column.
    ///
    /// - Complexity: O(cells + columns).
    public func columnSums() -> [Double] {
        var sums = [Double](repeating: 0, count: columnCount)
        for row in 0..<rowCount {
            let factor = weights[row] * rowScales[row]
            for cell in starts[row]..<starts[row + 1] { sums[Int(columns[cell])] += factor * Double(values[cell]) }
        }
        for column in 0..<columnCount { sums[column] *= columnScales[column] }
        return sums
    }

    /// The sum of the squared lengths of all rows, each as often as it counts.
    ///
    /// - Complexity: O(cells).
    func squares() -> Double {
        var sum = 0.0
        for row in 0..<rowCount {
            var square = 0.0
            for cell in starts[row]..<starts[row + 1] {
                let value = Double(values[cell]) * columnScales[Int(columns[cell])]
                square += value * value
            }
            sum += square * weights[row] * rowScales[row] * rowScales[row]
        }
        return sum
    }

    /// Refuses cells that are negative, infinite or no number, and rows that stand for nothing.
    ///
    /// - Throws: `SpectralError` for the first such cell or row.
    /// - Complexity: O(cells).
    public func validate() throws(SpectralError) {
        for row in 0..<rowCount {
            for cell in starts[row]..<starts[row + 1] {
                let value = Double(values[cell]) * columnScales[Int(columns[cell])]
                guard value.isFinite else { throw .notFinite(row: row, column: Int(columns[cell])) }
                guard value >= 0 else { throw .negative(row: row, column: Int(columns[cell])) }
            }
            guard weights[row] > 0, weights[row].isFinite, rowScales[row] > 0, rowScales[row].isFinite else {
                throw .badWeight(row: row)
            }
        }
    }
}

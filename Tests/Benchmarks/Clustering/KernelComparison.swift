import Seeded
import Spectral

/// The product with the rows, the innermost loop of all, as it is in C++ and written in Swift twice.
enum KernelComparison {
    private struct Rows {
        var starts = [0]
        var columns: [UInt32] = []
        var values: [Float] = []
        var factors: [Double] = []
    }

    static func run(rows: Int, columns: Int) {
        var generator = CampaignGenerator(columns: columns, campaigns: max(24, columns / 5), seed: 42)
        var matrixRows: [[(column: UInt32, value: Float)]] = []
        var row: [UInt32] = []
        for _ in 0..<rows {
            generator.next(into: &row)
            if row.count > 1 { matrixRows.append(row.map { ($0, 1) }) }
        }
        let matrix = SparseMatrix(columnCount: columns, rows: matrixRows).withUnitRows().folded().matrix
        let columnOperator = ColumnOperator(matrix)
        var stored = Rows()
        let masses = columnOperator.rowMasses()
        for index in 0..<matrix.rowCount {
            let (cells, values) = matrix.storedRow(index)
            stored.columns += cells
            stored.values += values
            stored.starts.append(stored.columns.count)
            stored.factors.append(matrix.weights[index] / (Double(cells.count) * masses[index]))
        }
        let vector = (0..<columns).map { 1 + Double($0 % 7) }

        let cpp = nanoseconds(cells: matrix.nonzeroCount) { columnOperator.multiply(vector) }
        let arrays = nanoseconds(cells: matrix.nonzeroCount) { multiplyWithArrays(stored, vector) }
        let spans = nanoseconds(cells: matrix.nonzeroCount) { multiplyWithSpans(stored, vector) }
        print("| product with \(matrix.rowCount) rows, \(matrix.nonzeroCount) cells | ns a cell |")
        print("|:--|--:|")
        print("| C++ | \(decimal(cpp, 2)) |")
        print("| Swift, Array | \(decimal(arrays, 2)) |")
        print("| Swift, Span | \(decimal(spans, 2)) |")
    }

    private static func nanoseconds(cells: Int, _ product: () -> [Double]) -> Double {
        var best = Double.infinity
        var check = 0.0
        for _ in 0..<30 {
            let start = ProcessCosts.processorSeconds()
            check += product()[0]
            best = min(best, ProcessCosts.processorSeconds() - start)
        }
        precondition(check.isFinite)
        return best * 1e9 / Double(cells)
    }

    private static func multiplyWithArrays(_ rows: Rows, _ vector: [Double]) -> [Double] {
        var result = [Double](repeating: 0, count: vector.count)
        for row in rows.factors.indices {
            let cells = rows.starts[row]..<rows.starts[row + 1]
            var product = 0.0
            for cell in cells { product += Double(rows.values[cell]) * vector[Int(rows.columns[cell])] }
            product *= rows.factors[row]
            for cell in cells { result[Int(rows.columns[cell])] += Double(rows.values[cell]) * product }
        }
        return result
    }

    private static func multiplyWithSpans(_ rows: Rows, _ vector: [Double]) -> [Double] {
        var result = [Double](repeating: 0, count: vector.count)
        var out = result.mutableSpan
        let (starts, columns, values) = (rows.starts.span, rows.columns.span, rows.values.span)
        let (factors, entries) = (rows.factors.span, vector.span)
        for row in 0..<factors.count {
            let cells = starts[row]..<starts[row + 1]
            var product = 0.0
            for cell in cells { product += Double(values[cell]) * entries[Int(columns[cell])] }
            product *= factors[row]
            for cell in cells { out[Int(columns[cell])] += Double(values[cell]) * product }
        }
        return result
    }
}

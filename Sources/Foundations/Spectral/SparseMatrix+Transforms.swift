private import Glibc

extension SparseMatrix {
    /// The same rows with unit length, so that the product of two rows is their cosine.
    ///
    /// Rows of whole numbers lose their common divisor and others get the largest value 1, so that multiples of one row
    /// become equal, bit for bit, and fold. Rows without cells stay empty.
    ///
    /// - Complexity: O(cells).
    public func withUnitRows() -> SparseMatrix {
        var result = self
        for row in 0..<rowCount {
            let cells = starts[row]..<starts[row + 1]
            guard !cells.isEmpty else { continue }
            let divisor = Self.commonDivisor(of: values[cells])
            var square = 0.0
            for cell in cells {
                if divisor != 1 { result.values[cell] = values[cell] / divisor }
                let value = Double(result.values[cell]) * columnScales[Int(columns[cell])]
                square += value * value
            }
            result.rowScales[row] = square > 0 ? 1 / square.squareRoot() : 1
        }
        return result
    }

    /// The greatest common divisor of whole numbers that 32 bits hold exactly; else the largest value. Division is
    /// correctly rounded, so that multiples of one row come out equal in either case.
    static func commonDivisor(of values: ArraySlice<Float>) -> Float {
        var divisor: UInt32 = 0
        for value in values {
            guard value >= 1, value <= 16_777_216, value == value.rounded(.towardZero) else {
                return largest(of: values)
            }
            var (a, b) = (divisor, UInt32(value))
            while b != 0 { (a, b) = (b, a % b) }
            divisor = a
        }
        return Float(divisor)
    }

    private static func largest(of values: ArraySlice<Float>) -> Float {
        let largest = values.reduce(0, max)
        return largest > 0 && largest.isFinite ? largest : 1
    }

    /// The same cells with every stored value replaced; the scales stay as they are.
    ///
    /// - Complexity: O(cells).
    public func mapValues(_ transform: (Float) -> Float) -> SparseMatrix {
        var result = self
        for cell in result.values.indices { result.values[cell] = transform(result.values[cell]) }
        return result
    }

    /// log(1 + value) in place of each stored value: a sender's volume counts less than the variety of its targets.
    public func logarithmic() -> SparseMatrix {
        mapValues { Float(log1p(Double($0))) }
    }

    /// The same rows with column j multiplied by `factors[j]`.
    ///
    /// Call it before `withUnitRows`, which makes rows unit with the columns' factors applied. Factors that are missing
    /// count as 1.
    public func weightedColumns(_ factors: [Double]) -> SparseMatrix {
        var result = self
        for column in 0..<min(columnCount, factors.count) { result.columnScales[column] *= factors[column] }
        return result
    }

    /// 1/√(column sum): with these weights and rows that are *not* unit, the clustering is bipartite spectral
    /// co-clustering (Dhillon 2001). Columns without cells get 1.
    public func inverseRootColumnSums() -> [Double] {
        columnSums().map { $0 > 0 ? 1 / $0.squareRoot() : 1 }
    }
}

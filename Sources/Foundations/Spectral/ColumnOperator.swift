private import CSpectra

/// The operator B = Aᵀ R⁻¹ A on the columns of a matrix A whose rows and columns all have cells.
///
/// R = diag(ρ), ρ = A Aᵀ 1, every row as often as it counts. B is symmetric and positive semi-definite; its largest
/// eigenvalue is 1 with the column sums s = Aᵀ 1 as eigenvector. If u is the second eigenvector, the second eigenvector
/// of the similarity matrix A Aᵀ, normalised by R, is D⁻¹ A u: nothing as long as the rows is ever iterated (Cheng,
/// Kannan, Vempala, Wang, *A divide-and-merge methodology for clustering*, TODS 31(4) 2006).
public struct ColumnOperator: Sendable {
    /// How B is applied.
    enum Form: Sendable {
        /// As two products with A; the factor is that of each row, weight · scale² / ρ.
        case rows(factors: [Double])
        /// As the upper triangle of B, row by row.
        case triangle([Double])
    }

    let matrix: SparseMatrix
    private(set) var form: Form

    /// s, the column sums.
    public let columnSums: [Double]

    /// s/|s|, the eigenvector of eigenvalue 1.
    public let direction: [Double]

    /// ρ of each row: its similarity with all rows together.
    ///
    /// - Complexity: O(cells).
    public func rowMasses() -> [Double] { matrix.products(with: columnSums) }

    /// How many columns there are.
    public var dimension: Int { matrix.columnCount }

    /// The operator of a matrix.
    ///
    /// - Parameters:
    ///   - matrix: non-negative, without empty rows and without empty columns.
    ///   - columnSums: its column sums, if they are known.
    /// - Complexity: O(cells); O(squares of the rows' cells) if the triangle of B is formed, which is done where it is no
    ///   larger than the cells of the matrix, or small.
    public init(_ matrix: SparseMatrix, columnSums: [Double]? = nil) {
        self.init(matrix, columnSums: columnSums, formsTriangle: Self.formsTriangle(of: matrix))
    }

    init(_ matrix: SparseMatrix, columnSums: [Double]? = nil, formsTriangle: Bool) {
        self.matrix = matrix
        let sums = columnSums ?? matrix.columnSums()
        self.columnSums = sums
        let norm = sums.reduce(0) { $0 + $1 * $1 }.squareRoot()
        direction = sums.map { $0 / norm }
        var factors = matrix.products(with: sums)
        for row in factors.indices {
            factors[row] = matrix.weights[row] * matrix.rowScales[row] * matrix.rowScales[row] / factors[row]
        }
        guard formsTriangle else {
            form = .rows(factors: factors)
            return
        }
        let size = matrix.columnCount * (matrix.columnCount + 1) / 2
        form = .triangle(
            unsafe [Double](unsafeUninitializedCapacity: size) { buffer, count in
                guard let base = buffer.baseAddress else { return }
                unsafe argot_spectra_gram(
                    matrix.rowCount, matrix.starts, matrix.columns, matrix.values, factors, matrix.columnCount,
                    matrix.columnScales, base)
                count = size
            })
    }

    /// Forming B pays where a product with it reads no more than two with A, and where forming it costs no more than
    /// some dozens of products.
    static func formsTriangle(of matrix: SparseMatrix) -> Bool {
        let size = matrix.columnCount * (matrix.columnCount + 1) / 2
        guard size <= max(matrix.nonzeroCount, 2_080) else { return false }
        var cost = 0
        for row in 0..<matrix.rowCount {
            let cells = matrix.starts[row + 1] - matrix.starts[row]
            cost += cells * (cells + 1) / 2
        }
        return cost <= 64 * matrix.nonzeroCount
    }

    /// B x.
    ///
    /// - Precondition: `vector` has as many entries as there are columns.
    /// - Complexity: O(cells), or O(columns²) where B is formed.
    public func multiply(_ vector: [Double]) -> [Double] {
        precondition(vector.count == dimension, "the vector has \(vector.count) entries, the operator \(dimension)")
        var product = [Double](repeating: 0, count: dimension)
        switch form {
        case .rows(let factors):
            _ = unsafe argot_spectra_multiply_rows(
                matrix.rowCount, matrix.starts, matrix.columns, matrix.values, factors, dimension,
                matrix.columnScales, vector, &product)
        case .triangle(let triangle):
            unsafe argot_spectra_multiply_gram(dimension, triangle, vector, &product)
        }
        return product
    }

    /// P B P x, P the projection across s: B without its eigenvalue 1.
    public func multiplyDeflated(_ vector: [Double]) -> [Double] {
        projected(multiply(projected(vector)))
    }

    /// The part of a vector across s.
    public func projected(_ vector: [Double]) -> [Double] {
        let along = zip(direction, vector).reduce(0) { $0 + $1.0 * $1.1 }
        return zip(direction, vector).map { $1 - along * $0 }
    }

    /// |B u − λ u|, the measure of an eigenpair; u is taken as it is.
    public func residual(of pair: Eigenpair) -> Double {
        let product = multiplyDeflated(pair.vector)
        return zip(product, pair.vector).reduce(0) { sum, entry in
            let difference = entry.0 - pair.value * entry.1
            return sum + difference * difference
        }.squareRoot()
    }
}

extension SparseMatrix {
    /// The product of each row with a vector.
    ///
    /// - Complexity: O(cells).
    func products(with vector: [Double]) -> [Double] {
        let scaled = zip(vector, columnScales).map { $0 * $1 }
        var products = [Double](repeating: 0, count: rowCount)
        for row in 0..<rowCount {
            var product = 0.0
            for cell in starts[row]..<starts[row + 1] { product += Double(values[cell]) * scaled[Int(columns[cell])] }
            products[row] = product * rowScales[row]
        }
        return products
    }
}

extension ColumnOperator {
    /// Lets go of what only products need.
    mutating func dropForm() { form = .rows(factors: []) }
}

private import CSpectra

/// Spectra's implicitly restarted Lanczos method, and the dense solver where there are few columns.
///
/// Re-entrant and deterministic: the start vector is fixed. If the method does not converge at the tolerance asked for,
/// as happens where many eigenvalues crowd at 1, the dense solver takes over for at most 512 columns; beyond, the
/// tolerance is relaxed by a factor of 100 until it converges. A cut remains exact in its conductance in any case: a
/// poorer vector only means a poorer order of rows.
public struct SpectraSolver: SecondEigensolver {
    /// The residual at which an eigenpair counts as found, relative to the eigenvalue.
    public var tolerance: Double

    /// Up to how many columns the dense solver is used at once.
    public var denseLimit: Int

    /// How many vectors the Lanczos basis holds.
    public var basis: Int

    /// How often the basis is restarted before the tolerance is relaxed.
    public var restarts: Int

    /// A solver; the defaults suit matrices of some hundred to some thousand columns.
    public init(tolerance: Double = 1e-8, denseLimit: Int = 24, basis: Int = 20, restarts: Int = 40) {
        self.tolerance = tolerance
        self.denseLimit = denseLimit
        self.basis = basis
        self.restarts = restarts
    }

    /// The largest eigenpair of the deflated operator.
    public func secondEigenpair(of columnOperator: ColumnOperator) throws(SpectralError) -> Eigenpair {
        if columnOperator.dimension <= max(denseLimit, 3) {
            return try DenseSolver().secondEigenpair(of: columnOperator)
        }
        var tolerance = tolerance
        var total = 0
        var vector = Self.startVector(count: columnOperator.dimension)
        while true {
            let (status, value, products) = iterate(columnOperator, from: &vector, tolerance: tolerance)
            total += products
            switch status {
            case ARGOT_SPECTRA_DONE:
                return Eigenpair(value: value, vector: vector, products: total)
            case ARGOT_SPECTRA_OUT_OF_MEMORY:
                throw .outOfMemory(columns: columnOperator.dimension)
            default:
                if columnOperator.dimension <= 512 {
                    return try DenseSolver().secondEigenpair(of: columnOperator)
                }
                guard tolerance < 0.1 else { throw .solverFailed(columns: columnOperator.dimension) }
                tolerance *= 100
            }
        }
    }

    private func iterate(
        _ columnOperator: ColumnOperator, from vector: inout [Double], tolerance: Double
    ) -> (status: Int, value: Double, products: Int) {
        let dimension = columnOperator.dimension
        let basis = min(max(basis, 3), dimension)
        var value = 0.0
        var products = 0
        let status: Int32
        switch columnOperator.form {
        case .rows(let factors):
            let matrix = columnOperator.matrix
            status = unsafe argot_spectra_lanczos_rows(
                matrix.rowCount, matrix.starts, matrix.columns, matrix.values, factors, dimension,
                matrix.columnScales, columnOperator.direction, basis, restarts, tolerance, &vector, &value, &products)
        case .triangle(let triangle):
            status = unsafe argot_spectra_lanczos_gram(
                dimension, triangle, columnOperator.direction, basis, restarts, tolerance, &vector, &value, &products)
        }
        return (Int(status), value, products)
    }

    /// Numbers in (−½, ½) without a pattern: no eigenvector is likely to be across them.
    private static func startVector(count: Int) -> [Double] {
        var generator = SplitMix64(seed: 1)
        return (0..<count).map { _ in generator.unit() - 0.5 }
    }
}

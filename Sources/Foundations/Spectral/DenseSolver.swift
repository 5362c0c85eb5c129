private import CSpectra

/// Eigen's dense symmetric solver: forms B and finds all eigenpairs. For few columns, and as a reference.
///
/// Takes O(columns³) time and 24 bytes for each pair of columns.
public struct DenseSolver: SecondEigensolver {
    /// A solver.
    public init() {}

    /// The largest eigenpair of the deflated operator.
    public func secondEigenpair(of columnOperator: ColumnOperator) throws(SpectralError) -> Eigenpair {
        let formed: ColumnOperator
        let triangle: [Double]
        if case .triangle(let entries) = columnOperator.form {
            triangle = entries
        } else {
            formed = ColumnOperator(
                columnOperator.matrix, columnSums: columnOperator.columnSums, formsTriangle: true)
            guard case .triangle(let entries) = formed.form else {
                throw .solverFailed(columns: columnOperator.dimension)
            }
            triangle = entries
        }
        var vector = [Double](repeating: 0, count: columnOperator.dimension)
        var value = 0.0
        let status = unsafe argot_spectra_dense(
            columnOperator.dimension, triangle, columnOperator.direction, &vector, &value)
        switch Int(status) {
        case ARGOT_SPECTRA_DONE: return Eigenpair(value: value, vector: vector)
        case ARGOT_SPECTRA_OUT_OF_MEMORY: throw .outOfMemory(columns: columnOperator.dimension)
        default: throw .solverFailed(columns: columnOperator.dimension)
        }
    }
}

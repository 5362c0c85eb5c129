/// Finds the second eigenvector of a column operator: the largest eigenpair across the column sums.
///
/// A solver must be a pure function of the operator: the same operator gives the same bits, on any thread.
public protocol SecondEigensolver: Sendable {
    /// The largest eigenpair of the deflated operator.
    ///
    /// - Precondition: the operator has at least two columns.
    /// - Throws: `SpectralError.solverFailed` or `.outOfMemory`.
    func secondEigenpair(of columnOperator: ColumnOperator) throws(SpectralError) -> Eigenpair
}

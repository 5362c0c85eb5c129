private import CSpectra

/// The best cut of a matrix along an eigenvector: of all prefixes of the rows in the order of v = (a · u)/ρ, the one of
/// least conductance φ(S, T) = c(S, T) / min(c(S), c(T)).
///
/// Exact by c(S, T) = c(S) − |x|², x the sum of the prefix's rows; equal values of v are taken in row order.
public struct PrefixSweep: Hashable, Sendable {
    /// The conductance of the cut, from 0.
    public let conductance: Double

    /// How many rows the prefix has.
    public let prefix: Int

    /// For each row 1 if it belongs to the prefix, else 0.
    public let side: [UInt8]

    /// Sweeps the rows of an operator's matrix.
    ///
    /// - Parameters:
    ///   - columnOperator: the operator.
    ///   - vector: u, on the columns.
    ///   - minimumShare: the share of all weight that must lie on either side, from 0 to ½.
    /// - Returns: nil if no prefix is admissible.
    /// - Throws: `SpectralError.outOfMemory`.
    /// - Complexity: O(cells + rows), 25 bytes a row.
    public init?(
        _ columnOperator: ColumnOperator, along vector: [Double], minimumShare: Double = 0
    ) throws(SpectralError) {
        let matrix = columnOperator.matrix
        var side = [UInt8](repeating: 0, count: matrix.rowCount)
        var prefix = 0
        var conductance = 0.0
        let status = unsafe argot_spectra_sweep(
            matrix.rowCount, matrix.starts, matrix.columns, matrix.values, matrix.rowScales, matrix.weights,
            matrix.columnCount, matrix.columnScales, columnOperator.columnSums, vector,
            minimumShare * matrix.totalWeight, &side, &prefix, &conductance)
        guard status == ARGOT_SPECTRA_DONE else { throw .outOfMemory(columns: matrix.columnCount) }
        guard prefix > 0 else { return nil }
        self.conductance = conductance
        self.prefix = prefix
        self.side = side
    }
}

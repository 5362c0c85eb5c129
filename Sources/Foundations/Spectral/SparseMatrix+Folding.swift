extension SparseMatrix {
    /// The matrix with equal rows stored once, and the row of it that each row of this one became.
    ///
    /// Exact: the eigenvalues, and the conductance and cost of any set of rows, are those of the unfolded matrix; only
    /// equal rows can no longer be parted. Rows are equal when all their cells and scales are, bit for bit;
    /// `withUnitRows` brings multiples of one row there.
    ///
    /// - Complexity: O(cells) expected.
    public func folded() -> (matrix: SparseMatrix, rowOfInput: [UInt32]) {
        var folder = RowFolder(columnCount: columnCount, columnScales: columnScales)
        var rowOfInput: [UInt32] = []
        rowOfInput.reserveCapacity(rowCount)
        for row in 0..<rowCount {
            let cells = starts[row]..<starts[row + 1]
            rowOfInput.append(
                folder.append(columns[cells], values[cells], scale: rowScales[row], weight: weights[row]))
        }
        return (folder.finished(), rowOfInput)
    }
}

/// Why a matrix was not clustered.
public enum SpectralError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A cell is NaN or infinite; rows and columns count from 0.
    case notFinite(row: Int, column: Int)

    /// A cell is negative: conductance is defined for similarities that are not.
    case negative(row: Int, column: Int)

    /// The multiplicity or the scale of a row is not a positive finite number.
    case badWeight(row: Int)

    /// The caller's cancellation hook said so.
    case cancelled

    /// The numeric library refused a problem of this many active columns.
    case solverFailed(columns: Int)

    /// There was not enough memory for a problem of this many active columns.
    case outOfMemory(columns: Int)

    /// What is wrong and what to do.
    public var description: String {
        switch self {
        case .notFinite(let row, let column):
            "row \(row), column \(column): the cell is not a finite number; leave such cells out"
        case .negative(let row, let column):
            "row \(row), column \(column): the cell is negative; clustering needs counts or weights of at least 0"
        case .badWeight(let row):
            "row \(row): its multiplicity must be a positive finite number; leave out rows that represent nothing"
        case .cancelled:
            "clustering was cancelled"
        case .solverFailed(let columns):
            "no eigenvector could be computed over \(columns) columns; hash rare columns together"
        case .outOfMemory(let columns):
            "not enough memory for an eigenvector over \(columns) columns; hash rare columns together"
        }
    }
}

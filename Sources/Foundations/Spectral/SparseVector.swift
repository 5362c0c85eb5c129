/// A vector most of whose entries are 0.
public struct SparseVector: Hashable, Sendable {
    /// Where the entries are, ascending.
    public let columns: [UInt32]

    /// The entries.
    public let values: [Double]

    init(columns: [UInt32], values: [Double]) {
        self.columns = columns
        self.values = values
    }

    /// The entry at `column`; 0 where nothing is stored.
    ///
    /// - Complexity: O(log entries).
    public subscript(column: Int) -> Double {
        var (low, high) = (0, columns.count)
        while low < high {
            let middle = (low + high) / 2
            if Int(columns[middle]) < column { low = middle + 1 } else { high = middle }
        }
        return low < columns.count && Int(columns[low]) == column ? values[low] : 0
    }

    /// |x|².
    public var squaredNorm: Double { values.reduce(0) { $0 + $1 * $1 } }

    /// All entries up to `count`.
    public func dense(count: Int) -> [Double] {
        var entries = [Double](repeating: 0, count: count)
        for (column, value) in zip(columns, values) where Int(column) < count { entries[Int(column)] = value }
        return entries
    }

    /// x · y.
    ///
    /// - Complexity: O(entries of both).
    public func dot(_ other: SparseVector) -> Double {
        var (mine, theirs, sum) = (0, 0, 0.0)
        while mine < columns.count, theirs < other.columns.count {
            if columns[mine] < other.columns[theirs] {
                mine += 1
            } else if columns[mine] > other.columns[theirs] {
                theirs += 1
            } else {
                sum += values[mine] * other.values[theirs]
                mine += 1
                theirs += 1
            }
        }
        return sum
    }

    /// x + y.
    ///
    /// - Complexity: O(entries of both).
    public static func + (left: SparseVector, right: SparseVector) -> SparseVector {
        var columns: [UInt32] = []
        var values: [Double] = []
        columns.reserveCapacity(max(left.columns.count, right.columns.count))
        values.reserveCapacity(max(left.columns.count, right.columns.count))
        var (l, r) = (0, 0)
        while l < left.columns.count || r < right.columns.count {
            let leftColumn = l < left.columns.count ? left.columns[l] : .max
            let rightColumn = r < right.columns.count ? right.columns[r] : .max
            let column = min(leftColumn, rightColumn)
            var value = 0.0
            if leftColumn == column {
                value += left.values[l]
                l += 1
            }
            if rightColumn == column {
                value += right.values[r]
                r += 1
            }
            columns.append(column)
            values.append(value)
        }
        return SparseVector(columns: columns, values: values)
    }
}

extension SparseMatrix {
    /// The connected components of the rows, two rows being connected if they share a column, found by union-find.
    ///
    /// Components are numbered by their first row. All rows without cells make one component.
    ///
    /// - Complexity: O(cells + columns), nearly.
    public func components() -> (count: Int, componentOfRow: [UInt32]) {
        var parents = (0..<UInt32(columnCount)).map { $0 }
        func root(of column: UInt32) -> Int {
            var node = Int(column)
            while parents[node] != UInt32(node) {
                parents[node] = parents[Int(parents[node])]
                node = Int(parents[node])
            }
            return node
        }
        for row in 0..<rowCount {
            let cells = starts[row]..<starts[row + 1]
            guard cells.count > 1 else { continue }
            var first = root(of: columns[cells.lowerBound])
            for cell in cells.dropFirst() {
                let other = root(of: columns[cell])
                guard other != first else { continue }
                parents[max(first, other)] = UInt32(min(first, other))
                first = min(first, other)
            }
        }
        // The last entry is for rows without cells.
        var numbers = [UInt32](repeating: .max, count: columnCount + 1)
        var count = 0
        var componentOfRow = [UInt32](repeating: 0, count: rowCount)
        for row in 0..<rowCount {
            let representative = starts[row] < starts[row + 1] ? root(of: columns[starts[row]]) : columnCount
            if numbers[representative] == .max {
                numbers[representative] = UInt32(count)
                count += 1
            }
            componentOfRow[row] = numbers[representative]
        }
        return (count, componentOfRow)
    }

    /// Whether all rows are equal, scales included.
    ///
    /// - Complexity: O(cells), mostly less.
    func hasEqualRowsOnly() -> Bool {
        guard rowCount > 1 else { return true }
        let first = 0..<starts[1]
        for row in 1..<rowCount {
            let start = starts[row]
            guard starts[row + 1] - start == first.count, rowScales[row] == rowScales[0] else { return false }
            for cell in first where columns[start + cell] != columns[cell] || values[start + cell] != values[cell] {
                return false
            }
        }
        return true
    }
}

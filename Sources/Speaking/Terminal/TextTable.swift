import SMTP

/// Rows in aligned columns, below their header.
package struct TextTable {
    /// Where the cells of a column stand.
    package enum Alignment {
        /// All at the left; the last column is as long as it is.
        case left

        /// The first column at the left, the others, which are numbers, at the right.
        case numbers
    }

    /// The lines, the header's first. What steers a terminal is escaped in the cells.
    package let lines: [String]

    /// Lays out rows that are as long as the header.
    package init(_ header: [String], _ rows: [[String]], _ alignment: Alignment = .left) {
        let all = [header] + rows.map { $0.map { PrintableText($0).description } }
        let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        lines = all.map { row in
            row.enumerated().map { column, cell in
                let blanks = String(repeating: " ", count: widths[column] - cell.count)
                switch alignment {
                case .left: return column == row.count - 1 ? cell : cell + blanks
                case .numbers: return column == 0 ? cell + blanks : blanks + cell
                }
            }.joined(separator: "  ")
        }
    }
}

/// A table in Markdown whose columns are aligned for readers of the source, too.
struct MarkdownTable {
    /// The headings.
    let headings: [String]
    /// The columns that are set to the right.
    let numeric: Set<Int>
    /// The rows.
    var rows: [[String]] = []

    init(_ headings: [String], numeric: Set<Int> = []) {
        self.headings = headings
        self.numeric = numeric
    }

    /// The lines of the table.
    var lines: [String] {
        let widths = headings.indices.map { column in
            ([headings] + rows).map { $0[column].count }.max() ?? 3
        }
        func line(_ cells: [String]) -> String {
            "| "
                + cells.enumerated().map { column, cell in
                    let blanks = String(repeating: " ", count: max(0, widths[column] - cell.count))
                    return numeric.contains(column) ? blanks + cell : cell + blanks
                }.joined(separator: " | ") + " |"
        }
        let rule = headings.indices.map { column in
            numeric.contains(column)
                ? String(repeating: "-", count: max(2, widths[column] - 1)) + ":"
                : String(repeating: "-", count: max(3, widths[column]))
        }
        return [line(headings), "| " + rule.joined(separator: " | ") + " |"] + rows.map(line)
    }
}

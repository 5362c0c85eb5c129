/// A table of wrapped cells, aligned, with the columns separated by two blanks.
struct Table {
    /// A heading and the most characters a line of the column may have.
    struct Column {
        let heading: String
        let limit: Int
    }

    let columns: [Column]
    var rows: [[String]] = []

    /// The lines of the table.
    var lines: [String] {
        let cells = rows.map { row in zip(row, columns).map { Self.wrap($0, to: $1.limit) } }
        let widths = columns.indices.map { column in
            cells.reduce(columns[column].heading.count) { max($0, $1[column].map(\.count).max() ?? 0) }
        }
        let rule = widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ")
        var lines = [Self.line(columns.map(\.heading), widths), rule]
        for row in cells {
            for number in 0..<(row.map(\.count).max() ?? 0) {
                lines.append(Self.line(row.map { number < $0.count ? $0[number] : "" }, widths))
            }
            lines.append("")
        }
        return lines.dropLast() + [rule]
    }

    private static func line(_ cells: [String], _ widths: [Int]) -> String {
        let padded = zip(cells, widths).map { $0 + String(repeating: " ", count: max(0, $1 - $0.count)) }
        return String(padded.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
    }

    /// Cuts `text` into lines of at most `limit` characters: at line ends, else after a blank or comma, else anywhere.
    static func wrap(_ text: String, to limit: Int) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { paragraph in
            var lines: [String] = []
            var rest = paragraph
            while rest.count > limit {
                let head = rest.prefix(limit + 1)
                let cut = head.lastIndex { $0 == " " }.map { ($0, rest.index(after: $0)) }
                let comma = head.dropLast().lastIndex { $0 == "," }.map { rest.index(after: $0) }.map { ($0, $0) }
                let anywhere = rest.index(rest.startIndex, offsetBy: limit)
                let (end, start) = cut ?? comma ?? (anywhere, anywhere)
                lines.append(String(rest[..<end]))
                rest = rest[start...]
            }
            return lines + [String(rest)]
        }
    }
}

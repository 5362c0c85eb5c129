/// Figures and tables, for *Now* and *Report*.
struct FiguresModel {
    /// A number that counts for itself.
    struct Figure {
        let name: String
        let value: String
        var note: String?
        var tone = ""
    }

    /// A table.
    struct Table {
        struct Head {
            let text: String
            let isNumber: Bool
        }

        struct Cell {
            let text: String
            let head: String
            let isNumber: Bool
            /// The length of a bar below it, 0...100.
            var bar: String?
        }

        struct Row {
            let cells: [Cell]
        }

        let title: String
        let heads: [Head]
        let rows: [Row]
        var isEmpty: Bool

        /// A table of words and counts, each with a bar of its share of the largest.
        init(_ title: String, words: String, counts: String, _ rows: [(word: String, count: UInt64)]) {
            let largest = rows.map(\.count).max() ?? 0
            self.init(
                title, heads: [(words, false), (counts, true)],
                rows: rows.map { [Shown.text($0.word), Shown.number($0.count)] },
                bars: rows.map { largest == 0 ? 0 : Double($0.count) / Double(largest) })
        }

        /// A table of texts; `bars` are shares that stand below the first column.
        init(_ title: String, heads: [(text: String, isNumber: Bool)], rows: [[String]], bars: [Double] = []) {
            self.title = title
            self.heads = heads.map { Head(text: $0.text, isNumber: $0.isNumber) }
            self.rows = rows.enumerated().map { number, texts in
                Row(
                    cells: zip(heads, texts).enumerated().map { column, cell in
                        let share = column == 0 && number < bars.count ? bars[number] : nil
                        return Cell(
                            text: cell.1, head: cell.0.text, isNumber: cell.0.isNumber,
                            bar: share.map { String(Int(($0 * 100).rounded())) })
                    })
            }
            isEmpty = rows.isEmpty
        }
    }

    var problems: [String] = []
    var figures: [Figure] = []
    var tables: [Table] = []

    /// The markup of it.
    var html: String { PageTemplates.filled(.figures, with: self) }
}

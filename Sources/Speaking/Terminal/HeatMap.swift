import SMTP

/// Shares as a picture: a row for each thing, a column for each place that its share goes to.
package struct HeatMap {
    private let title: String
    private let rowNames: [String]
    private let columnNames: [String]
    private let shares: [[Double]]

    /// A map.
    ///
    /// - Parameters:
    ///   - title: what a picture is called.
    ///   - rows: the rows' names and their shares, 0 to 1, one for each column.
    ///   - columns: the columns' names.
    package init(title: String, rows: [(name: String, shares: [Double])], columns: [String]) {
        self.title = title
        rowNames = rows.map { PrintableText($0.name).description }
        shares = rows.map(\.shares)
        columnNames = columns.map { PrintableText($0).description }
    }

    /// 0 for nothing, up to `steps` for all of a cluster's mail; small shares are told apart, as the eye wants it.
    private static func level(_ share: Double, steps: Int) -> Int {
        share <= 0 ? 0 : min(max(Int((share.squareRoot() * Double(steps)).rounded(.up)), 1), steps)
    }

    /// The map for a terminal, with a key to the columns.
    ///
    /// - Parameters:
    ///   - key: what stands above the columns' names.
    ///   - inColour: whether the terminal has the palette of 256 colours.
    package func text(key: String, inColour: Bool) -> String {
        // From dark blue to light yellow in the palette of 256 colours.
        let ramp = [17, 18, 19, 25, 31, 37, 36, 42, 78, 114, 150, 186, 222, 229]
        let shades = ["  ", "░░", "▒▒", "▓▓", "██"]
        let width = rowNames.map(\.count).max() ?? 0
        func pad(_ text: String) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }
        var lines = [pad("") + " " + columnNames.indices.map { ($0 + 1) % 5 == 0 ? tick($0 + 1) : "  " }.joined()]
        for (name, row) in zip(rowNames, shares) {
            let cells = row.map { share -> String in
                guard inColour else { return shades[Self.level(share, steps: shades.count - 1)] }
                let level = Self.level(share, steps: ramp.count)
                return level == 0 ? "\u{1b}[48;5;232m  \u{1b}[0m" : "\u{1b}[38;5;\(ramp[level - 1])m██\u{1b}[0m"
            }
            lines.append(pad(name) + " " + cells.joined())
        }
        lines.append("")
        lines.append(key)
        for (number, name) in columnNames.enumerated() { lines.append("\(number + 1) \(name)") }
        return lines.joined(separator: "\n") + "\n"
    }

    private func tick(_ number: Int) -> String { number < 10 ? " \(number)" : String("\(number)".suffix(2)) }

    /// The map as a picture that any browser shows.
    package var svg: String {
        let cell = 16
        let left = 100
        let top = 150
        let width = left + columnNames.count * cell + 150
        let height = top + rowNames.count * cell + 40
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(width)\" height=\"\(height)\" "
                + "viewBox=\"0 0 \(width) \(height)\" font-family=\"sans-serif\" font-size=\"11\">",
            "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>",
            "<text x=\"8\" y=\"18\" font-size=\"13\">\(Self.escaped(title))</text>",
        ]
        for (number, name) in columnNames.enumerated() {
            let x = left + number * cell + cell / 2 + 4
            lines.append(
                "<text x=\"\(x)\" y=\"\(top - 6)\" transform=\"rotate(-60 \(x) \(top - 6))\">\(Self.escaped(name))</text>"
            )
        }
        for (number, (name, row)) in zip(rowNames, shares).enumerated() {
            let y = top + number * cell
            lines.append("<text x=\"\(left - 6)\" y=\"\(y + 12)\" text-anchor=\"end\">\(Self.escaped(name))</text>")
            for (column, share) in row.enumerated() {
                lines.append(
                    "<rect x=\"\(left + column * cell)\" y=\"\(y)\" width=\"\(cell - 1)\" height=\"\(cell - 1)\" "
                        + "fill=\"\(Self.colour(share))\"><title>\(Self.escaped(columnNames[column])): "
                        + "\(FigureText.percent(share))</title></rect>")
            }
        }
        let y = top + rowNames.count * cell + 16
        for (step, share) in [0, 0.01, 0.05, 0.2, 0.5, 1].enumerated() {
            let x = left + step * 62
            lines.append(
                "<rect x=\"\(x)\" y=\"\(y)\" width=\"14\" height=\"14\" fill=\"\(Self.colour(share))\"/>"
                    + "<text x=\"\(x + 18)\" y=\"\(y + 11)\">\(Int(share * 100)) %</text>")
        }
        return (lines + ["</svg>"]).joined(separator: "\n") + "\n"
    }

    /// From nearly white over orange to dark red.
    private static func colour(_ share: Double) -> String {
        let stops: [(Double, Double, Double)] = [(246, 246, 246), (253, 204, 138), (227, 74, 51), (127, 0, 0)]
        let place = share.squareRoot() * Double(stops.count - 1)
        let low = min(Int(place), stops.count - 2)
        let part = min(place - Double(low), 1)
        func mix(_ from: Double, _ to: Double) -> Int { Int((from + (to - from) * part).rounded()) }
        let (from, to) = (stops[low], stops[low + 1])
        return "rgb(\(mix(from.0, to.0)),\(mix(from.1, to.1)),\(mix(from.2, to.2)))"
    }

    private static func escaped(_ text: String) -> String { PrintableText(text).markup }
}

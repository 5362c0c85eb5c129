import SMTP

/// Numbers by day, before and after a moment, as a picture: one line for each group.
package struct DayChart {
    /// A group.
    package struct Series {
        let name: String
        let colour: String
        let values: [Double?]

        /// A group's numbers, one for each day of the chart; `nil` where there is none.
        package init(_ name: String, colour: String, values: [Double?]) {
            self.name = name
            self.colour = colour
            self.values = values
        }
    }

    private let title: String
    private let unit: String
    private let days: ClosedRange<Int>
    private let series: [Series]

    /// A chart of `days`, day 0 being the one that begins with the moment.
    ///
    /// - Parameter unit: what the numbers are.
    package init(title: String, unit: String, days: ClosedRange<Int>, series: [Series]) {
        self.title = title
        self.unit = unit
        self.days = days
        self.series = series
    }

    private var highest: Double { max(series.flatMap(\.values).compactMap(\.self).max() ?? 0, .leastNormalMagnitude) }

    /// The chart for a terminal: a line for each group, with a bar at the moment.
    package var text: String {
        let blocks = Array(" ▁▂▃▄▅▆▇█")
        let width = series.map(\.name.count).max() ?? 0
        return series.map { series in
            let cells = zip(days, series.values).map { day, value in
                let step = value.map { Int(($0 / highest * Double(blocks.count - 1)).rounded(.up)) }
                return (day == 0 ? "│" : "") + (step.map { String(blocks[min(max($0, 0), blocks.count - 1)]) } ?? "·")
            }
            return series.name + String(repeating: " ", count: width - series.name.count) + "  " + cells.joined()
        }.joined(separator: "\n")
    }

    /// The chart as a picture that any browser shows.
    package var svg: String {
        let (left, top, width, height) = (56, 40, 8 * (days.count - 1), 180)
        func x(_ day: Int) -> Int { left + 8 * (day - days.lowerBound) }
        func y(_ value: Double) -> Int { top + height - Int((value / highest * Double(height)).rounded()) }
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(left + width + 24) \(top + height + 60)\" "
                + "width=\"\(left + width + 24)\" height=\"\(top + height + 60)\" font-family=\"sans-serif\" "
                + "font-size=\"11\">",
            "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>",
            "<text x=\"8\" y=\"18\" font-size=\"13\">\(Self.escaped(title))</text>",
            "<text x=\"8\" y=\"33\" fill=\"#555\">\(Self.escaped(unit))</text>",
        ]
        for part in [0.0, 0.5, 1] {
            let value = highest * part
            lines.append(
                "<line x1=\"\(left)\" x2=\"\(left + width)\" y1=\"\(y(value))\" y2=\"\(y(value))\" stroke=\"#ddd\"/>"
                    + "<text x=\"\(left - 6)\" y=\"\(y(value) + 4)\" text-anchor=\"end\">\(FigureText.number(value, digits: 2))</text>"
            )
        }
        for day in days where day % 10 == 0 {
            lines.append(
                "<text x=\"\(x(day))\" y=\"\(top + height + 16)\" text-anchor=\"middle\">\(day)</text>")
        }
        if days.contains(0) {
            lines.append(
                "<line x1=\"\(x(0))\" x2=\"\(x(0))\" y1=\"\(top)\" y2=\"\(top + height)\" stroke=\"#555\" "
                    + "stroke-dasharray=\"3 3\"/>")
        }
        for (number, series) in series.enumerated() {
            // A gap in the numbers is a gap in the line.
            var path = ""
            var isDrawing = false
            for (day, value) in zip(days, series.values) {
                guard let value else {
                    isDrawing = false
                    continue
                }
                path += "\(isDrawing ? "L" : "M")\(x(day)) \(y(value)) "
                isDrawing = true
            }
            lines.append("<path d=\"\(path)\" fill=\"none\" stroke=\"\(series.colour)\" stroke-width=\"2\"/>")
            let row = top + height + 34 + 16 * number
            lines.append(
                "<rect x=\"\(left)\" y=\"\(row - 9)\" width=\"10\" height=\"10\" fill=\"\(series.colour)\"/>"
                    + "<text x=\"\(left + 16)\" y=\"\(row)\">\(Self.escaped(series.name))</text>")
        }
        return (lines + ["</svg>"]).joined(separator: "\n") + "\n"
    }

    private static func escaped(_ text: String) -> String { PrintableText(text).markup }
}

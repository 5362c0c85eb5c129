import Glibc

/// Curves over logarithmic axes, as SVG.
struct GrowthPlot {
    struct Curve {
        let label: String
        let points: [(x: Double, y: Double)]
    }

    let title: String
    let xLabel: String
    let yLabel: String
    let curves: [Curve]

    private static let colours = ["#1b6ca8", "#7fb2d6", "#c1440e", "#e59f7d", "#2e7d32", "#9ccc9e"]

    var svg: String {
        let (left, top, width, height) = (70.0, 40.0, 620.0, 360.0)
        let points = curves.flatMap { $0.points }.filter { $0.x > 0 && $0.y > 0 }
        let x = Axis(points.map { $0.x })
        let y = Axis(points.map { $0.y })
        func place(_ point: (x: Double, y: Double)) -> String {
            "\(decimal(left + x.share(point.x) * width, 1)),\(decimal(top + (1 - y.share(point.y)) * height, 1))"
        }
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 940 460\" font-family=\"sans-serif\" font-size=\"13\">",
            "<rect width=\"940\" height=\"460\" fill=\"white\"/>",
            "<text x=\"\(left + 40)\" y=\"24\" font-size=\"16\">\(title)</text>",
            "<text x=\"\(left + width / 2)\" y=\"\(top + height + 42)\" text-anchor=\"middle\">\(xLabel)</text>",
            "<text x=\"18\" y=\"\(top - 10)\">\(yLabel)</text>",
        ]
        for decade in x.decades {
            let at = decimal(left + x.share(pow(10, Double(decade))) * width, 1)
            lines.append("<path d=\"M\(at) \(top)V\(top + height)\" stroke=\"#ddd\"/>")
            lines.append(
                "<text x=\"\(at)\" y=\"\(top + height + 20)\" text-anchor=\"middle\">\(Axis.name(decade))</text>")
        }
        for decade in y.decades {
            let at = decimal(top + (1 - y.share(pow(10, Double(decade)))) * height, 1)
            lines.append("<path d=\"M\(left) \(at)H\(left + width)\" stroke=\"#ddd\"/>")
            lines.append("<text x=\"\(left - 8)\" y=\"\(at)\" dy=\"4\" text-anchor=\"end\">\(Axis.name(decade))</text>")
        }
        for (index, curve) in curves.enumerated() {
            let colour = Self.colours[index % Self.colours.count]
            let drawn = curve.points.filter { $0.x > 0 && $0.y > 0 }
            let path = drawn.map(place).joined(separator: " ")
            lines.append("<polyline points=\"\(path)\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"2\"/>")
            for point in drawn {
                let centre = place(point).split(separator: ",")
                lines.append("<circle cx=\"\(centre[0])\" cy=\"\(centre[1])\" r=\"3.5\" fill=\"\(colour)\"/>")
            }
            let row = top + 14 + 20 * Double(index)
            lines.append("<rect x=\"706\" y=\"\(row - 9)\" width=\"12\" height=\"4\" fill=\"\(colour)\"/>")
            lines.append("<text x=\"724\" y=\"\(row)\">\(curve.label)</text>")
        }
        return lines.joined(separator: "\n") + "\n</svg>\n"
    }

    /// A logarithmic axis over whole decades.
    private struct Axis {
        let decades: ClosedRange<Int>

        init(_ values: [Double]) {
            let low = Int(log10(values.min() ?? 1).rounded(.down))
            decades = low...max(low + 1, Int(log10(values.max() ?? 10).rounded(.up)))
        }

        func share(_ value: Double) -> Double {
            (log10(value) - Double(decades.lowerBound)) / Double(decades.count - 1)
        }

        static func name(_ decade: Int) -> String {
            decade >= 0
                ? "1" + String(repeating: "0", count: decade) : "0." + String(repeating: "0", count: -decade - 1) + "1"
        }
    }
}

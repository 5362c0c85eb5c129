import SMTP

extension MachineGraph {
    private static let letter = 7.3
    private static let margin = 24.0
    private static let legend =
        "thick frame: may end after a delivery · red: without one · broken frame: does not wait · "
        + "broken arrow: odd replies only"

    /// The machine as a picture for browsers and papers: boxes are messages, arrows bear the replies that cause them. A
    /// thick frame ends a conversation after a delivery, a red one without; a broken frame does not wait for the reply. An
    /// arrow is as thick as it is usual; the one that only odd replies lead along is broken.
    public func svg() -> String {
        let layout = LayeredLayout(
            boxes: boxes.map { box in
                let letters = max(box.name.count, box.text.count, 5)
                return .init(width: Double(letters) * Self.letter + 20, height: box.text.isEmpty ? 30 : 44)
            },
            links: arrows.map {
                .init(source: $0.source, target: $0.target, labelWidth: Double($0.label.count) * Self.letter + 6)
            })
        let width =
            max(layout.width, Double(title.count) * Self.letter, Double(Self.legend.count) * 6.1) + 2 * Self.margin
        let height = layout.height + 2 * Self.margin + 54
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(Self.number(width))\" height=\"\(Self.number(height))\" "
                + "viewBox=\"0 0 \(Self.number(width)) \(Self.number(height))\" "
                + "font-family=\"DejaVu Sans Mono, Menlo, monospace\" font-size=\"12\">",
            "<title>\(Self.escaped(title))</title>",
            "<defs><marker id=\"head\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"8\" markerHeight=\"8\" "
                + "markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path d=\"M0 0L10 5L0 10z\" fill=\"#444\"/></marker></defs>",
            "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>",
            "<text x=\"\(Self.number(Self.margin))\" y=\"26\" font-weight=\"bold\">\(Self.escaped(title))</text>",
            "<g transform=\"translate(\(Self.number(Self.margin)) \(Self.number(Self.margin + 22)))\">",
        ]
        for (arrow, route) in zip(arrows, layout.routes) {
            let dash = arrow.isOdd ? " stroke-dasharray=\"4 3\"" : ""
            let thickness = arrow.share > 0 ? 0.8 + 2 * arrow.share : 1
            let path = Self.path(route, from: layout.boxes[arrow.source], to: layout.boxes[arrow.target])
            lines.append(
                "<path d=\"\(path)\" fill=\"none\" stroke=\"#444\" stroke-width=\"\(Self.number(thickness))\"\(dash) "
                    + "marker-end=\"url(#head)\"><title>\(Self.escaped(arrow.replies))</title></path>")
        }
        for (arrow, route) in zip(arrows, layout.routes) {
            let half = Double(arrow.label.count) * Self.letter / 2 + 2
            lines.append(
                "<rect x=\"\(Self.number(route.label.x - half))\" y=\"\(Self.number(route.label.y - 8))\" "
                    + "width=\"\(Self.number(2 * half))\" height=\"16\" fill=\"white\"/>")
            lines.append(
                "<text x=\"\(Self.number(route.label.x))\" y=\"\(Self.number(route.label.y + 4))\" "
                    + "text-anchor=\"middle\" fill=\"#1a4fa0\">\(Self.escaped(arrow.label))</text>")
        }
        for (box, place) in zip(boxes, layout.boxes) { lines += Self.drawn(box, at: place) }
        lines.append("</g>")
        lines.append(
            "<text x=\"\(Self.number(Self.margin))\" y=\"\(Self.number(height - 10))\" font-size=\"10\" fill=\"#666\">"
                + "\(Self.legend)</text>")
        lines.append("</svg>")
        return lines.joined(separator: "\n") + "\n"
    }

    private static func drawn(_ box: Box, at place: LayeredLayout.Place) -> [String] {
        let stroke = box.isBadFinal && !box.isGoodFinal ? "#b02020" : "#333"
        let fill = box.isGoodFinal ? "#eaf5ea" : box.isBadFinal ? "#fbeaea" : "#f4f6fa"
        let dash = box.isEarly ? " stroke-dasharray=\"6 3\"" : ""
        let frame =
            "<rect x=\"\(number(place.x - place.width / 2))\" y=\"\(number(place.y - place.height / 2))\" "
            + "width=\"\(number(place.width))\" height=\"\(number(place.height))\" rx=\"6\" fill=\"\(fill)\" "
            + "stroke=\"\(stroke)\" stroke-width=\"\(box.isGoodFinal ? 3 : 1.4)\"\(dash)/>"
        let name =
            "<text x=\"\(number(place.x))\" y=\"\(number(place.y + (box.text.isEmpty ? 4 : -5)))\" "
            + "text-anchor=\"middle\" fill=\"#666\">\(escaped(box.name))</text>"
        guard !box.text.isEmpty else { return [frame, name] }
        return [
            frame, name,
            "<text x=\"\(number(place.x))\" y=\"\(number(place.y + 13))\" text-anchor=\"middle\" xml:space=\"preserve\">"
                + "\(escaped(box.text))</text>",
        ]
    }

    /// A smooth line through the route's points that begins and ends at the frames.
    private static func path(
        _ route: LayeredLayout.Route, from source: LayeredLayout.Place, to target: LayeredLayout.Place
    ) -> String {
        var points = route.points
        guard let first = points.first, let last = points.last, points.count > 2 else { return "" }
        if source.x == target.x, source.y == target.y {
            return "M\(number(first.x)) \(number(first.y))C\(number(points[1].x)) \(number(points[1].y)) "
                + "\(number(points[2].x)) \(number(points[2].y)) \(number(last.x)) \(number(last.y))"
        }
        let leaves = points[1].y > first.y ? 1.0 : -1.0
        let enters = last.y > points[points.count - 2].y ? 1.0 : -1.0
        // Ways that leave a box side by side do not begin at one point.
        let start = shifted(first.x, towards: points[1].x, by: source.width / 2 - 12)
        let end = shifted(last.x, towards: points[points.count - 2].x, by: target.width / 2 - 12)
        points[0] = (start, first.y + leaves * source.height / 2)
        points[points.count - 1] = (end, last.y - enters * target.height / 2)
        var text = "M\(number(points[0].x)) \(number(points[0].y))"
        for (a, b) in zip(points, points.dropFirst()) {
            let middle = (a.y + b.y) / 2
            text += "C\(number(a.x)) \(number(middle)) \(number(b.x)) \(number(middle)) \(number(b.x)) \(number(b.y))"
        }
        return text
    }

    private static func shifted(_ x: Double, towards other: Double, by most: Double) -> Double {
        x + min(max((other - x) * 0.25, -most), most)
    }

    /// A number with one decimal, whatever the place.
    private static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        let sign = tenths < 0 ? "-" : ""
        let (whole, rest) = abs(tenths).quotientAndRemainder(dividingBy: 10)
        return rest == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(rest)"
    }

    private static func escaped(_ text: String) -> String { PrintableText(text).markup }
}

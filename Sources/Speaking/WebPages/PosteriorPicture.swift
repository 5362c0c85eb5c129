import SMTP

/// How a conversation's posterior went, as a picture of its own: light ground in every theme, as a print is.
public enum PosteriorPicture {
    /// The picture; each line of the conversation is a step.
    public static func svg(_ conversation: Conversation) -> String {
        let points = conversation.lines.enumerated().compactMap { index, line in line.posterior.map { (index, $0) } }
        let (width, height, left, top) = (720.0, 200.0, 40.0, 16.0)
        let steps = Double(max(conversation.lines.count - 1, 1))
        func bounded(_ share: Double) -> Double { share.isNaN ? 0 : min(max(share, 0), 1) }
        func x(_ index: Int) -> Double { left + Double(index) / steps * (width - left - 12) }
        func y(_ share: Double) -> Double { top + (1 - bounded(share)) * (height - top - 28) }
        func text(_ value: Double) -> String { String((value * 10).rounded() / 10) }
        var marks = ""
        for share in [0, 0.5, 1] {
            marks +=
                "<line x1=\"\(text(left))\" x2=\"\(text(width - 12))\" y1=\"\(text(y(share)))\" y2=\"\(text(y(share)))\" "
                + "stroke=\"#d5d9dd\"/><text x=\"\(text(left - 6))\" y=\"\(text(y(share) + 4))\" text-anchor=\"end\">"
                + "\(Int(share * 100)) %</text>"
        }
        var path = ""
        for (number, point) in points.enumerated() {
            path +=
                number == 0 ? "M\(text(x(point.0))) \(text(y(point.1)))" : "H\(text(x(point.0)))V\(text(y(point.1)))"
        }
        let dots = points.map { point in
            "<circle cx=\"\(text(x(point.0)))\" cy=\"\(text(y(point.1)))\" r=\"3\" fill=\"#1a5fb4\"><title>"
                + PrintableText(String(conversation.lines[point.0].text.prefix(80))).markup
                + ": \(Int(bounded(point.1) * 100)) %"
                + "</title></circle>"
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="720" height="200" viewBox="0 0 720 200" \
            font-family="sans-serif" font-size="11" fill="#444">
            <rect width="720" height="200" fill="#ffffff"/>
            \(marks)
            <path d="\(path)" fill="none" stroke="#1a5fb4" stroke-width="2"/>
            \(dots.joined())
            <text x="\(text(left))" y="194">first line</text>
            <text x="\(text(width - 12))" y="194" text-anchor="end">last line</text>
            </svg>

            """
    }
}

import SMTP

extension MachineGraph {
    /// The machine in the language of Graphviz.
    public func dot() -> String {
        var lines = [
            "digraph dialect {", "  label=\(Self.quoted(title)); labelloc=t; fontname=monospace;",
            "  node [shape=box, style=rounded, fontname=monospace, fontsize=11];",
            "  edge [fontname=monospace, fontsize=10];",
        ]
        for (index, box) in boxes.enumerated() {
            var marks = ["label=\(Self.quoted(box.text.isEmpty ? box.name : box.name + "\n" + box.text))"]
            if box.isGoodFinal { marks.append("penwidth=3") }
            if box.isBadFinal, !box.isGoodFinal { marks.append("color=red") }
            if box.isEarly { marks.append("style=\"rounded,dashed\"") }
            lines.append("  s\(index) [\(marks.joined(separator: ", "))];")
        }
        for arrow in arrows {
            var marks = ["label=\(Self.quoted(arrow.label))", "tooltip=\(Self.quoted(arrow.replies))"]
            if arrow.isOdd { marks.append("style=dashed") }
            // What was seen often is drawn thick, in half points.
            if arrow.share > 0 { marks.append("penwidth=\(Double(2 + Int((arrow.share * 4).rounded())) / 2)") }
            lines.append("  s\(arrow.source) -> s\(arrow.target) [\(marks.joined(separator: ", "))];")
        }
        return lines.joined(separator: "\n") + "\n}\n"
    }

    /// The machine for a terminal: each state with what leads out of it, in the order in which a conversation comes to them.
    ///
    /// - Parameter hasColours: whether the terminal shows colours.
    public func terminal(hasColours: Bool) -> String {
        func painted(_ text: String, _ code: String) -> String { hasColours ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text }
        var order = [0]
        var seen: Set<Int> = [0]
        var next = 0
        while next < order.count {
            for arrow in arrows where arrow.source == order[next] && seen.insert(arrow.target).inserted {
                order.append(arrow.target)
            }
            next += 1
        }
        var lines = [painted(title, "1")]
        for index in order {
            let box = boxes[index]
            let ends = [box.isGoodFinal ? "ends after a delivery" : "", box.isBadFinal ? "ends without one" : ""]
            let notes = ([box.isEarly ? "does not wait" : ""] + ends).filter { !$0.isEmpty }
            lines.append(
                painted(box.name, "36") + (box.text.isEmpty ? "" : "  " + box.text)
                    + (notes.isEmpty ? "" : "  " + painted("(\(notes.joined(separator: ", ")))", "2")))
            let out = arrows.filter { $0.source == index }
            let width = out.map(\.label.count).max() ?? 0
            for (position, arrow) in out.enumerated() {
                let branch = position == out.count - 1 ? "└─" : "├─"
                let label = arrow.label + String(repeating: " ", count: width - arrow.label.count)
                let share = arrow.share > 0 ? "  \(Int((arrow.share * 100).rounded())) %" : ""
                lines.append(
                    "  \(branch) \(painted(label, arrow.isOdd ? "33" : "34")) → "
                        + painted(boxes[arrow.target].name, "36") + painted(share, "2"))
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A string of Graphviz. What bots have said is escaped for readers, then for Graphviz, which reads backslashes and the
    /// entities of HTML in labels; the line ends that part a label stay.
    private static func quoted(_ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            PrintableText(line).description.replacing(/&(?=#?[0-9A-Za-z]+;)/, with: "\\u{26}")
                .replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        }
        return "\"" + lines.joined(separator: "\\n") + "\""
    }
}

import Dialects
import Foundation
import Seeded
import SMTP
import Testing

@testable import DialectLearning

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// Machines as pictures.
struct MachineGraphTests {
    private func layout(seed: UInt64) -> (layout: LayeredLayout, links: [LayeredLayout.Link]) {
        var generator = SeededGenerator(seed: seed)
        let count = Int.random(in: 1...14, using: &generator)
        let boxes = (0..<count).map { _ in
            LayeredLayout.Place(width: Double.random(in: 40...300, using: &generator), height: 44)
        }
        // Every box hangs on an earlier one; the rest is chance: circles, loops, long ways.
        var pairs: Set<[Int]> = []
        for box in 1..<max(count, 2) where box < count {
            pairs.insert([Int.random(in: 0..<box, using: &generator), box])
        }
        for _ in 0..<Int.random(in: 0...2 * count, using: &generator) {
            pairs.insert([Int.random(in: 0..<count, using: &generator), Int.random(in: 0..<count, using: &generator)])
        }
        let links = pairs.sorted { $0.lexicographicallyPrecedes($1) }.map {
            LayeredLayout.Link(
                source: $0[0], target: $0[1], labelWidth: Double.random(in: 20...120, using: &generator))
        }
        return (LayeredLayout(boxes: boxes, links: links), links)
    }

    @Test("No box and no label lies on another, whatever the machine")
    func nothingOverlaps() {
        for seed in 0..<150 as Range<UInt64> {
            let (layout, links) = layout(seed: seed)
            var rectangles = layout.boxes.map { ($0.x, $0.y, $0.width, $0.height) }
            rectangles += zip(links, layout.routes).map { ($1.label.x, $1.label.y, $0.labelWidth, 16) }
            for (index, one) in rectangles.enumerated() {
                #expect(one.0 - one.2 / 2 > -0.01 && one.0 + one.2 / 2 < layout.width + 0.01, "seed \(seed)")
                for other in rectangles[..<index] {
                    let isApart =
                        abs(one.0 - other.0) > (one.2 + other.2) / 2 - 0.01
                        || abs(one.1 - other.1) > (one.3 + other.3) / 2 - 0.01
                    #expect(isApart, "seed \(seed)")
                }
            }
        }
    }

    @Test func arrowsBeginAndEndAtTheirBoxes() {
        for seed in 0..<150 as Range<UInt64> {
            let (layout, links) = layout(seed: seed)
            #expect(layout.routes.count == links.count)
            for (link, route) in zip(links, layout.routes) where link.source != link.target {
                let (source, target) = (layout.boxes[link.source], layout.boxes[link.target])
                #expect(route.points.first?.x == source.x && route.points.first?.y == source.y)
                #expect(route.points.last?.x == target.x && route.points.last?.y == target.y)
            }
        }
    }

    private static let model = """
        argot-dialects 2
        dialect x tool
          origin "a" & <b>
          state ehlo EHLO {fqdn}
          state mail MAIL FROM:<{addr}>
          wire mail sent=early*3
          on start 220,4xx to ehlo*4
          on ehlo 250 to mail*3
          on mail 250/550,650 to ehlo*1
          on mail any to mail*1
          final good mail
          final bad ehlo*1 after 5xx by fin*1
        """

    @Test func everyFormShowsTheMachine() throws {
        let dialect = try DialectDocument.model(from: Self.model, file: "m").get().dialects[0]
        let graph = MachineGraph(dialect)
        let svg = graph.svg()
        let parser = XMLParser(data: Data(svg.utf8))
        #expect(parser.parse())
        for text in [
            "MAIL FROM:&lt;{addr}&gt;", "220 4xx", "stroke-dasharray=\"6 3\"", "&quot;a&quot; &amp; &lt;b&gt;",
        ] {
            #expect(svg.contains(text))
        }
        #expect(graph.svg() == svg)
        let dot = graph.dot()
        #expect(dot.contains("s1 -> s2 [label=\"250\", tooltip=\"250\"];"))
        #expect(dot.contains("s2 -> s1 [label=\"650 +1\", tooltip=\"250/550,650\", style=dashed];"))
        #expect(
            graph.terminal(hasColours: false).split(separator: "\n").dropFirst() == [
                "start", "  └─ 220 4xx → ehlo  100 %", "ehlo  EHLO {fqdn}  (ends without one)", "  └─ 250 → mail  75 %",
                "mail  MAIL FROM:<{addr}>  (does not wait, ends after a delivery)", "  ├─ 650 +1 → ehlo  50 %",
                "  └─ any    → mail  50 %",
            ])
    }
}

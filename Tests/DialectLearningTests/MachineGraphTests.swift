import Dialects
import SMTP
import Testing

@testable import DialectLearning

/// Machines as pictures.
struct MachineGraphTests {
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
        let dot = graph.dot()
        #expect(dot.contains("s1 -> s2 [label=\"250\", tooltip=\"250\", penwidth=2.5];"))
        #expect(dot.contains("s2 -> s1 [label=\"650 +1\", tooltip=\"250/550,650\", style=dashed, penwidth=2.0];"))
        #expect(
            graph.terminal(hasColours: false).split(separator: "\n").dropFirst() == [
                "start", "  └─ 220 4xx → ehlo  100 %", "ehlo  EHLO {fqdn}  (ends without one)", "  └─ 250 → mail  75 %",
                "mail  MAIL FROM:<{addr}>  (does not wait, ends after a delivery)", "  ├─ 650 +1 → ehlo  50 %",
                "  └─ any    → mail  50 %",
            ])
    }

    @Test("What others have written into a model ends no string, names no node, and shows what it hides")
    func hostileNames() throws {
        let origin = "\\\" ]; evil [label=\\N&#8238;&lt; & x\u{202e}"
        let states = [Dialect.State(name: "start", template: nil)]
        let graph = MachineGraph(
            Dialect(
                name: "x", dialectClass: .tool, origin: origin, offers: [], states: states, transitions: [], finals: [])
        )
        let label = try #require(graph.dot().split(separator: "\n").dropFirst().first)
        #expect(
            label == #"""
                  label="x (tool) – \\\" ]; evil [label=\\N\\u{26}#8238;\\u{26}lt; & x\\u{202e}"; labelloc=t; fontname=monospace;
                """#)
    }
}

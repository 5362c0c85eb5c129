import Foundation
import Terminal
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

struct GraphvizTests {
    static let isInstalled = FileManager.default.isExecutableFile(atPath: "/usr/bin/dot")

    @Test("A missing program is named with the package it belongs to, and with a way around it")
    func missing() throws {
        let failure = try #require(throws: Graphviz.Failure.self) {
            try Graphviz.svg(of: "digraph {}", by: "/nonexistent/dot")
        }
        #expect(failure.description.contains("install graphviz") && failure.description.contains("--format dot"))
    }

    @Test("A program that fails is told with what it said")
    func failing() throws {
        let failure = try #require(throws: Graphviz.Failure.self) {
            try Graphviz.svg(of: "digraph {}", by: "/bin/false")
        }
        #expect(failure.description == "/bin/false ended with status 1: ")
    }

    @Test("Graphviz draws what it is given, or says what is wrong with it", .enabled(if: isInstalled))
    func draws() throws {
        let svg = try Graphviz.svg(of: "digraph { a -> b [label=\"two words\"]; }")
        #expect(XMLParser(data: Data(svg.utf8)).parse())
        #expect(svg.contains("two words"))
        #expect(throws: Graphviz.Failure.self) { try Graphviz.svg(of: "digraph {") }
    }
}

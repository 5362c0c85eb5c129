import ArgumentParser
import Dialects
import Glibc
import DialectLearning
import SMTP
import Terminal

/// `argot dialects draw`
struct DialectsDrawCommand: ParsableCommand {
    /// What is drawn for.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        /// Graphviz.
        case dot
        /// Browsers, drawn by Graphviz.
        case svg
        /// Terminals.
        case ansi
    }

    static let configuration = CommandConfiguration(
        commandName: "draw", abstract: "Draws a dialect's machine.",
        discussion: """
            A box is a message from the client, an arrow the replies after which it is sent; what was seen often is drawn \
            thick. By default the graph is printed in the language of Graphviz; svg needs the package graphviz.
            """)

    @OptionGroup var options: ModelOptions

    @Argument(help: "The dialect.")
    var name: String

    @Option(name: .long, help: "The format: dot for Graphviz, svg for browsers, ansi for terminals.")
    var format = Format.dot

    @Option(
        name: .long, help: "Draw what an observer sees at this vantage: \(WordOption.words(Vantage.self)).",
        completion: WordOption.completion(Vantage.self))
    var vantage = "wire"

    @Option(name: [.short, .long], help: ArgumentHelp("Write to this file.", valueName: "file"), completion: .file())
    var output: String?

    func run() throws {
        guard let vantage = Vantage(rawValue: vantage) else {
            let known = Vantage.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandError("unknown vantage \(vantage): use one of \(known)")
        }
        let graph = MachineGraph(try options.load().model.dialect(name).projected(to: vantage))
        let text =
            switch format {
            case .dot: graph.dot()
            case .svg: try Graphviz.svg(of: graph.dot())
            case .ansi: graph.terminal(hasColours: output == nil && isatty(STDOUT_FILENO) == 1)
            }
        try DialectModelFile.write(text, to: output)
    }
}

import ArgumentParser
import Files
import Glibc
import SMTP
import SpamTracker
import Terminal

/// `argot senders show`
struct SendersShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Draws the clusters of a model as a heat map.",
        discussion: """
            A row is a cluster, a column a recipient domain; the colour is the domain's share of the cluster's mail. \
            Uses colours on a terminal, shaded block characters elsewhere, and draws a picture with --svg.
            """)

    @OptionGroup var model: SendersModelOptions

    @Option(name: .long, help: ArgumentHelp("Write a picture to this file.", valueName: "file"), completion: .file())
    var svg: String?

    @Option(
        name: .long, help: ArgumentHelp("The maximum number of clusters; the largest are shown.", valueName: "number"))
    var clusters = 40

    @Option(
        name: .long,
        help: ArgumentHelp("The maximum number of domains; those with most of the mail are shown.", valueName: "number")
    )
    var domains = 40

    func validate() throws {
        guard 1...10_000 ~= clusters, 1...10_000 ~= domains else {
            throw ValidationError("--clusters and --domains must be from 1 to 10000")
        }
    }

    func run() throws {
        let model = try model.load()
        guard !model.clusters.isEmpty else { throw CommandError("the model has no clusters to show") }
        let map = model.heatMap(clusters: clusters, domains: domains)
        guard let svg else {
            Output.screen(map.text(key: "cluster (senders); columns:", inColour: isatty(STDOUT_FILENO) == 1))
            return
        }
        try OutputFile.write(map.svg, to: svg)
        print("picture: \(svg)")
    }
}

import ArgumentParser
import FoundationEssentials
import SMTP
import SenderLab
import SpamTracker
import Terminal

/// `argot senders window`
struct SendersWindowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "window", abstract: "Simulates the adaptive clustering window on recorded messages.",
        discussion: """
            At each step the clusters of the preceding window flag messages. A drop in the flagged share lengthens the \
            window, unless the share of messages labelled spam drops as well: then the traffic has changed.
            """)

    @Argument(help: "A file of messages.", completion: .file())
    var file: String

    @OptionGroup var trace: SendersTraceOptions

    @Option(name: .long, help: ArgumentHelp("Length of a step.", valueName: "span"))
    var step = TimeSpan(argument: "6h")!

    @Option(name: .long, help: ArgumentHelp("The initial window.", valueName: "span"))
    var begin = TimeSpan(argument: "6h")!

    @Option(name: .long, help: ArgumentHelp("The shortest window.", valueName: "span"))
    var shortest = TimeSpan(argument: "1h")!

    @Option(name: .long, help: ArgumentHelp("The longest window.", valueName: "span"))
    var longest = TimeSpan(argument: "24h")!

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    private struct Row: Encodable {
        let start: String
        let window: Int64
        let clusters: Int
        let mails: Int
        let flaggedShare: Double
        let independentShare: Double?
        let action: String
    }

    func validate() throws {
        guard step.seconds > 0, shortest.seconds > 0, shortest.seconds <= longest.seconds else {
            throw ValidationError("--step and --shortest must be longer than 0, --longest no shorter")
        }
        guard longest.seconds / step.seconds <= 10_000 else {
            throw ValidationError("--longest is more than 10000 steps: use a longer --step")
        }
    }

    func run() throws {
        let mails = try trace.load(file)
        var bar = Progress("replaying", total: nil, unit: .things("steps"))
        let steps = try WindowReplay.steps(
            of: mails, stepSeconds: step.seconds,
            window: AdaptiveWindow(
                length: begin.seconds,
                limits: AdaptiveWindow.Limits(shortest: shortest.seconds, longest: longest.seconds))
        ) { done, _ in bar.update(Int64(done)) }
        bar.clear()
        if json {
            try Output.json(
                steps.map {
                    Row(
                        start: Output.text($0.start), window: $0.window, clusters: $0.clusters, mails: $0.mails,
                        flaggedShare: $0.flaggedShare, independentShare: $0.independentShare,
                        action: $0.action.rawValue)
                })
            return
        }
        Output.table(
            ["STEP", "WINDOW", "CLUSTERS", "MAILS", "FLAGGED", "LABELLED SPAM", "THEN"],
            steps.map {
                [
                    Output.text($0.start), FigureText.span($0.window), "\($0.clusters)", "\($0.mails)",
                    FigureText.percent($0.flaggedShare), $0.independentShare.map(FigureText.percent) ?? "-",
                    $0.action.rawValue,
                ]
            })
    }
}

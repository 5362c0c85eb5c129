import ArgumentParser
import SMTP
import SenderLab
import SpamTracker
import Spectral
import Terminal

/// `argot senders evaluate`
struct SendersEvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Measures the scores on labelled messages, window by window.",
        discussion: """
            Each window is judged by what was learned from everything before it, then learned itself; the first window \
            is only learned unless --train names an earlier history. AUC is the probability that a spam sender scores \
            above an honest one from the same window. Brackets enclose 95 of 100 resamplings of the days.
            """)

    @Argument(help: "A file of labelled messages.", completion: .file())
    var file: String

    @OptionGroup var trace: SendersTraceOptions

    @Option(name: .long, help: ArgumentHelp("Length of a window.", valueName: "span"))
    var window = TimeSpan(argument: "2d")!

    @Option(
        name: .long,
        help: ArgumentHelp("An earlier file of labelled messages, which is learned but not judged.", valueName: "file"),
        completion: .file())
    var train: String?

    @Option(name: .long, help: ArgumentHelp("The number of resamplings of the days.", valueName: "number"))
    var bootstrap = 1_000

    @Option(name: .long, help: ArgumentHelp("The seed of the resampling.", valueName: "number"))
    var seed: UInt64 = 1

    @Option(
        name: .customLong("listing-delay"),
        help: ArgumentHelp(
            "The delay after which a simulated blocklist lists a sender that has sent its first message.",
            valueName: "span"))
    var listingDelay = TimeSpan(argument: "6h")!

    @Flag(name: .customLong("by-day"), help: "Also print the areas for every day; --json always includes them.")
    var byDay = false

    @Flag(name: .long, help: "Also measure how the areas change with the parameters.")
    var sensitivity = false

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func validate() throws {
        guard window.seconds > 0 else { throw ValidationError("--window must be longer than 0") }
        guard 0...100_000 ~= bootstrap else { throw ValidationError("--bootstrap must be from 0 to 100000") }
    }

    func run() throws {
        MemoryPolicy.returnLargeBlocks()
        let earlier = try train.map { try trace.load($0) }
        let judged = try trace.load(file, table: earlier?.table ?? DomainTable())
        if let end = earlier?.events.last?.time, let start = judged.events.first?.time, end > start {
            throw CommandError(
                "\(train ?? ""): ends after \(file) begins: what is learned must be older than what is judged")
        }
        let options = EvaluationOptions(
            windowSeconds: window.seconds, replicates: bootstrap, seed: seed, listingDelay: listingDelay.seconds)
        var bar = Progress("judging", total: nil, unit: .things("windows"))
        let report = try SenderEvaluation.report(on: judged, after: earlier, options: options) { done, _ in
            bar.update(Int64(done))
        }
        bar.clear()
        guard report.counts.windows > 0 else {
            throw CommandError(
                "\(file): there is nothing to judge: use messages of two windows or more, or an earlier file with "
                    + "--train"
            )
        }
        for (kind, number) in [("spam", report.counts.spam[.all]), ("honest", report.counts.honest[.all])]
        where number ?? 0 == 0 {
            Output.note("argot: \(file): no \(kind) sender among those judged: areas and recalls need both kinds")
        }
        if json {
            try Output.json(SendersEvaluationJSON(report))
        } else {
            SendersEvaluationText.print(report)
            if byDay { SendersEvaluationText.printDays(report) }
        }
        if sensitivity { try printSensitivity(judged, earlier, options) }
    }

    private func printSensitivity(
        _ judged: SenderTrace, _ earlier: SenderTrace?, _ base: EvaluationOptions
    ) throws {
        let variants = ParameterVariants(of: base)
        var bar = Progress("varying", total: Int64(variants.count), unit: .things("variants"))
        let reports = try variants.reports(on: judged, after: earlier) { done in bar.update(Int64(done)) }
        bar.clear()
        let rows = reports.map { name, report in
            [name]
                + [ScoreUnderTest.contrast, .history].flatMap { score in
                    SenderGroup.allCases.map { group in
                        report.results.first { $0.score == score }?.groups[group]
                            .map { FigureText.number($0.area.value, digits: 4) } ?? "-"
                    }
                }
        }
        print("\nAUC under other parameters")
        Output.table(
            ["PARAMETER", "CONTRAST", "NEVER SEEN", "MULTI", "HISTORY", "NEVER SEEN", "MULTI"], rows)
    }
}

import ArgumentParser
import DialectLearning
import Dialects
import Evaluation
import SMTP
import Terminal

/// `argot dialects evaluate`
struct DialectsEvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Judges labelled conversations and counts how often the judgement was right.",
        discussion: """
            Reads transcripts from the wire, one JSON object per line, with "label_guess" (bot, attack, legit, script; \
            others are only listed) and "kind". At a milter's vantage a conversation is judged by what a milter would \
            have seen of it. Rates are averaged over kinds. A conversation counts as called a bot if it was at any \
            point.

            Conversations whose transcripts have the client's SYN or TLS hello are judged by that as well: rows tcp \
            and tls. Neither calls anybody a bot.

            With --leave-one-out each kind is judged by the model without the dialects of that program.
            """)

    @Argument(help: "Files of transcripts.", completion: .file())
    var files: [String]

    @Flag(help: .hidden)
    var envelopes = false

    @Option(
        help: ArgumentHelp(
            "Also learn from this file; may be repeated. Each kind is a dialect, in addition to those of the model.",
            valueName: "file"), completion: .file())
    var train: [String] = []

    @OptionGroup var options: ModelOptions

    @Option(
        help: ArgumentHelp("The vantage of the observer: \(WordOption.words(Vantage.self)).", valueName: "vantage"),
        completion: WordOption.completion(Vantage.self), transform: WordOption.value)
    var vantage = Vantage.wire

    @Option(
        help: ArgumentHelp("How dialects are matched: likelihood, or paper (hard sets).", valueName: "mode"),
        completion: WordOption.completion(MatchingMode.self), transform: WordOption.value)
    var mode = MatchingMode.likelihood

    @Flag(help: "Judge each kind by a model that does not contain that program.")
    var leaveOneOut = false

    @Option(help: ArgumentHelp("Show this many of the worst-rated honest conversations.", valueName: "count"))
    var worst = 0

    @Flag(help: "Show the bots' conversations that were missed.")
    var missed = false

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard !envelopes else {
            throw ValidationError(
                "--envelopes has moved: use \"argot envelopes evaluate\", with the same files and --train")
        }
    }

    func run() throws {
        let (shipped, shippedSource) = try options.load()
        let model = train.isEmpty ? shipped : try TrainedModel(beside: shipped, files: train).model
        let source = ([shippedSource] + train).joined(separator: ", ")
        var machines = LeaveOneOutMachines(model: model, vantage: vantage, leavesOut: leaveOneOut)
        var evaluation = DialectEvaluation()
        for file in files { try evaluation.add(file: file, by: &machines, mode: mode) }
        guard !evaluation.cases.isEmpty else {
            throw CommandError(
                "\(files.joined(separator: ", ")): no conversations: name transcripts, as argot dialects import "
                    + "makes them"
            )
        }
        if json {
            try Output.json(
                DialectEvaluationReport(evaluation, of: model, source: source, vantage: vantage, mode: mode))
        } else {
            show(evaluation, source: source)
            show(ConnectionEvaluation(evaluation.cases, of: model))
        }
        showCases(evaluation)
    }

    private func show(_ evaluation: DialectEvaluation, source: String) {
        Output.table(
            ["LABEL", "KIND", "N", "SILENT", "BOT", "LEGIT", "AMBIGUOUS", "UNKNOWN", "BEFORE DATA", "DECIDED AT"],
            evaluation.rows.map { row in
                let at = row.decidedAt.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
                    .map { "\($0.key)=\($0.value)" }
                return [
                    row.label, row.kind, String(row.n), String(row.silent), String(row.bot), String(row.legit),
                    String(row.ambiguous), String(row.unknown), String(row.decidedBeforeData),
                    at.joined(separator: " "),
                ]
            })
        print("")
        let leftOut = leaveOneOut ? ", one left out" : ""
        print("vantage \(vantage.rawValue), mode \(mode.rawValue), model \(source)\(leftOut)")
        print("precision \(Self.text(evaluation.precision))")
        print("macro recall before DATA \(Self.text(evaluation.macroRecall))")
        print("macro recall in the end \(Self.text(evaluation.macroRecallAtEnd))")
        print("undecided \(Self.text(evaluation.undecided))")
        if mode == .likelihood {
            print("")
            Output.table(
                ["P(HOSTILE) BEFORE DATA", "KINDS", "MEAN", "HOSTILE"],
                evaluation.calibration.filter { $0.weight > 0 }.map {
                    [
                        "\(Self.text($0.from))...\(Self.text($0.to))", Self.text($0.weight), Self.text($0.predicted),
                        Self.text($0.hostile),
                    ]
                })
        }
        if evaluation.skipped > 0 {
            print("\(evaluation.skipped) transcripts from milters skipped: a transcript from the wire is needed")
        }
    }

    private func show(_ connections: ConnectionEvaluation) {
        guard connections.rows.contains(where: { $0.shown > 0 }) else { return }
        print("")
        Output.table(
            ["VANTAGE", "SHOWN", "KNOWN", "MIXED", "HONEST AGREES", "OTHER", "OWN", "HOSTILE AGREES", "OTHER", "OWN"],
            connections.rows.map { row in
                [row.vantage]
                    + [
                        row.shown, row.known, row.mixed, row.honest.agrees, row.honest.other, row.honest.own,
                        row.hostile.agrees, row.hostile.other, row.hostile.own,
                    ].map { String($0) }
            })
    }

    private func showCases(_ evaluation: DialectEvaluation) {
        guard !json else { return }
        let honest = evaluation.cases.filter { DialectEvaluation.isHonest($0.label) }
            .sorted { $0.judgement.worst.hostile > $1.judgement.worst.hostile }.prefix(worst)
        for one in honest { show(one, "honest") }
        if missed {
            for one in evaluation.cases
            where one.label == "bot" && one.judgement.verdict != .bot && !one.judgement.isSilent {
                show(one, "missed")
            }
        }
    }

    private func show(_ one: DialectEvaluation.Case, _ word: String) {
        let posterior = one.judgement.worst
        let names = posterior.best.prefix(3).map { "\($0.name.name) \(Self.text($0.probability))" }
        let signs = posterior.signs.all.map { "\($0)" }
        print(
            "\(word) \(one.kind) \(one.id): hostile \(Self.text(posterior.hostile)), "
                + "\(one.judgement.verdict.rawValue); "
                + "likely \(names.joined(separator: ", ")); unknown software \(Self.text(posterior.unknownSoftware)), "
                + "unknown engine \(Self.text(posterior.unknownEngine)); signs: "
                + (signs.isEmpty ? "none" : signs.joined(separator: ", ")))
    }

    private static func text(_ value: Double?) -> String {
        guard let value else { return "-" }
        return String((value * 1_000).rounded() / 1_000)
    }
}

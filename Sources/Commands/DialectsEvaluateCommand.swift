import ArgumentParser
import DialectLearning
import Dialects
import SMTP
import Sessions

/// `argot dialects evaluate`
struct DialectsEvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Judges labelled conversations and counts how often that was right.",
        discussion: """
            Reads transcripts of the wire, one JSON object a line, with "label_guess" (bot, attack, legit, script; others \
            are listed only) and "kind". At a milter's vantage a conversation is judged by what a milter would have been \
            shown of it. Rates are averaged over kinds. A conversation counts as called a bot if it was at any point.

            With --leave-one-out each kind is judged by the model without the dialects of that program.

            With --envelopes the files hold judged mail as "argot envelopes train" reads them. The first two thirds of \
            the days teach and the rest is judged, or all is judged by what the file after --train teaches.
            """)

    @Argument(help: "Files of transcripts, or of judged mail with --envelopes.", completion: .file())
    var files: [String]

    @Flag(help: "Judge the envelopes of messages instead of conversations.")
    var envelopes = false

    @Option(
        help: ArgumentHelp(
            "Learn from this file too; may be repeated. Each kind is a dialect, beside those of the model.",
            valueName: "file"), completion: .file())
    var train: [String] = []

    @OptionGroup var options: ModelOptions

    @Option(
        help: ArgumentHelp("What the observer sees: \(WordOption.words(Vantage.self)).", valueName: "vantage"),
        completion: WordOption.completion(Vantage.self), transform: WordOption.value)
    var vantage = Vantage.wire

    @Option(
        help: ArgumentHelp("How dialects are matched: likelihood, or paper (hard sets).", valueName: "mode"),
        completion: WordOption.completion(MatchingMode.self), transform: WordOption.value)
    var mode = MatchingMode.likelihood

    @Flag(help: "Judge each kind by a model without that program.")
    var leaveOneOut = false

    @Option(help: ArgumentHelp("Show this many of the honest conversations that came out worst.", valueName: "count"))
    var worst = 0

    @Flag(help: "Show the conversations of bots that were missed.")
    var missed = false

    @Flag(help: "Print JSON.")
    var json = false

    private struct Report: Encodable {
        let vantage: String
        let mode: String
        let model: String
        let dialects: Int
        let kinds: [DialectEvaluation.Kind]
        let precision: Double?
        let macroRecall: Double?
        let macroRecallAtEnd: Double?
        let undecided: Double?
        let calibration: [DialectEvaluation.CalibrationBin]
        let skipped: Int

        enum CodingKeys: String, CodingKey {
            case vantage, mode, model, dialects, kinds, precision
            case macroRecall = "macro_recall"
            case macroRecallAtEnd = "macro_recall_at_end"
            case undecided, calibration, skipped
        }

        /// A rate of nothing is `null`: whoever reads the report finds every key.
        func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: CodingKeys.self)
            try fields.encode(vantage, forKey: .vantage)
            try fields.encode(mode, forKey: .mode)
            try fields.encode(model, forKey: .model)
            try fields.encode(dialects, forKey: .dialects)
            try fields.encode(kinds, forKey: .kinds)
            try fields.encode(precision, forKey: .precision)
            try fields.encode(macroRecall, forKey: .macroRecall)
            try fields.encode(macroRecallAtEnd, forKey: .macroRecallAtEnd)
            try fields.encode(undecided, forKey: .undecided)
            try fields.encode(calibration, forKey: .calibration)
            try fields.encode(skipped, forKey: .skipped)
        }
    }

    func run() throws {
        if envelopes { return try EnvelopeEvaluationRun(files: files, train: train, json: json).run() }
        let (shipped, shippedSource) = try options.load()
        let model = train.isEmpty ? shipped : try TrainedModel(beside: shipped, files: train).model
        let source = ([shippedSource] + train).joined(separator: ", ")
        var machines = LeaveOneOutMachines(model: model, vantage: vantage, leavesOut: leaveOneOut)
        var evaluation = DialectEvaluation()
        var skipped = 0
        for file in files {
            try TranscriptDocument.read(file: file) { transcript in
                guard let dialogue = DialogueReader.dialogue(from: transcript) else {
                    skipped += 1
                    return
                }
                let kind = transcript.kind ?? "unknown"
                let (machine, leftOut) = machines.machine(for: kind)
                evaluation.add(
                    DialogueJudgement(machine: machine, dialogue: dialogue, mode: mode), id: transcript.id,
                    label: transcript.labelGuess ?? "unknown", kind: kind, leftOut: leftOut)
            }
        }
        guard !evaluation.cases.isEmpty else {
            throw CommandError(
                "\(files.joined(separator: ", ")): no conversations: give transcripts, as argot dialects import makes them"
            )
        }
        if json {
            try Output.json(
                Report(
                    vantage: vantage.rawValue, mode: mode.rawValue, model: source, dialects: model.dialects.count,
                    kinds: evaluation.rows, precision: evaluation.precision, macroRecall: evaluation.macroRecall,
                    macroRecallAtEnd: evaluation.macroRecallAtEnd, undecided: evaluation.undecided,
                    calibration: evaluation.calibration, skipped: skipped))
        } else {
            show(evaluation, source: source, skipped: skipped)
        }
        showCases(evaluation)
    }

    private func show(_ evaluation: DialectEvaluation, source: String, skipped: Int) {
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
        if skipped > 0 { print("\(skipped) transcripts of milters passed over: a wire transcript is needed") }
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
            "\(word) \(one.kind) \(one.id): hostile \(Self.text(posterior.hostile)), \(one.judgement.verdict.rawValue); "
                + "likely \(names.joined(separator: ", ")); unknown software \(Self.text(posterior.unknownSoftware)), "
                + "unknown engine \(Self.text(posterior.unknownEngine)); signs: "
                + (signs.isEmpty ? "none" : signs.joined(separator: ", ")))
    }

    private static func text(_ value: Double?) -> String {
        guard let value else { return "-" }
        return String((value * 1_000).rounded() / 1_000)
    }
}

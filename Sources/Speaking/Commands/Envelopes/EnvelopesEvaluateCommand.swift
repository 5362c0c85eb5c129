import ArgumentParser
import Envelopes
import Evaluation
import Terminal

/// `argot envelopes evaluate`
struct EnvelopesEvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Learns from judged mail, judges later mail, and counts how often the judgement was right.",
        discussion: """
            Reads files of judged mail as "argot envelopes train" does. The first two thirds of the days are learned \
            and the rest is judged, or all of it is judged by what is learned from the file after --train.
            """)

    @Argument(help: "Files of judged mail.", completion: .file())
    var files: [String]

    @Option(
        help: ArgumentHelp(
            "Learn from this file, and judge all the others; may be repeated.", valueName: "file"),
        completion: .file())
    var train: [String] = []

    @Flag(
        help: """
            The labels of what is learned are not the truth, as with "argot envelopes train --imperfect"; those of what is \
            judged are, and what is labelled unknown there is not judged.
            """)
    var imperfect = false

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard !files.isEmpty else { throw ValidationError("name a file of judged mail") }
    }

    func run() throws {
        let report = try EnvelopeEvaluator(files: files, train: train, isImperfect: imperfect).report()
        if json { try Output.json(report) } else { show(report) }
    }

    private func show(_ report: EnvelopeEvaluationReport) {
        let rates = ["0.1 %", "0.3 %", "1 %"]
        let header = ["", "AUC"] + rates.map { "MAILS " + $0 } + rates.map { "ADDRESSES " + $0 }
        print(
            "learned from \(report.n_train_spam) spam and \(report.n_train_ham) honest messages, judged "
                + "\(report.n_spam) spam and \(report.n_ham) honest messages from \(report.n_ham_addresses) addresses")
        print(
            "AUC: each address counts once; recall of spam messages at false positives counted in messages, in "
                + "addresses\n"
        )
        var rows = [
            ["before DATA"] + Self.cells(report.before_data),
            ["after the headers"] + Self.cells(report.after_headers),
            ["plain Bayes, HELO and name"] + Self.cells(report.plain_helo_and_name),
            ["plain Bayes, all"] + Self.cells(report.plain_all),
        ]
        for moment in EnvelopeMoment.allCases {
            guard let ranking = report.unknown_organisations[moment.rawValue] else { continue }
            rows.append(["unknown organisations, \(moment.rawValue)"] + Self.cells(ranking))
        }
        Output.table(header, rows)
        print("")
        var ablated: [[String]] = []
        for part in report.ablation {
            if let before = part.before_data {
                ablated.append(["before DATA without \(part.without)"] + Self.cells(before))
            }
        }
        for part in report.ablation {
            ablated.append(["after the headers without \(part.without)"] + Self.cells(part.after_headers))
        }
        Output.table(header, ablated)
        print("")
        for moment in EnvelopeMoment.allCases {
            guard let part = report.calibration[moment.rawValue] else { continue }
            print(
                "\(moment.rawValue): logarithmic loss \(Self.text(part.log_loss)), honest senders "
                    + "stated to be spam with 99 %: \(Self.text(part.honest_senders_above_99))")
        }
        print("")
        Output.table(
            ["MOMENT", "ADDRESS", "HELO", "NAME", "P", "BECAUSE OF"],
            report.worst_honest.map {
                [
                    $0.moment, $0.client, $0.helo, $0.name, Self.text($0.probability),
                    $0.reasons.joined(separator: " "),
                ]
            })
    }

    /// The numbers of a ranking as cells of a table.
    private static func cells(_ ranking: EnvelopeEvaluationReport.Ranking) -> [String] {
        [ranking.auc.map(text) ?? "-"]
            + EnvelopeEvaluationReport.rates.map { text(ranking.recall_at_fpr[$0.name] ?? 0) }
            + EnvelopeEvaluationReport.rates.map { text(ranking.recall_at_fpr_of_addresses[$0.name] ?? 0) }
    }

    private static func text(_ number: Double) -> String { FigureText.number(number, digits: 4) }
}

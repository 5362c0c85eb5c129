import EnvelopeTraining
import Envelopes
import SMTP

/// `argot dialects evaluate --envelopes`: earlier days teach, later days are judged.
struct EnvelopeEvaluationRun {
    private let files: [String]
    private let train: [String]
    private let json: Bool

    /// Of one file, the first two thirds of the days teach: 16 of 24.
    private static let taughtShare = (of: 3, taught: 2)
    private static let day: Int64 = 86_400

    /// Judges `files`; with `train` by what that taught, else the later days by the earlier ones.
    init(files: [String], train: [String] = [], json: Bool = false) {
        self.files = files
        self.train = train
        self.json = json
    }

    /// Prints the report.
    func run() throws {
        let (taught, judged) = try split()
        let report = try EnvelopeEvaluator(taught: taught, judged: judged, source: files.joined(separator: ", "))
            .report()
        if json { try Output.json(report) } else { print(report) }
    }

    private func split() throws -> (taught: [EnvelopeRecord], judged: [EnvelopeRecord]) {
        let records = try EnvelopeEvaluationRecord.read(files)
        if !train.isEmpty { return (try EnvelopeEvaluationRecord.read(train), records) }
        let start = records.map(\.time.seconds).min() ?? 0
        let days = ((records.map(\.time.seconds).max() ?? 0) - start) / Self.day + 1
        let border = start + days * Int64(Self.taughtShare.taught) / Int64(Self.taughtShare.of) * Self.day
        guard days >= 3 else {
            throw CommandError(
                "the records cover \(days) days: three are needed to learn from earlier days and judge later ones; "
                    + "name a file to learn from with --train")
        }
        return (records.filter { $0.time.seconds < border }, records.filter { $0.time.seconds >= border })
    }

    private func print(_ report: EnvelopeEvaluationReport) {
        let rates = ["0.1 %", "0.3 %", "1 %"]
        let header = ["", "AUC"] + rates.map { "MAILS " + $0 } + rates.map { "ADDRESSES " + $0 }
        Commands.print(
            "learned from \(report.n_train_spam) spam and \(report.n_train_ham) honest mails, judged "
                + "\(report.n_spam) spam and \(report.n_ham) honest mails from \(report.n_ham_addresses) addresses")
        Commands.print(
            "AUC: each address counts once; recall of spam mails at false positives counted in mails, in addresses\n")
        var rows = [
            ["before DATA"] + report.before_data.cells,
            ["after the headers"] + report.after_headers.cells,
            ["plain Bayes, HELO and name"] + report.plain_helo_and_name.cells,
            ["plain Bayes, all"] + report.plain_all.cells,
        ]
        for moment in EnvelopeMoment.allCases {
            guard let ranking = report.unknown_organisations[moment.rawValue] else { continue }
            rows.append(["unknown organisations, \(moment.rawValue)"] + ranking.cells)
        }
        Output.table(header, rows)
        Commands.print("")
        var ablated: [[String]] = []
        for part in report.ablation {
            if let before = part.before_data { ablated.append(["before DATA without \(part.without)"] + before.cells) }
        }
        for part in report.ablation {
            ablated.append(["after the headers without \(part.without)"] + part.after_headers.cells)
        }
        Output.table(header, ablated)
        Commands.print("")
        for moment in EnvelopeMoment.allCases {
            guard let part = report.calibration[moment.rawValue] else { continue }
            Commands.print(
                "\(moment.rawValue): logarithmic loss \(EnvelopeEvaluationReport.text(part.log_loss)), honest senders "
                    + "stated to be spam with 99 %: \(EnvelopeEvaluationReport.text(part.honest_senders_above_99))")
        }
        Commands.print("")
        Output.table(
            ["MOMENT", "ADDRESS", "HELO", "NAME", "P", "BECAUSE OF"],
            report.worst_honest.map {
                [
                    $0.moment, $0.client, $0.helo, $0.name, EnvelopeEvaluationReport.text($0.probability),
                    $0.reasons.joined(separator: " "),
                ]
            })
    }
}

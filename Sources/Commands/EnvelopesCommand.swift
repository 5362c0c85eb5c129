import ArgumentParser
import EnvelopeTraining
import Envelopes
import Files
import SMTP

/// `argot envelopes`
struct EnvelopesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "envelopes", abstract: "Learns and shows what spam's HELO, names and headers are like.",
        discussion: """
            "argot dialects evaluate --envelopes" tells how good a model is; "envelope_model" in the configuration \
            names the one that argotd uses.
            """,
        subcommands: [Train.self, Show.self])

    struct Train: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Learns a model from judged mail.",
            discussion: """
                Reads JSON, one object a line, plain or packed with gzip: t (seconds), ip, label (spam or ham) and what \
                is known of helo, rdns, forged, proto (SMTP or ESMTP), mail_from_domain, hdr_order (the headers' names), \
                mailer, message_id, date, by (the server that took the mail). What the site's own servers added to the \
                headers is found and left out, unless --as-received says that the headers are as the client sent them.
                """)

        @Argument(help: "Files of judged mail.", completion: .file())
        var files: [String]

        @Option(
            name: [.short, .long], help: ArgumentHelp("Write the model to this file.", valueName: "file"),
            completion: .file())
        var output: String?

        @Option(
            help: ArgumentHelp(
                "Learn only what this many organisations have in common; protects names.", valueName: "count"))
        var organisations = TrainingOptions().fewestOrganisations

        @Flag(help: "The headers are as the client sent them.")
        var asReceived = false

        func validate() throws {
            guard !files.isEmpty else { throw ValidationError("Please name a file of judged mail.") }
            guard 1...1_000_000 ~= organisations else {
                throw ValidationError("--organisations takes a number from 1 to 1000000.")
            }
        }

        func run() throws {
            var records = try EnvelopeEvaluationRecord.read(files)
            if !asReceived {
                let site = SiteHeaders(of: records)
                records = records.map { site.removed(from: $0) }
            }
            var options = TrainingOptions()
            options.fewestOrganisations = organisations
            let model = try EnvelopeTrainer(options: options)
                .model(of: records, source: files.joined(separator: ", "))
            try DialectModelFile.write(EnvelopeModelDocument.text(for: model), to: output)
            let origin = model.origin
            DialectModelFile.note(
                "\(model.weightCount) weights from \(origin.spamMails) spam mails of \(origin.spamSenders) addresses and "
                    + "\(origin.honestMails) honest ones of \(origin.honestSenders)")
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Checks a model and shows its heaviest weights; exits with 0 or 1.")

        @Argument(help: "The model's file.", completion: .file())
        var file: String

        @Option(help: ArgumentHelp("Show this many weights of each moment and sign.", valueName: "count"))
        var top = 10

        func run() throws {
            let model = try EnvelopeModelFile.read(file)
            let origin = model.origin
            print(
                "\(file): \(model.weightCount) weights from \(origin.spamMails) spam mails of \(origin.spamSenders) "
                    + "addresses and \(origin.honestMails) honest ones of \(origin.honestSenders)\n")
            Output.table(
                ["MOMENT", "WEIGHT", "QUESTION", "ANSWER"],
                EnvelopeMoment.allCases.flatMap { moment in
                    let weights = model.weights(at: moment)
                    let shown = weights.count > 2 * top ? weights.prefix(top) + weights.suffix(top) : weights[...]
                    return shown.map {
                        [moment.rawValue, String(($0.weight * 100).rounded() / 100), $0.group.word, $0.answer]
                    }
                })
        }
    }
}

/// Envelope models as files.
enum EnvelopeModelFile {
    /// The model at a path.
    static func read(_ path: String) throws -> EnvelopeModel {
        var lines = try LineReader(path: path, limit: EnvelopeModelDocument.longestLine + 1)
        var text: [UInt8] = []
        while let line = try lines.next() { text += line.bytes + [0x0a] }
        return try EnvelopeModelDocument.model(from: text, file: path)
    }
}

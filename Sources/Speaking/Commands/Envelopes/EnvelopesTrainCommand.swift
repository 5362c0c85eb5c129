import ArgumentParser
import EnvelopeTraining
import Envelopes

/// `argot envelopes train`
struct EnvelopesTrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Learns a model from judged mail.",
        discussion: """
            Reads JSON, one object per line, plain or compressed with gzip: t (seconds), ip, label (spam or ham) and \
            what is known of helo, rdns, forged, proto (SMTP or ESMTP), mail_from_domain, hdr_order (the header \
            names), mailer, message_id, date, by (the server that accepted the message). Headers added by the site's \
            own servers are detected and left out, unless --as-received says that the headers are as the client sent \
            them.
            """)

    @Argument(help: "Files of judged mail.", completion: .file())
    var files: [String]

    @Option(
        name: [.short, .long], help: ArgumentHelp("Write the model to this file.", valueName: "file"),
        completion: .file())
    var output: String?

    @Option(
        help: ArgumentHelp(
            "Learn only what this many organisations have in common, to protect names.", valueName: "count"))
    var organisations = TrainingOptions().fewestOrganisations

    @Flag(help: "The headers are as the client sent them.")
    var asReceived = false

    func validate() throws {
        guard !files.isEmpty else { throw ValidationError("name a file of judged mail") }
        guard 1...1_000_000 ~= organisations else {
            throw ValidationError("--organisations must be from 1 to 1000000")
        }
    }

    func run() throws {
        var records = try EnvelopeRecord.read(files)
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
            "\(model.weightCount) weights from \(origin.spamMails) spam messages from \(origin.spamSenders) "
                + "addresses and \(origin.honestMails) honest ones from \(origin.honestSenders)"
        )
    }
}

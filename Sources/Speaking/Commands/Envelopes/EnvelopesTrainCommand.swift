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

            With --imperfect, labels are what a filter or a blocklist said: spam that it missed is labelled ham, or \
            unknown. A sender is then honest by its history and not by its label.
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

    @Flag(help: "Labels are not the truth: spam means that some source said so, ham and unknown that none did.")
    var imperfect = false

    func validate() throws {
        guard !files.isEmpty else { throw ValidationError("name a file of judged mail") }
        guard 1...1_000_000 ~= organisations else {
            throw ValidationError("--organisations must be from 1 to 1000000")
        }
    }

    func run() throws {
        var records = try EnvelopeRecord.read(files, needsLabels: !imperfect)
        if !asReceived {
            let site = SiteHeaders(of: records)
            records = records.map { site.removed(from: $0) }
        }
        var options = TrainingOptions()
        options.fewestOrganisations = organisations
        let source = files.joined(separator: ", ")
        let model =
            try imperfect
            ? lesson(of: records, options, source)
            : EnvelopeTrainer(options: options).model(of: records, source: source)
        try DialectModelFile.write(EnvelopeModelDocument.text(for: model), to: output)
        let origin = model.origin
        DialectModelFile.note(
            "\(model.weightCount) weights from \(origin.spamMails) spam messages from \(origin.spamSenders) "
                + "addresses and \(origin.honestMails) honest ones from \(origin.honestSenders)"
        )
    }

    private func lesson(
        of records: [EnvelopeRecord], _ options: TrainingOptions, _ source: String
    ) throws -> EnvelopeModel {
        let lesson = try ImperfectTrainer(options: options).lesson(of: TrainingSet(records), source: source)
        DialectModelFile.note(
            "\(lesson.returning) of \(lesson.senders) senders came back on \(lesson.rule.days) days or more")
        for one in lesson.sources {
            if let astray = one.astray { DialectModelFile.note("the labels are left out: \(astray)") }
        }
        return lesson.model
    }
}

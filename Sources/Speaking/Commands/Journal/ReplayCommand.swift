import ArgumentParser
import Configuration
import Decision
import Dialects
import EnvelopeTraining
import Envelopes
import KeyedHashing
import Memory
import Policy
import SMTP
import Sessions
import Terminal

/// `argot replay`
struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Judges recorded sessions again, under this configuration and model.",
        discussion: """
            Reads transcripts as argotd writes them (transcript_file), one JSON object per line. Greylist and history \
            start empty and carry over from session to session; nothing is written. Sender scores are those that \
            argotd has now, if its data directory can be read, or those of --senders: they may include what came after \
            a session, and do not change from session to session.

            With --envelopes the files contain judged mail, as "argot envelopes train" reads it: what would Argot have \
            done to it? Every message counts as a first attempt, to a recipient who gets no other message.
            """)

    @Argument(help: "Files of transcripts, or of judged mail.", completion: .file())
    var files: [String]

    @OptionGroup var source: SourceOptions

    @Option(
        name: .long,
        help: ArgumentHelp("A model document; by default the configured or the built-in one.", valueName: "file"),
        completion: .file())
    var model: String?

    @OptionGroup var senders: ReplaySenderOptions

    @Flag(name: .long, help: "The files contain judged mail.")
    var envelopes = false

    @Flag(name: .long, help: "Print no verdicts, but what would happen to whom, by label, and why.")
    var summary = false

    @Flag(name: .long, help: "Print JSON lines; with --summary, one JSON document.")
    var json = false

    func run() throws {
        let configuration = try source.load()
        let replay = try replay(configuration)
        var result = ReplaySummary()
        try forEachTranscript { transcript in
            let outcome = replay.outcome(of: transcript)
            result.add(transcript, outcome)
            if !summary { for decision in outcome?.decisions ?? [] { try show(decision.record) } }
        }
        if summary { return try show(result) }
        if !json { print(result.line) }
    }

    /// A replay with all that the configuration names.
    private func replay(_ configuration: Configuration) throws -> TranscriptReplay {
        let (dialects, name) = try ModelFile.read(model ?? configuration.modelFile).get()
        // A model that Argot has not taught itself yet is not missing.
        let envelopes = configuration.envelopeModel.flatMap { $0.isExpected ? $0.path : nil }
        var policy = configuration.policy
        policy.retryList = try RetryListFile.read(configuration.retryListFile)
        policy.lieLimits.exceptions.formUnion(RecipientSelection(try OptOutFile.read(configuration.optOutFile)))
        // A recording need not begin with a client that has a name.
        if policy.nameLookups == .auto { policy.nameLookups = .yes }
        let snapshot = DecisionSnapshot(
            model: dialects, modelSource: name, policy: policy,
            matching: configuration.dialectMatching == .paper ? .paper : .likelihood,
            envelopes: try envelopes.map(EnvelopeModelFile.read),
            siteDialects: try SiteDialectsFile.read(configuration))
        return TranscriptReplay(
            snapshot: snapshot, memory: DecisionMemory(key: .random(), policy: policy),
            scores: try senders.load(configuration))
    }

    private func forEachTranscript(_ body: (SessionTranscript) throws -> Void) throws {
        guard envelopes else {
            for file in files {
                var count = 0
                try TranscriptDocument.read(file: file) { transcript in
                    count += 1
                    try body(transcript)
                }
                guard count > 0 else {
                    throw CommandError(
                        "\(file): contains no transcript: set transcript_file, and replay what argotd writes there")
                }
            }
            return
        }
        let records = try EnvelopeRecord.read(files)
        let site = SiteHeaders(of: records)
        for (number, record) in records.enumerated() {
            try body(site.removed(from: record).transcript(number: number + 1))
        }
    }

    private func show(_ summary: ReplaySummary) throws {
        if json { return try Output.json(summary.groups) }
        Output.table(
            ["LABEL", "SESSIONS", "CLIENTS"] + Verdict.allCases.map { $0.rawValue.uppercased() } + ["CLIENTS TOUCHED"],
            summary.rows)
        for group in summary.groups where !group.reasons.isEmpty {
            print("")
            Output.table(
                [group.label.isEmpty ? "-" : group.label, "REASON"],
                group.commonReasons(10).map { [String($0.sessions), $0.words] })
        }
    }

    private func show(_ record: VerdictRecord) throws {
        if json {
            print(try Output.line(VerdictRow(record)))
        } else {
            print(
                "\(Output.text(record.time)) \(PrintableText(record.session)) \(record.client) "
                    + "\(record.verdict.rawValue) "
                    + "dialect=\(PrintableText(record.dialect.isEmpty ? "-" : record.dialect)) "
                    + "reason=\(PrintableText(record.words.joined(separator: ",")))")
        }
    }
}

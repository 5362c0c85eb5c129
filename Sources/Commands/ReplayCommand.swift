import ArgumentParser
import Configuration
import Decision
import KeyedHashing
import Policy
import SMTP
import Sessions

/// `argot replay`
struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Judges recorded sessions again, with this configuration and model.",
        discussion: """
            Reads transcripts as argotd writes them (transcript_file), one JSON object a line. Greylist and history \
            start empty and carry over from session to session; nothing is written. The scores of senders are those that \
            argotd has now, if its data directory can be read, or those of --senders: they may know what came after a \
            session, and do not change from session to session.
            """)

    @Argument(help: "Files of transcripts.")
    var files: [String]

    @OptionGroup var source: SourceOptions
    @OptionGroup var options: ModelOptions
    @OptionGroup var senders: ReplaySenderOptions

    @Flag(name: .long, help: "Print JSON lines.")
    var json = false

    func run() throws {
        let configuration = try source.load()
        let policy = configuration.policy
        let (model, name) = try options.load()
        let memory = DecisionMemory(key: .random(), policy: policy)
        let replay = TranscriptReplay(
            snapshot: DecisionSnapshot(model: model, modelSource: name, policy: policy), memory: memory,
            scores: try senders.load(configuration))
        var summary = ReplaySummary()
        for file in files {
            try TranscriptDocument.read(file: file) { transcript in
                guard let outcome = replay.outcome(of: transcript) else {
                    summary.wireTranscripts += 1
                    return
                }
                summary.add(outcome)
                for decision in outcome.decisions { try show(decision.record) }
            }
        }
        if !json { print(summary.description) }
    }

    private func show(_ record: VerdictRecord) throws {
        if json {
            print(try ReplayRow(record).line())
        } else {
            print(
                "\(Output.text(record.time)) \(record.session) \(record.client) \(record.verdict.rawValue) "
                    + "dialect=\(record.dialect.isEmpty ? "-" : record.dialect) "
                    + "reason=\(record.reasons.joined(separator: ","))")
        }
    }
}

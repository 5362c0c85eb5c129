import ArgumentParser
import Policy
import Storage

/// `argot journal`
struct JournalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal", abstract: "Lists verdicts, newest first.")

    @OptionGroup var source: SourceOptions
    @OptionGroup var options: JournalOptions

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func run() throws {
        let configuration = try source.load()
        let store = try source.openStore(configuration)
        let entries = try store.verdicts(matching: options.query { try source.hashingKey(configuration) })
        if json {
            try Output.json(entries.map(JournalRow.init))
            return
        }
        Output.table(
            ["TIME", "SESSION", "QUEUE", "ACTION", "APPLIED", "DIALECT", "REASON"],
            entries.map { entry in
                [
                    Output.text(entry.time), entry.session, entry.queueID.isEmpty ? "-" : entry.queueID,
                    entry.verdict.rawValue, entry.applied.rawValue, entry.dialect.isEmpty ? "-" : entry.dialect,
                    entry.reasons.joined(separator: ","),
                ]
            })
    }
}

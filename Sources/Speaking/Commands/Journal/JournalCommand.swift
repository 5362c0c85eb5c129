import ArgumentParser
import Explanations
import Keeping
import Policy
import Terminal

/// `argot journal`
struct JournalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal", abstract: "Lists verdicts, newest first.",
        discussion: """
            The journal keeps addresses as keyed hashes: a word such as #1c40b5a2 stands for an address that is not \
            known, always the same word for the same address. Use --client or --recipient to look for an address. With \
            journal_addresses = clear addresses are shown, as far back as journal_addresses_retention.
            """)

    @OptionGroup var source: SourceOptions
    @OptionGroup var options: JournalOptions

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func run() throws {
        let configuration = try source.load()
        let store = try source.openStore(configuration)
        let entries = try store.verdicts(matching: options.query { try source.hashingKey(configuration) })
        if json {
            try Output.json(entries.map(VerdictRow.init))
            return
        }
        if entries.isEmpty { DialectModelFile.note(options.nothing(configuration)) }
        Output.table(
            ["TIME", "SESSION", "QUEUE", "CLIENT", "SENDER", "RECIPIENT", "ACTION", "APPLIED", "DIALECT", "REASON"],
            entries.map { entry in
                let (whom, record) = (JournalWhom(entry), entry.record)
                return [
                    Output.text(record.time), record.session, record.queueID.isEmpty ? "-" : record.queueID,
                    whom.client,
                    whom.sender, whom.recipient, record.verdict.rawValue, record.applied.rawValue,
                    record.dialect.isEmpty ? "-" : record.dialect,
                    record.words.joined(separator: ","),
                ]
            })
    }
}

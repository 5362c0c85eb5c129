import ArgumentParser
import Campaigns
import Configuration
import Explanations
import Keeping
import KeyedHashing
import Policy
import SMTP
import Terminal

/// `argot explain`
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Explains why a verdict was reached.",
        discussion: "Takes the queue id or session from a log line, or --client or --recipient.")

    @Argument(help: ArgumentHelp("A queue id or a session.", valueName: "id"))
    var id: String?

    @OptionGroup var source: SourceOptions
    @OptionGroup var options: JournalOptions

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @Flag(name: .long, help: "Print every reason that a verdict can have, as Markdown, and nothing else.")
    var words = false

    func validate() throws {
        if !words, id == nil, options.client == nil, options.recipient == nil {
            throw ValidationError("name a queue id, a session, --client or --recipient")
        }
    }

    func run() throws {
        if words { return print(ReasonTable.markdown) }
        let configuration = try source.load()
        let store = try source.openStore(configuration)
        func key() throws -> HashingKey { try source.hashingKey(configuration) }
        var entries = try store.verdicts(matching: options.query(queueID: id, key: key))
        if entries.isEmpty, let id { entries = try store.verdicts(matching: options.query(session: id, key: key)) }
        if json {
            try Output.json(entries.map(VerdictRow.init))
            return
        }
        guard !entries.isEmpty else {
            throw CommandError(options.nothing(configuration))
        }
        let sessions = Set(entries.map(\.record.session))
        var campaigns: [String: Set<CampaignID>] = [:]
        try store.campaignMails(since: entries.map(\.record.time).min()) { mail in
            if sessions.contains(mail.session) { campaigns[mail.session, default: []].insert(mail.campaign) }
        }
        for entry in entries {
            print(Self.explanation(of: entry, campaigns: campaigns[entry.record.session]?.sorted() ?? []))
        }
    }

    static func explanation(of entry: JournalEntry, campaigns: [CampaignID] = []) -> String {
        let explanation = VerdictExplanation(entry, campaigns: campaigns.map { "\($0)" })
        let lines = explanation.lines(time: Output.text(entry.record.time))
        // Line by line: no word of the journal begins one.
        return lines.map { PrintableText($0).description }.joined(separator: "\n")
    }
}

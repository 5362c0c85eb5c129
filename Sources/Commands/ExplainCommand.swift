import ArgumentParser
import Configuration
import KeyedHashing
import Policy
import SMTP
import Storage

/// `argot explain`
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Tells why a verdict was reached.",
        discussion: "Give the queue id or the session of a log line, or --client or --recipient.")

    @Argument(help: ArgumentHelp("A queue id or a session.", valueName: "id"))
    var id: String?

    @OptionGroup var source: SourceOptions
    @OptionGroup var options: JournalOptions

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func validate() throws {
        if id == nil, options.client == nil, options.recipient == nil {
            throw ValidationError("Say which verdict: a queue id, a session, --client or --recipient")
        }
    }

    func run() throws {
        let configuration = try source.load()
        let store = try source.openStore(configuration)
        func key() throws -> HashingKey { try source.hashingKey(configuration) }
        var entries = try store.verdicts(matching: options.query(queueID: id, key: key))
        if entries.isEmpty, let id { entries = try store.verdicts(matching: options.query(session: id, key: key)) }
        if json {
            try Output.json(entries.map(JournalRow.init))
            return
        }
        guard !entries.isEmpty else {
            throw CommandError(options.nothing(configuration))
        }
        for entry in entries { print(Self.explanation(of: entry)) }
    }

    static func explanation(of entry: JournalEntry) -> String {
        var lines = [
            "\(Output.text(entry.time)) session \(entry.session)"
                + (entry.queueID.isEmpty ? "" : " queue \(entry.queueID)"),
            "  verdict: \(entry.verdict.rawValue)"
                + (entry.applied == entry.verdict
                    ? ", applied" : ", not applied (mode \(entry.mode.rawValue)): \(entry.applied.rawValue)")
                + (entry.replyCode.map { ", reply \($0)" } ?? ""),
        ]
        lines += entry.reasons.map { "  because  \($0): \(ReasonText.sentence(for: $0))" }
        lines.append("  dialect: \(entry.dialect.isEmpty ? "no known dialect speaks like this" : entry.dialect)")
        if !entry.dialectState.isEmpty {
            let states = entry.dialectState.split(separator: " ")
            let more = states.count > 8 ? " and \(states.count - 8) more" : ""
            lines.append("  stood in: \(states.prefix(8).joined(separator: " "))\(more)")
        }
        if !entry.senderScore.isEmpty { lines.append("  sender:  \(entry.senderScore)") }
        let whom = JournalWhom(entry)
        lines.append("  client \(whom.client), sender \(whom.sender), recipient \(whom.recipient)")
        // Line by line: no word of the journal begins one.
        return lines.map { PrintableText($0).description }.joined(separator: "\n")
    }
}

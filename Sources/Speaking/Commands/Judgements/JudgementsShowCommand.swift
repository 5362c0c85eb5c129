import ArgumentParser
import Configuration
import FoundationEssentials
import Judgements
import Keeping
import Policy
import Promotion
import SMTP
import Terminal

/// `argot judgements show`
struct JudgementsShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows what others said of the messages that Argot learns from.",
        discussion: """
            Argot learns from judgements that are not its own: of people, traps, authenticated users, other filters and \
            the mail server. The command counts them by source and by day of the message, shows how often sources that \
            judged the same message agree, names sources that are not listened to, and lists refusals of the mail server \
            whose texts tell Argot nothing: name those that mean a blocklist or a rule of this site in \
            blocklist_replies and policy_replies.
            """)

    @OptionGroup var source: SourceOptions

    @Option(name: .long, help: ArgumentHelp("Look back this far: 36h, 7d.", valueName: "time"))
    var since: TimeSpan?

    @Option(name: .long, help: ArgumentHelp("Show this many refusals.", valueName: "number"))
    var top = 20

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func validate() throws {
        guard 0...1_000 ~= top else { throw ValidationError("--top must be from 0 to 1000") }
    }

    func run() throws {
        let configuration = try source.load()
        let store = try source.openStore(configuration)
        let now = Int64(Date().timeIntervalSince1970)
        let seconds = since?.seconds ?? Int64(clamping: configuration.learningDays) * 86_400
        let report = try store.judgementReport(since: UnixTime(seconds: now - seconds))
        let text = JudgementText(
            report, silent: Self.silentSources(configuration), replies: try store.unreadReplies(limit: top),
            lastCard: ModelShelf(configuration.files.models).cards.last)
        if json { try Output.json(text) } else { text.show() }
    }

    /// The sources that are not listened to, and why.
    static func silentSources(_ configuration: Configuration) -> [(source: JudgementSource, reason: String)] {
        JudgementSource.allCases.compactMap { source in
            if !configuration.learning { return (source, "learning = no") }
            if !configuration.judgementSources.contains(source) { return (source, "not among judgement_sources") }
            if source == .filterHeader, configuration.filterHeaders.isEmpty {
                return (source, "filter_headers names no field")
            }
            if source == .trap, configuration.policy.trapAddresses.isEmpty, configuration.policy.trapDomains.isEmpty {
                return (source, "there are no traps")
            }
            return nil
        }
    }
}

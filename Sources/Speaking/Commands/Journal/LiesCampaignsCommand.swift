import ArgumentParser
import Campaigns
import Feedback
import Keeping
import Terminal

extension LiesCommand {
    /// `argot lies campaigns`
    struct Campaigns: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the campaigns, that seen last first.",
            discussion: """
                A campaign is all messages that advertise the same thing: they share the templates of their links, or, \
                without links, the layout of their headers and the shape of their subjects. Messages to traps and to \
                recipients that were lied about are counted, one for each recipient; see the setting campaigns.
                """)

        @OptionGroup var source: SourceOptions

        @Option(name: .long, help: ArgumentHelp("Show this many.", valueName: "number"))
        var limit = 100

        @Flag(name: .long, help: "Print JSON.")
        var json = false

        private struct Row: Encodable {
            let campaign: String
            let firstSeen: String
            let lastSeen: String
            let messages: Int
            let toTraps: Int
            let toLiedAbout: Int
            let toSpared: Int
            let recipients: Int
            let networks: Int
            let domains: [String]
            let dialects: [String]
        }

        func validate() throws {
            guard limit >= 0 else { throw ValidationError("--limit must not be negative") }
        }

        func run() throws {
            let journal = try source.openStore(try source.load())
            let list = try CampaignList(since: nil, in: journal).entries.prefix(limit)
            if json {
                return try Output.json(
                    list.map { entry in
                        Row(
                            campaign: entry.campaign.description, firstSeen: Output.text(entry.firstSeen),
                            lastSeen: Output.text(entry.lastSeen), messages: entry.messages,
                            toTraps: entry.treatments[.trap] ?? 0, toLiedAbout: entry.treatments[.lied] ?? 0,
                            toSpared: entry.treatments[.spared] ?? 0, recipients: entry.recipients,
                            networks: entry.networks, domains: entry.domains, dialects: entry.dialects)
                    })
            }
            guard !list.isEmpty else { return Output.print("no messages of campaigns have been counted") }
            Output.table(
                ["CAMPAIGN", "LAST SEEN", "MESSAGES", "TRAPS", "LIED ABOUT", "RECIPIENTS", "NETWORKS", "DIALECTS"],
                list.map { entry in
                    [
                        entry.campaign.description, Output.text(entry.lastSeen), String(entry.messages),
                        String(entry.treatments[.trap] ?? 0), String(entry.treatments[.lied] ?? 0),
                        String(entry.recipients), String(entry.networks),
                        entry.dialects.isEmpty ? "-" : entry.dialects.joined(separator: ","),
                    ]
                })
        }
    }
}

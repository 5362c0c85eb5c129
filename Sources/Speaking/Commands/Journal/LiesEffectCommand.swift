import Memory
import ArgumentParser
import Keeping
import Policy
import Terminal

extension LiesCommand {
    /// `argot lies effect`
    struct Effect: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows whether bots ask less often for recipients they were lied to about.",
            discussion: """
                A campaign is everything sent in one dialect. For the recipients that it was lied to about, the rate \
                at which it asked before the first lie says how often it would have asked since; the confidence is the \
                probability that a decrease is not due to chance. If there has been no request since, that is the P_c \
                of the B@bel paper. A campaign that has ended altogether proves nothing, nor does a recipient for \
                which it had never asked before. The command looks as far back as the journal reaches.
                """)

        @OptionGroup var source: SourceOptions

        @Flag(name: .long, help: "Print JSON.")
        var json = false

        private struct Row: Encodable {
            let dialect: String
            let recipients: Int
            let firstSeen: String
            let firstLie: String
            let lastSeen: String
            let askedBefore: Int
            let expectedSince: Double
            let askedSince: Int
            let confidence: Double
        }

        func run() throws {
            let rows = try source.openStore(try source.load()).feedback().map { effect in
                Row(
                    dialect: effect.campaign, recipients: effect.recipients, firstSeen: Output.text(effect.firstSeen),
                    firstLie: effect.firstLie.map(Output.text) ?? "-", lastSeen: Output.text(effect.lastSeen),
                    askedBefore: effect.asked, expectedSince: (effect.expected * 100).rounded() / 100,
                    askedSince: effect.askedSince, confidence: (effect.confidence * 10_000).rounded() / 10_000)
            }
            if json { return try Output.json(rows) }
            guard !rows.isEmpty else { return print("no lies have been told") }
            Output.table(
                ["DIALECT", "RECIPIENTS", "FIRST LIE", "LAST SEEN", "BEFORE", "EXPECTED", "SINCE", "CONFIDENCE"],
                rows.map { row in
                    [
                        row.dialect, String(row.recipients), row.firstLie, row.lastSeen, String(row.askedBefore),
                        String(row.expectedSince), String(row.askedSince), String(row.confidence),
                    ]
                })
        }
    }
}

import ArgumentParser
import Configuration
import Decision
import FoundationEssentials
import Keeping
import KeyedHashing
import Memory
import Policy
import SMTP
import Terminal

/// `argot lies`
struct LiesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lies", abstract: "Lists, measures and undoes fake rejections.",
        subcommands: [List.self, Campaigns.self, Effect.self, Simulate.self, Undo.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the fake rejections given, newest first.")

        @OptionGroup var source: SourceOptions

        @Option(name: .long, help: ArgumentHelp("Show this many.", valueName: "number"))
        var limit = 100

        @Flag(name: .long, help: "List the recipients that were spared instead: the control group.")
        var spared = false

        @Flag(name: .long, help: "Print JSON.")
        var json = false

        private struct Row: Encodable {
            let firstTold: String
            let lastTold: String
            let timesTold: Int
            let arm: String
            let rcpt: String
            let rcptHash: String
            let networkHash: String
            let dialect: String
            let reasons: [String]
            let session: String
            let undone: String?
        }

        func run() throws {
            let lies = try source.openStore(try source.load()).lies(since: nil, limit: .max)
                .filter { $0.isTold != spared }.prefix(max(0, limit))
            if json {
                try Output.json(
                    lies.map { lie in
                        Row(
                            firstTold: Output.text(lie.time), lastTold: Output.text(lie.lastTold),
                            timesTold: lie.timesTold, arm: lie.arm.rawValue, rcpt: lie.recipientShown,
                            rcptHash: lie.key.recipient.description, networkHash: lie.key.network.description,
                            dialect: lie.dialect, reasons: lie.reasons, session: lie.session,
                            undone: lie.undoneAt.map(Output.text))
                    })
                return
            }
            Output.table(
                [spared ? "LAST SPARED" : "LAST TOLD", "TIMES", "RECIPIENT", "SESSION", "DIALECT", "UNDONE", "REASON"],
                lies.map { lie in
                    [
                        Output.text(lie.lastTold), String(lie.timesTold), lie.recipientShown, lie.session, lie.dialect,
                        lie.undoneAt.map(Output.text) ?? "-", lie.reasons.joined(separator: ","),
                    ]
                })
        }
    }
}

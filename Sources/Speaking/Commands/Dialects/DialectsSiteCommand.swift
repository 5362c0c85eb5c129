import ArgumentParser
import Configuration
import Decision
import DialectReputation
import Dialects
import Files
import FoundationEssentials
import Keeping
import SMTP
import Terminal

/// `argot dialects site`
struct DialectsSiteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "site", abstract: "Shows what this site has learned of how its clients speak.",
        subcommands: [List.self, DialectsSiteSimulateCommand.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the dialects of this site with what was judged of their speakers.",
            discussion: """
                Reads what the daemon has seen and what others have judged of it. A dialect is hostile when independent \
                networks and organisations were judged spam, nobody who speaks so was ever honest, and the model knows no \
                honest software that does; mixed when somebody was honest, or such software is known; unknown dialects say \
                nothing against anybody. Clients that come back on several days are honest. The model is that of --model, \
                else that of model_file.

                The depth is course (all commands up to the end of the message), speech (those up to the first \
                recipient) or named (the name that the client greets with, where that is not its own). Name a dialect \
                with "argot dialects label --model FILE ID NAME --class bot", or with an honest class to have it left \
                alone.
                """)

        @OptionGroup var source: SourceOptions

        @OptionGroup var options: ModelOptions

        @Option(
            help: ArgumentHelp(
                "Show this file, as argot teach writes it, instead of what the daemon has seen.", valueName: "file"),
            completion: .file())
        var file: String?

        @Option(
            help: ArgumentHelp("Also write what was found to this file, for site_dialects.", valueName: "file"),
            completion: .file())
        var output: String?

        @Flag(help: "Show honest and unknown dialects too.")
        var all = false

        @Flag(help: "Print JSON.")
        var json = false

        func run() throws {
            let configuration = try file == nil ? source.load() : nil
            let known = try ModelFile.read(options.model ?? configuration?.modelFile ?? "").get().model
            let site = try load(configuration, knowing: known)
            if let output { try OutputFile.write(SiteDialectsDocument.text(for: site), to: output) }
            let kin = DialectKin(model: known, vantages: Set(site.dialects.map(\.vantage)))
            let proposals = SiteProposal.proposals(for: site, kin: kin)
            let shown = site.dialects.filter { all || $0.isCalled || $0.state == .hostile || $0.state == .mixed }
            if json {
                try Output.json(SiteDialectRow.Report(site, shown: shown, proposals: proposals))
                return
            }
            Output.table(SiteDialectRow.header, shown.map(SiteDialectRow.cells))
            Output.print("")
            for dialect in shown {
                for line in SiteDialectRow.lines(dialect, proposals[dialect.id] ?? []) { Output.print(line) }
            }
            Output.print(SiteDialectRow.summary(site))
        }

        private func load(_ configuration: Configuration?, knowing model: DialectModel) throws -> SiteDialects {
            if let file { return try SiteDialectsFile.read(file) }
            guard let configuration else { return SiteDialects([]) }
            let now = UnixTime(seconds: Int64(Date().timeIntervalSince1970))
            let earlier = try SiteDialectsFile.read(configuration) ?? SiteDialects([])
            return try Self.dialects(
                of: try source.openStore(configuration), at: now, named: earlier, knowing: model)
        }

        private static func dialects(
            of store: some Sightings, at now: UnixTime, named earlier: SiteDialects, knowing model: DialectModel
        ) throws -> SiteDialects {
            try DialectReputation.dialects(
                of: store, since: UnixTime(seconds: 0), at: now, named: earlier, knowing: model)
        }
    }
}

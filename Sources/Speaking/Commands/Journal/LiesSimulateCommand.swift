import ArgumentParser
import LieLab
import Terminal

extension LiesCommand {
    /// `argot lies simulate`
    struct Simulate: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Plays spammers against sites that lie, and shows what lies cost honest lists.",
            discussion: """
                Simulated spammers mail a list of addresses through bots to several sites. Some of the sites lie to the bots \
                that they judge certain, by the daemon's own policy and lottery. The spammers differ in what they make of \
                "User unknown": they ignore or believe it, ask again, ask several bots or servers, measure the share of \
                unknown users of a domain, or ask for accounts of their own. The tables show, for each fraction of recipients \
                lied about, what is saved and lost, and what the spammer finds out. What lies cost the subscribers of honest \
                lists is computed for a site with so much mail. The fraction to recommend follows by the rule that is printed.

                The same options give the same output. Nothing is read but the options, and nothing is kept.
                """)

        @Option(help: ArgumentHelp("The seed of the first game; the others follow it.", valueName: "number"))
        var seed: UInt64 = 1

        @Option(help: ArgumentHelp("How many games are played of each kind.", valueName: "number"))
        var games = GameOptions().runs

        @Option(help: ArgumentHelp("Length of a game in days.", valueName: "number"))
        var days = GameOptions().days

        @Option(help: ArgumentHelp("The number of sites on the list.", valueName: "number"))
        var sites = GameOptions().sites

        @Option(help: ArgumentHelp("The number of addresses on the list at each site.", valueName: "number"))
        var addresses = GameOptions().addresses

        @Option(help: ArgumentHelp("The share of the sites that lie.", valueName: "share"))
        var lying = GameOptions().lyingShare

        @Option(help: ArgumentHelp("The share of the addresses that do not exist.", valueName: "share"))
        var unknown = GameOptions().unknownShare

        @Option(
            help: ArgumentHelp(
                "The share of bots that sites judge certain, which is what lies are told on.", valueName: "share"))
        var recall = GameOptions().recall

        @Option(
            name: .customLong("plausible-share"),
            help: ArgumentHelp(
                "Keep lies within this share of unknown recipients, as fake_reject_share does; 0 is what the sites learn.",
                valueName: "share"))
        var plausibleShare: Double?

        @Option(
            name: .customLong("daily-limit"),
            help: ArgumentHelp("Let a site tell this many lies a day at most.", valueName: "number"))
        var dailyLimit: Int?

        @Option(help: ArgumentHelp("Messages that a site gets in a month, for the harm.", valueName: "number"))
        var volume = 100_000

        @Option(
            name: .customLong("spam-share"), help: ArgumentHelp("The share of spam in them.", valueName: "share"))
        var spamShare = HarmOptions().spamShare

        @Option(
            name: .customLong("list-share"),
            help: ArgumentHelp("The share of list mail in the rest.", valueName: "share"))
        var listShare = HarmOptions().listShare

        @Option(
            help: ArgumentHelp("How many subscriptions a month the recommended fraction may cost.", valueName: "number")
        )
        var budget = 1.0

        @Flag(help: "Also play the game under other rules.")
        var variants = false

        @Flag(help: "Print JSON.")
        var json = false

        func validate() throws {
            for (name, share) in [
                ("--lying", lying), ("--unknown", unknown), ("--recall", recall),
                ("--plausible-share", plausibleShare ?? 0),
                ("--spam-share", spamShare), ("--list-share", listShare),
            ] where !(0...1 ~= share) {
                throw ValidationError("\(name) must be from 0 to 1")
            }
            guard 1...1_000 ~= games, 1...3_650 ~= days else {
                throw ValidationError("1 to 1000 games of 1 to 3650 days can be played")
            }
            guard 1...1_000 ~= sites, 1...100_000 ~= addresses, sites * addresses <= 1_000_000 else {
                throw ValidationError("1 to 1000 sites and 1000000 addresses in all can be simulated")
            }
            guard 0...1_000_000 ~= dailyLimit ?? 0 else { throw ValidationError("--daily-limit must be 0 to 1000000") }
            guard 1...1_000_000_000 ~= volume else { throw ValidationError("--volume must be 1 to 1000000000") }
            guard budget >= 0 else { throw ValidationError("--budget must not be negative") }
        }

        private var gameOptions: GameOptions {
            var options = GameOptions()
            (options.seed, options.runs, options.days) = (seed, games, days)
            (options.sites, options.addresses) = (sites, addresses)
            (options.lyingShare, options.unknownShare, options.recall) = (lying, unknown, recall)
            options.plausibility = plausibleShare.map { $0 > 0 ? .share($0) : .learned } ?? .unlimited
            options.siteCap = dailyLimit
            return options
        }

        private var harmOptions: HarmOptions {
            var options = HarmOptions()
            options.volume = Double(volume)
            (options.spamShare, options.listShare, options.recall) = (spamShare, listShare, recall)
            return options
        }

        func run() throws {
            var bar = Progress("playing", total: nil, unit: .things("tables"))
            let report = GameReport(gameOptions, harm: harmOptions, budget: budget, hasVariants: variants) { done, _ in
                bar.update(Int64(done))
            }
            bar.clear()
            if json { try Output.json(LieGameDocument(report)) } else { LieGameText(report: report).show() }
        }
    }
}

import ArgumentParser
import Files
import FoundationEssentials
import SMTP
import SenderLab
import SpamTracker
import Terminal

/// `argot senders simulate`
struct SendersSimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Simulates messages from bots and honest senders, or evasions.",
        discussion: """
            Prints a file of messages with known labels, calibrated on what has been published about the SpamTracker \
            data and on public mail from 2007; all addresses are in 10.0.0.0/8. With --evasions it prints what each \
            evasion gains a spammer and what it costs. The same options give the same messages.
            """)

    /// Which labels the mails get.
    enum Labels: String, ExpressibleByArgument, CaseIterable {
        /// The truth.
        case truth

        /// What a blocklist knew at the time; other mails have no label.
        case blocklist
    }

    @Flag(name: .long, help: "Print the evasion suite instead of messages.")
    var evasions = false

    @Option(name: .long, help: ArgumentHelp("Write the messages to this file.", valueName: "file"), completion: .file())
    var output: String?

    @Option(
        name: .long,
        help: ArgumentHelp("The labels: truth, or blocklist for what a blocklist would know.", valueName: "kind"))
    var labels = Labels.truth

    @Option(name: .long, help: ArgumentHelp("The seed of the random numbers.", valueName: "number"))
    var seed: UInt64 = 1

    @Option(name: .long, help: ArgumentHelp("The number of periods.", valueName: "number"))
    var periods = 6

    @Option(name: .long, help: ArgumentHelp("Length of a period.", valueName: "span"))
    var period = TimeSpan(argument: "2d")!

    @Option(name: .long, help: ArgumentHelp("The number of recipient domains.", valueName: "number"))
    var domains = 115

    @Option(name: .long, help: ArgumentHelp("The number of spam campaigns.", valueName: "number"))
    var campaigns = 12

    @Option(name: .long, help: ArgumentHelp("The number of bots active in a period.", valueName: "number"))
    var bots = 2_000

    @Option(
        name: .customLong("bot-life"),
        help: ArgumentHelp("The mean lifetime of a bot, in periods.", valueName: "number"))
    var botLife = 1.0

    @Option(
        name: .customLong("multi-share"),
        help: ArgumentHelp(
            "The share of bots that write to more than one domain (0.15; 1 with --evasions).", valueName: "share"))
    var multiShare: Double?

    @Option(
        name: .customLong("domains-per-bot"),
        help: ArgumentHelp("The mean number of domains of such a bot.", valueName: "number"))
    var domainsPerBot = 4.0

    @Option(
        name: .customLong("honest-share"),
        help: ArgumentHelp("The share of honest senders among all senders in a period.", valueName: "share"))
    var honestShare = 0.12

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How similar honest mail and spam are in the domains that they reach, 0 to 1.", valueName: "share"))
    var correlation = 0.3

    @Option(
        name: .customLong("shared-networks"),
        help: ArgumentHelp("The share of honest senders in networks of bots.", valueName: "share"))
    var sharedNetworks = 0.1

    @Option(
        name: .customLong("blocklist-miss"),
        help: ArgumentHelp("The share of bots that no blocklist knows in their first period.", valueName: "share"))
    var blocklistMiss = 0.35

    func validate() throws {
        for (name, share) in [
            ("--multi-share", multiShare ?? 0), ("--honest-share", honestShare), ("--correlation", correlation),
            ("--shared-networks", sharedNetworks), ("--blocklist-miss", blocklistMiss),
        ] where !(0...1 ~= share) {
            throw ValidationError("\(name) must be from 0 to 1")
        }
        guard 1...10_000 ~= periods, period.seconds >= 60 else { throw ValidationError("give 1 to 10000 periods") }
        guard 1...100_000 ~= domains, 1...10_000 ~= campaigns, 1...10_000_000 ~= bots else {
            throw ValidationError("1 to 100000 domains, 10000 campaigns and 10000000 bots can be simulated")
        }
        guard 1...1_000 ~= botLife, 1...1_000 ~= domainsPerBot else {
            throw ValidationError("--bot-life and --domains-per-bot must be from 1 to 1000")
        }
        guard !evasions || periods > 1 else { throw ValidationError("--evasions needs two periods") }
    }

    private var options: SimulationOptions {
        var options = SimulationOptions()
        options.seed = seed
        options.periods = periods
        options.periodSeconds = period.seconds
        options.domains = domains
        options.campaigns = campaigns
        options.bots = bots
        options.botLife = botLife
        options.multiDomainShare = multiShare ?? (evasions ? 1 : 0.15)
        options.domainsPerBot = domainsPerBot
        options.honestShare = honestShare
        options.popularityCorrelation = correlation
        options.sharedNetworks = sharedNetworks
        options.blocklistMiss = blocklistMiss
        return options
    }

    func run() throws {
        if evasions { try printEvasions() } else { try writeMails() }
    }

    private func writeMails() throws {
        var bar = Progress("simulating", total: Int64(periods), unit: .things("periods"))
        var simulator = TrafficSimulator(options: options)
        let mails = simulator.mails { done, _ in bar.update(Int64(done)) }
        bar.clear()
        var target = try OutputFile(path: output ?? "-")
        try target.write("t,ip,recipient,label,campaign\n".utf8)
        for mail in mails {
            let label =
                switch labels {
                case .truth: mail.isSpam ? "spam" : "ham"
                case .blocklist: mail.isListed ? "spam" : ""
                }
            let campaign = mail.campaign.map(String.init) ?? ""
            try target.write("\(mail.time.seconds),\(mail.sender),\(mail.domainName),\(label),\(campaign)\n".utf8)
        }
        try target.finish()
    }

    private func printEvasions() throws {
        var bar = Progress("evading", total: nil, unit: .things("experiments"))
        let outcomes = try EvasionSuite.outcomes(options: options) { done, _ in bar.update(Int64(done)) }
        bar.clear()
        print("Half of the campaigns evade; all periods but the last are learned, the last is judged. Recall: share of")
        print("evading bots above a threshold that 1 % of honest senders exceed.\n")
        Output.table(
            [
                "EVASION", "LYING SENSOR", "MAILS/BOT", "REACH/BOT", "AUC TARGETS", "RECALL TARGETS",
                "RECALL + HISTORY",
                "HONEST FLAGGED", "P(ACCUSED)", "PRICE",
            ],
            outcomes.map {
                [
                    $0.evasion.rawValue, $0.role?.rawValue ?? "-", FigureText.number($0.mailsPerBot, digits: 2),
                    FigureText.number($0.reachPerBot, digits: 2), FigureText.number($0.areaByContrast),
                    FigureText.percent($0.recallByContrast), FigureText.percent($0.recallByHistory),
                    FigureText.percent($0.honestFlagged), FigureText.number($0.innocentProbability),
                    $0.evasion.price,
                ]
            })
    }
}

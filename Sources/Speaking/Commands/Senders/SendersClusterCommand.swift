import ArgumentParser
import Files
import SMTP
import SenderLab
import SpamTracker
import Spectral
import Terminal

/// `argot senders cluster`
struct SendersClusterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cluster", abstract: "Learns from labelled messages and clusters the spam senders.",
        discussion: """
            The messages are learned window by window in chronological order; the spam senders of the last window form \
            the clusters. The same files give the same model, bit for bit.
            """)

    @Argument(help: "Files of messages.", completion: .file())
    var files: [String]

    @OptionGroup var trace: SendersTraceOptions

    @Option(name: .long, help: ArgumentHelp("Length of a window.", valueName: "span"))
    var window = TimeSpan(argument: "2d")!

    @Option(name: .long, help: ArgumentHelp("Write the model to this file.", valueName: "file"), completion: .file())
    var output: String?

    @Option(name: .long, help: ArgumentHelp("The maximum number of clusters before merging.", valueName: "number"))
    var leaves = 64

    @Option(
        name: .customLong("k-means"),
        help: ArgumentHelp("Merge to this many clusters by k-means.", valueName: "number"))
    var kMeans: Int?

    @Option(
        name: .long,
        help: ArgumentHelp("A recipient domain from which clusters are learned; by default all.", valueName: "domain"))
    var trusted: [String] = []

    @Option(
        name: .customLong("sensor-share"),
        help: ArgumentHelp(
            "The largest share of the clusters' weight that a single domain may have.", valueName: "share"))
    var sensorShare = 0.2

    @Flag(name: .long, help: "Report how well the recipient domains serve as sensors, and the effect of each.")
    var sensors = false

    func validate() throws {
        guard window.seconds > 0 else { throw ValidationError("--window must be longer than 0") }
        guard leaves > 0, kMeans ?? 1 > 0 else { throw ValidationError("at least one cluster is needed") }
        guard sensorShare > 0, sensorShare <= 1 else { throw ValidationError("--sensor-share must be at most 1") }
    }

    func run() throws {
        // Each clustering frees large blocks; without this the program would stay as large as the largest made it.
        MemoryPolicy.returnLargeBlocks()
        var table = DomainTable()
        var windows: [SenderTrace.Window] = []
        for file in files {
            let mails = try trace.load(file, table: table)
            table = mails.table
            windows += mails.windows(of: window.seconds)
        }
        var settings = ModelSettings()
        settings.sensors.maximumShare = sensorShare
        if !trusted.isEmpty {
            settings.sensors.trusted = Set(
                try trusted.map { name in
                    guard let number = table.number(of: MailDomain.folded(name)) else {
                        throw CommandError("no messages go to \(name): check the spelling of --trusted")
                    }
                    return number
                })
        }
        var options = ClusterOptions(maximumLeaves: leaves)
        if let kMeans { options.merging = .kMeans(kMeans) }
        var bar = Progress("learning", total: Int64(windows.count), unit: .things("windows"))
        let learned = try LearnedWindows(windows, table: table, settings: settings, clustering: options) { done, _ in
            bar.update(Int64(done))
        }
        bar.clear()
        report(learned)
        if sensors { try reportSensors(learned, options) }
        if let output { try write(learned.model, to: output) }
    }

    private func report(_ learned: LearnedWindows) {
        let (model, clusters) = (learned.model, learned.clusters)
        Output.table(
            ["WHAT", "NUMBER"],
            [
                ["windows learned", "\(learned.count)"], ["recipient domains", "\(model.table.names.count)"],
                ["senders in the last window", "\(learned.last.count)"],
                ["of these labelled spam", "\(learned.spam.count)"],
                ["of these clustered (two or more domains)", "\(clusters.members.count)"],
                ["clusters", "\(clusters.clusters.count)"],
                ["of these not skewed to one domain", FigureText.percent(clusters.unskewedShare())],
                ["input hash", String(model.inputHash, radix: 16)],
            ])
    }

    private func reportSensors(_ learned: LearnedWindows, _ options: ClusterOptions) throws {
        let model = learned.model
        let placement = SensorPlacement(learned.last)
        print("")
        Output.table(
            ["SENSORS", "HERE", "IN THE PAPER"],
            [
                ["domains", "\(placement.domainCount)", "115"],
                ["domains that get 90 % of the messages", "\(placement.domainsOfNineTenths)", "84"],
                ["senders to more than one domain", FigureText.percent(placement.multiDomainShare), "about 15 %"],
                ["evenness of messages over domains (1 = even)", FigureText.number(placement.evenness), "-"],
            ])
        var bar = Progress("leaving out", total: 10, unit: .things("sensors"))
        let influences = try SensorInfluence.ofHeaviest(
            10, in: learned.spam, options: options, sensors: model.settings.sensors
        ) { done, _ in bar.update(Int64(done)) }
        bar.clear()
        let bySensor = Dictionary(uniqueKeysWithValues: placement.sensors.map { ($0.domain, $0) })
        print("")
        Output.table(
            ["DOMAIN", "MAILS", "SENDERS", "OF THESE MULTI", "SHARE BEFORE CAP", "MOVES CLUSTERS BY", "AGREEMENT"],
            influences.map { influence in
                let sensor = bySensor[influence.domain]
                return [
                    SendersText.name(model.table.name(of: influence.domain)), "\(sensor?.mails ?? 0)",
                    "\(sensor?.senders ?? 0)", FigureText.percent(sensor?.multiDomainShare ?? 0),
                    FigureText.percent(influence.share), FigureText.number(influence.movement),
                    FigureText.number(influence.agreement),
                ]
            })
    }

    private func write(_ model: SenderModel, to path: String) throws {
        try OutputFile.write(SenderModelDocument.text(for: model), to: path)
        print("\nmodel: \(path)")
    }
}

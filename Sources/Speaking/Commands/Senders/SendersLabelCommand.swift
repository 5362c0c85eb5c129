import ArgumentParser
import Configuration
import FoundationEssentials
import Importing
import Keeping
import SMTP
import Terminal

/// `argot senders label`
struct SendersLabelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "label", abstract: "Labels senders that are known to send spam or honest mail.",
        discussion: """
            Clusters of spam senders are made from labels; the administrator's labels override traps, imported \
            judgements and blocklists. argotd notices within ten seconds. Blocklists are files of addresses, networks \
            and ranges: plain, rbldnsd's, Spamhaus DROP, DShield, P2P, ipset save, sets of nftables, Postfix and \
            Sendmail tables (entries that permit, such as permit, dunno or OK, are not labelled), hosts.deny, CSV. A \
            line that cannot be read is reported and skipped; domain names are skipped. Importing a list again \
            replaces its previous labels.
            """)

    @Argument(help: "An address or a network in CIDR form.")
    var network: String?

    @Argument(help: "spam, ham, or none to remove the label.", completion: .list(["spam", "ham", "none"]))
    var label: String?

    @Option(
        name: .long, help: ArgumentHelp("Label as spam whatever this blocklist lists.", valueName: "file"),
        completion: .file())
    var blocklist: String?

    @Flag(name: .long, help: "Remove the labels of the blocklist.")
    var remove = false

    @Flag(name: .long, help: "List all labels.")
    var list = false

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @OptionGroup var source: SourceOptions

    private struct Row: Encodable {
        let network: String
        let label: String
        let origin: String
        let source: String
        let since: String
    }

    func validate() throws {
        let asked = [list, blocklist != nil, network != nil].filter { $0 }.count
        guard asked == 1 else { throw ValidationError("name a network and its label, or use --blocklist or --list") }
        guard network == nil || ["spam", "ham", "none"].contains(label ?? "") else {
            throw ValidationError("the label must be spam, ham or none")
        }
        if let network, AddressPrefix(network) == nil {
            throw ValidationError("\"\(network)\" is not an address and not a network in CIDR form")
        }
        if label != "none", let network = network.flatMap({ AddressPrefix($0) }), BlocklistImport.isTooWide(network) {
            throw ValidationError(
                "\(network) is too much of the Internet for one label: use at most \(BlocklistImport.widest)")
        }
    }

    func run() throws {
        let configuration = try source.load()
        if list { return try show(try source.openStore(configuration).senderLabels()) }
        let files = configuration.files
        let path = files.database
        guard FileManager.default.fileExists(atPath: path) else {
            throw CommandError(
                "\(path): does not exist: start argotd or run argot senders import first, and check the permissions "
                    + "of the directory"
            )
        }
        let store = try files.updateStore()
        let now = UnixTime(seconds: Int64(Date().timeIntervalSince1970))
        if let blocklist {
            let networks =
                remove
                ? []
                : try BlocklistImport.networks(
                    listedIn: blocklist, tell: ReadingDisplay(prefix: "argot: ").show)
            let before = try store.replaceBlocklist(blocklist, with: networks, at: now)
            guard before > 0 || !remove else {
                throw CommandError("there are no labels from \(blocklist): --list shows the lists by name")
            }
            let name = PrintableText(blocklist)
            print(remove ? "forgotten: \(name)" : "labelled spam by \(name): \(networks.count) networks")
        } else if let network = network.flatMap({ AddressPrefix($0) }) {
            guard label != "none" else {
                guard try store.removeLabel(of: network) else { throw CommandError("\(network) has no label of yours") }
                print("label removed: \(network)")
                return
            }
            try store.setLabel(
                SenderNetworkLabel(network: network, isSpam: label == "spam", origin: .administrator, time: now))
            print("\(network) is \(label ?? "")")
        }
    }

    private func show(_ labels: [SenderNetworkLabel]) throws {
        let rows = labels.map { label in
            Row(
                network: label.network.description, label: label.isSpam ? "spam" : "ham",
                origin: label.origin.rawValue, source: label.source, since: Output.text(label.time))
        }
        if json { return try Output.json(rows) }
        Output.table(
            ["NETWORK", "LABEL", "BY", "LIST", "SINCE"],
            rows.map { [$0.network, $0.label, $0.origin, $0.source.isEmpty ? "-" : $0.source, $0.since] })
    }
}

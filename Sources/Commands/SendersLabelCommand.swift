import ArgumentParser
import Configuration
import Files
import FoundationEssentials
import MailLogs
import SMTP
import Storage

/// `argot senders label`
struct SendersLabelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "label", abstract: "Says which senders are known to send spam, or honest mail.",
        discussion: """
            A label is what the clusters of spam senders are made of; the word of the administrator stands above traps, \
            imported judgements and blocklists. argotd takes notice within ten seconds. Blocklists are files of addresses \
            and networks, plain or in rbldnsd's forms ip4set, ip4trie and dnset (whose domain names are passed over); \
            importing a list again replaces what it said before.
            """)

    @Argument(help: "An address or a network in CIDR form.")
    var network: String?

    @Argument(help: "spam, ham, or none to take the label back.", completion: .list(["spam", "ham", "none"]))
    var label: String?

    @Option(
        name: .long, help: ArgumentHelp("Label what this blocklist lists as spam.", valueName: "file"),
        completion: .file())
    var blocklist: String?

    @Flag(name: .long, help: "Forget what the blocklist said.")
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
        guard asked == 1 else { throw ValidationError("Give a network and its label, or --blocklist, or --list") }
        guard network == nil || ["spam", "ham", "none"].contains(label ?? "") else {
            throw ValidationError("A label is spam, ham or none")
        }
        if let network, AddressPrefix(network) == nil {
            throw ValidationError("\"\(network)\" is no address and no network in CIDR form")
        }
        if label != "none", let network = network.flatMap({ AddressPrefix($0) }), Self.isTooWide(network) {
            throw ValidationError("\(network) is too much of the Internet for one label: give at most \(Self.widest)")
        }
    }

    private static let widest = "a /8, of IPv6 a /16"

    /// Nobody's word holds for so many: it is a slip, or a list that was closed, which some show by listing everything.
    private static func isTooWide(_ network: AddressPrefix) -> Bool {
        network.length < (network.base.family == .ipv4 ? 8 : 16)
    }

    func run() throws {
        let path = try source.load().dataDirectory + "/argot.sqlite"
        guard FileManager.default.fileExists(atPath: path) else {
            throw CommandError(
                "\(path): is not to be found: start argotd or run argot senders import first, and check who may read the "
                    + "directory")
        }
        if list { return try show(try Store(readingFrom: path).senderLabels()) }
        let store = try Store(updating: path)
        let now = UnixTime(seconds: Int64(Date().timeIntervalSince1970))
        if let blocklist {
            let networks = remove ? [] : try read(blocklist)
            let before = try store.replaceBlocklist(blocklist, with: networks, at: now)
            guard before > 0 || !remove else {
                throw CommandError("\(blocklist) has labelled nothing: --list shows the lists by name")
            }
            print(remove ? "forgotten: \(blocklist)" : "labelled spam by \(blocklist): \(networks.count) networks")
        } else if let network = network.flatMap({ AddressPrefix($0) }) {
            guard label != "none" else {
                guard try store.removeLabel(of: network) else { throw CommandError("\(network) has no label of yours") }
                print("taken back: \(network)")
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

    /// The networks that a file lists, without those that it takes out again as a whole.
    private func read(_ path: String) throws -> [AddressPrefix] {
        var lines = try LineReader(path: path, limit: 4_096)
        var networks: Set<AddressPrefix> = []
        var exclusions: Set<AddressPrefix> = []
        var faults = 0
        while let line = try lines.next() {
            switch BlocklistLine(String(decoding: line.bytes, as: UTF8.self)) {
            case .networks(let found): networks.formUnion(found)
            case .exclusion(let found): exclusions.formUnion(found)
            case .nothing: break
            case .fault(let problem):
                faults += 1
                if faults <= 5 {
                    SendersText.note("argot: \(DocumentFault(file: path, line: line.number, problem: problem))")
                }
            }
        }
        let tooWide = networks.filter { Self.isTooWide($0) }
        networks.subtract(tooWide)
        if let first = tooWide.min(by: { $0.length < $1.length }) {
            SendersText.note(
                "argot: \(path): \(first) and what else is wider than \(Self.widest) is passed over: has the list been "
                    + "closed?")
        }
        if faults > 0 { SendersText.note("argot: \(path): \(faults) lines were not understood") }
        networks.subtract(exclusions)
        let isSplit = exclusions.contains { exclusion in networks.contains { $0.contains(exclusion.base) } }
        if isSplit {
            SendersText.note(
                "argot: \(path): exceptions inside of listed networks are ignored: give them argot senders label … ham")
        }
        guard !networks.isEmpty else { throw CommandError("\(path): there is no address and no network in it") }
        guard faults <= networks.count else {
            throw CommandError("\(path): most of its lines name no network: is it a blocklist? No label was changed")
        }
        return networks.sorted { ($0.base.bits, $0.length) < ($1.base.bits, $1.length) }
    }
}

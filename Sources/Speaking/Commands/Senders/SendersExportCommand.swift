import ArgumentParser
import Configuration
import Decision
import Files
import FoundationEssentials
import Policy
import SMTP
import SenderExchange
import Terminal

/// `argot senders export`
struct SendersExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Writes a group's list of senders as a DNS zone or as sets of addresses.",
        discussion: """
            For programs that look addresses up: rbldnsd (which answers like a DNS blocklist), nftables and ipset. Needs \
            the group's key, because a snapshot holds no addresses. An answer 127.0.0.x is a class of probability: 2 from \
            0.5, 3 from 0.8, 4 from 0.9, 5 from 0.95, 6 from 0.99; the text says why.

            Argot refuses nobody for this list alone: such senders share addresses and habits with honest ones. Use it to \
            delay, to add points, or to look closer. Networks of trusted_networks and allow_addresses are left out.

            Files appear complete, or stay as they were; one in which nothing changes is not written, so that nobody reads or \
            transfers it again. With --parts a zone is spread over files FILE.00, FILE.01 and so on by network, of which only \
            those are written that change. A list that has grown by more than --growth since the last one is not written, \
            because something is wrong with it, more likely than not; --force writes it all the same.
            """)

    @Option(
        name: .long, help: ArgumentHelp("The snapshot; by default that of senders_snapshot.", valueName: "file"),
        completion: .file())
    var snapshot: String?

    @Option(
        name: .long, help: ArgumentHelp("Write IPv4 addresses for rbldnsd (ip4set).", valueName: "file"),
        completion: .file())
    var rbldnsd: String?

    @Option(
        name: .long, help: ArgumentHelp("Write IPv6 networks for rbldnsd (ip6trie).", valueName: "file"),
        completion: .file())
    var rbldnsd6: String?

    @Option(name: .long, help: ArgumentHelp("Write a script for nft -f.", valueName: "file"), completion: .file())
    var nft: String?

    @Option(
        name: .long, help: ArgumentHelp("Write a script for ipset restore.", valueName: "file"), completion: .file())
    var ipset: String?

    @Option(name: .long, help: ArgumentHelp("The least probability of spam.", valueName: "probability"))
    var probability = 0.9

    @Option(
        name: .long,
        help: ArgumentHelp("How much the targets must tell: 0.5 is two domains, 0.6 three.", valueName: "share"))
    var confidence = 0.5

    @Option(name: .long, help: ArgumentHelp("At how many sites a sender must have been seen.", valueName: "number"))
    var sites = 2

    @Option(
        name: .long,
        help: ArgumentHelp("The table of nft, or what the names of ipset's sets begin with.", valueName: "name"))
    var name = "argot"

    @Option(name: .long, help: ArgumentHelp("How long DNS answers may be kept.", valueName: "span"))
    var ttl = TimeSpan(seconds: 900)

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How many times as long as the last list the new one may be, and 1000 more.", valueName: "factor"))
    var growth = 2.0

    @Option(
        name: .long,
        help: ArgumentHelp("Spread each of rbldnsd's zones over this many files, at most 256.", valueName: "number"))
    var parts = 1

    @Flag(name: .long, help: "Write the list however much it has grown.")
    var force = false

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @OptionGroup var options: SnapshotOptions

    /// How many entries a list may always grow by.
    private static let slack = 1_000.0

    private struct Report: Encodable {
        let sequence: UInt64
        let until: Int64
        let entries: Int
        let files: [String]
        let written: Int
    }

    func validate() throws {
        guard rbldnsd != nil || rbldnsd6 != nil || nft != nil || ipset != nil else {
            throw ValidationError("name a file: --rbldnsd, --rbldnsd6, --nft or --ipset")
        }
        for share in [probability, confidence] where !(0...1 ~= share) {
            throw ValidationError("a probability and a share are between 0 and 1")
        }
        guard name.utf8.count <= 20, !name.isEmpty, name.utf8.allSatisfy({ 0x61...0x7a ~= $0 || $0 == 0x5f }) else {
            throw ValidationError("--name must be of lower-case letters, at most 20")
        }
        guard growth >= 1 else { throw ValidationError("--growth must be at least 1") }
        guard 1...256 ~= parts else { throw ValidationError("--parts must be between 1 and 256") }
    }

    func run() throws {
        let configuration = try options.source.load()
        let group = try options.group(configuration)
        var demands = try options.demands(configuration)
        demands.group = group.groupID
        let signed = try SignedSnapshot(
            file: try SnapshotOptions.path(snapshot, configuration), demands: demands, now: SnapshotOptions.now)
        let zone = SenderZone(
            signed, group: group,
            choice: .init(
                probability: probability, confidence: confidence, sites: sites,
                spared: configuration.policy.trustedNetworks + configuration.policy.allowedAddresses))
        let wanted: [(String?, SenderZone.Format)] = [
            (rbldnsd, .rbldnsd4), (rbldnsd6, .rbldnsd6), (nft, .nft), (ipset, .ipset),
        ]
        // Everything is made before anything is written.
        var files: [(path: String, text: String)] = []
        for case (let path?, let format) in wanted {
            let isZone = format == .rbldnsd4 || format == .rbldnsd6
            let count = isZone ? parts : 1
            let made = (0..<count).map { part in
                (
                    count > 1 ? Self.name(path, part) : path,
                    zone.text(format, name: name, ttl: ttl.seconds, part: part, of: count)
                )
            }
            try check(made.map(\.1), against: isZone ? Self.present(path) : [path], named: path)
            files += made
        }
        var written = 0
        for (path, text) in files where !RegularFile.holds(Array(text.utf8), at: path) {
            // A program that reads its files when they change must not read a part.
            try OutputFile.write(text, to: path)
            written += 1
        }
        for path in [rbldnsd, rbldnsd6].compactMap(\.self) {
            for old in Self.present(path) where !files.contains(where: { $0.path == old }) {
                try? FileManager.default.removeItem(atPath: old)
            }
        }
        let names = files.map(\.path)
        if json {
            return try Output.json(
                Report(
                    sequence: zone.sequence, until: zone.until.seconds, entries: zone.entries.count, files: names,
                    written: written))
        }
        print(
            "\(zone.entries.count) senders of snapshot \(zone.sequence): "
                + (names.count <= 4 ? names.joined(separator: ", ") : "\(names.count) files")
                + (written < names.count ? ", \(written) of them written" : ""))
    }

    /// The name of a part's file: two hexadecimal digits behind the zone's.
    private static func name(_ path: String, _ part: Int) -> String {
        "\(path).\(part < 16 ? "0" : "")\(String(part, radix: 16))"
    }

    /// The files of a zone that are there, whatever number of parts it was written in: those that an export has made.
    private static func present(_ path: String) -> [String] {
        ([path] + (0..<256).map { name(path, $0) }).filter { count(in: $0) != nil }
    }

    /// How many entries a file says that it has; `nil` for what no export has made.
    private static func count(in path: String) -> Int? {
        RegularFile.beginning(of: path, upTo: 200).flatMap { SenderZone.count(in: String(decoding: $0, as: UTF8.self)) }
    }

    /// Refuses a list that has grown too much.
    private func check(_ texts: [String], against files: [String], named path: String) throws {
        let counts = files.compactMap { Self.count(in: $0) }
        guard !force, !counts.isEmpty else { return }
        let before = counts.reduce(0) { $0.addingReportingOverflow($1).partialValue }
        let now = texts.reduce(0) { $0 + (SenderZone.count(in: $1) ?? 0) }
        guard Double(now) <= Double(before) * growth + Self.slack else {
            throw CommandError(
                "\(path): the list has grown from \(before) to \(now): not written; see what has happened to the group, "
                    + "then use --force")
        }
    }
}

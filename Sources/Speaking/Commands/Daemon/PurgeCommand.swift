import Control
import ArgumentParser
import Configuration
import Decision
import Files
import FoundationEssentials
import Keeping
import Memory
import KeyedHashing
import Policy
import SMTP
import Sockets
import SpamTracker
import Terminal

/// `argot purge`
struct PurgeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge", abstract: "Removes stored data before it expires, in memory and on disk.",
        discussion: """
            Choose one of --older-than, --client, --sender, --recipient, --greylist, --everything. A running daemon is \
            asked to do it; otherwise the command opens the database itself. What is removed is overwritten in the \
            file.

            Entries of the greylist are hashes over network, sender and recipient together: nobody can tell whose they \
            are, so --client, --sender and --recipient leave them until they expire, and --greylist removes all of \
            them. The lists of argot allow and deny, and the labels of argot senders, are settings: they are kept \
            unless --everything is used with --lists. With shared_store, a running daemon has the same removed at the \
            other servers of the site. The mail server's own logs are not affected.

            Exits with 0 on success, even if there was nothing to remove, and with 1 on failure.
            """)

    @Option(name: .long, help: ArgumentHelp("Remove what was last seen this long ago: 36h, 30d.", valueName: "time"))
    var olderThan: TimeSpan?

    @Option(name: .long, help: ArgumentHelp("Remove everything about this client.", valueName: "address"))
    var client: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Remove verdicts about this envelope sender, and that it was written to.", valueName: "address"))
    var sender: String?

    @Option(name: .long, help: ArgumentHelp("Remove verdicts and lies about this recipient.", valueName: "address"))
    var recipient: String?

    @Flag(name: .long, help: "Remove everything that the greylist remembers.")
    var greylist = false

    @Flag(
        name: [.long, .customLong("all")], help: "Remove everything, including transcripts and learned sender models.")
    var everything = false

    @Flag(name: .long, help: "With --everything: also remove lists and labels.")
    var lists = false

    @Flag(name: .long, help: "Do not ask for confirmation; required with --everything.")
    var yes = false

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @OptionGroup var control: ControlOptions

    func validate() throws {
        let named = [olderThan != nil, client != nil, sender != nil, recipient != nil, greylist, everything]
        guard named.count(where: { $0 }) == 1 else {
            throw ValidationError(
                "name one of --older-than, --client, --sender, --recipient, --greylist, --everything")
        }
        if let client, ClientAddress(client) == nil { throw ValidationError("\"\(client)\" is not an address") }
        if lists, !everything { throw ValidationError("--lists requires --everything") }
        if everything, !yes {
            throw ValidationError(
                "this removes everything that Argot remembers, and clients have to pass greylisting again: add --yes")
        }
    }

    func run() throws {
        let report = try askDaemon() ?? removeHere()
        if report.isEmpty, let hint = (recipient ?? sender).map(JournalOptions.hint), !hint.isEmpty {
            DialectModelFile.note("nothing to remove" + hint)
        }
        if json { return try Output.json(report) }
        for line in Self.lines(report) { print(line) }
    }

    private var query: [String: String] {
        var query: [String: String] = [:]
        if let olderThan { query["older_than"] = "\(olderThan.seconds)" }
        if let client { query["client"] = client }
        if let sender { query["sender"] = sender }
        if let recipient { query["recipient"] = recipient }
        if greylist { query["greylist"] = "1" }
        if everything { query["everything"] = "1" }
        if lists { query["lists"] = "1" }
        return query
    }

    /// The daemon's report; `nil` when none runs, or it has no control socket.
    private func askDaemon() throws -> PurgeReport? {
        guard let name = try control.name() else { return nil }
        let response: HTTPResponse
        do {
            // A large database takes its time, and so does a clustering that is waited for.
            let request = HTTPRequest(method: "DELETE", path: "/data", query: query)
            response = try AdminClient.response(to: request, at: name, timeout: 1_800)
        } catch let error where error.code == .nobodyListens {
            return nil
        } catch {
            throw CommandError("\(error)")
        }
        guard response.status == 200 else {
            throw CommandError(response.body.split(separator: "\n").joined(separator: "; "))
        }
        return try JSONDecoder().decode(PurgeReport.self, from: Data(response.body.utf8))
    }

    /// Without a daemon: on the database itself.
    private func removeHere() throws -> PurgeReport {
        let configuration = try control.sources.load()
        let data = configuration.files
        var report = data.isEmpty ? PurgeReport() : try data.updateStore().purge(try scope(configuration))
        guard everything else { return report }
        var files = data.movedAside + [data.senderBase, data.senderModel]
        if !configuration.transcriptFile.isEmpty {
            files += [configuration.transcriptFile, configuration.transcriptFile + ".1"]
        }
        report.files = DataDirectory.remove(files)
        if lists { report.listEntries = try removeLists(data.settings) }
        return report
    }

    private func scope(_ configuration: Configuration) throws -> PurgeScope {
        if let olderThan {
            return .olderThan(UnixTime(seconds: Int64(Date().timeIntervalSince1970) - olderThan.seconds))
        }
        if greylist { return .greylist }
        if everything { return .everything(labels: lists) }
        let key = try control.sources.hashingKey(configuration)
        if let sender { return .sender(key.hash(sender: sender)) }
        if let recipient { return .recipient(key.hash(recipient: recipient)) }
        guard let address = client.flatMap({ ClientAddress($0) }) else { throw CommandError("name a client") }
        let greylist = configuration.policy.greylist
        let length = address.family == .ipv4 ? greylist.ipv4PrefixLength : greylist.ipv6PrefixLength
        let prefixes = SenderPrefixes(
            ipv4: configuration.senderIPv4PrefixLength, ipv6: configuration.senderIPv6PrefixLength)
        return .client(
            key.keys(of: address), network: key.hash(network: address.network(prefixLength: length)),
            sender: SenderPseudonyms(key: key, prefixes: prefixes).sender(address).bits)
    }

    /// Takes the entries of `argot allow` and `argot deny` out of the daemon's settings; the mode stays.
    private func removeLists(_ path: String) throws -> Int {
        guard let data = FileManager.default.contents(atPath: path) else { return 0 }
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        let kept = lines.filter { !$0.hasPrefix("allow ") && !$0.hasPrefix("deny ") }
        if kept.count < lines.count {
            try OutputFile.write(kept.joined(separator: "\n"), replacing: path, mode: 0o640)
        }
        return lines.count - kept.count
    }

    /// The report in words.
    static func lines(_ report: PurgeReport) -> [String] {
        let counts = [
            (report.verdicts, "verdict", "verdicts"), (report.lies, "lie", "lies"),
            (report.attempts, "greylisted attempt", "greylisted attempts"),
            (report.networks, "network that passed", "networks that passed"),
            (report.clients, "client history", "client histories"),
            (report.senderCells, "count of a sender", "counts of senders"),
            (report.senderLabels, "label or import note", "labels and import notes"),
            (report.sightings, "message to learn from", "messages to learn from"),
            (report.campaignMails, "message of a campaign", "messages of campaigns"),
            (report.correspondents, "correspondent", "correspondents"),
            (report.listEntries, "list entry", "list entries"),
        ]
        let lines = counts.filter { $0.0 > 0 }.map { "removed \($0.0) \($0.0 == 1 ? $0.1 : $0.2)" }
        return (lines + report.files.map { "removed \($0)" }) + (report.isEmpty ? ["nothing to remove"] : [])
    }
}

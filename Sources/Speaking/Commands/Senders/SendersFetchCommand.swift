import ArgumentParser
import Configuration
import Decision
import Files
import FoundationEssentials
import Glibc
import Keeping
import KeyedHashing
import Processes
import Redis
import SMTP
import SenderExchange
import Signing
import SpamTracker
import Terminal

/// `argot senders fetch`
struct SendersFetchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch", abstract: "Fetches a group's snapshot over HTTPS, for argotd.",
        discussion: """
            Runs curl, which has to be installed, and puts what came into the place of --output (by default \
            senders_snapshot) only if it is signed by whom it should, whole, and newer than the one that is there. argotd \
            itself has no part in this and opens no connection: it notices the new file within ten seconds. Run it from a \
            timer, every quarter of an hour.
            """)

    @Argument(help: "The snapshot's address: https://, or http:// and file:// where that is safe enough.")
    var url: String

    @Option(
        name: .long, help: ArgumentHelp("Write the snapshot here; by default senders_snapshot.", valueName: "file"),
        completion: .file())
    var output: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Believe the server's certificate if this file has its issuer.", valueName: "file"),
        completion: .file())
    var ca: String?

    @Option(name: .long, help: ArgumentHelp("How long it may take.", valueName: "span"))
    var timeout = TimeSpan(seconds: 300)

    @Option(name: .long, help: .hidden)
    var curl = "curl"

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @OptionGroup var options: SnapshotOptions

    private struct Report: Encodable {
        let file: String
        let isNew: Bool
        let sequence: UInt64
        let until: Int64
        let listed: Int
    }

    func validate() throws {
        guard ["https://", "http://", "file:///"].contains(where: { url.lowercased().hasPrefix($0) }) else {
            throw ValidationError("the address must begin with https://, http:// or file:///")
        }
        guard 1...86_400 ~= timeout.seconds else { throw ValidationError("--timeout must be between 1s and 1d") }
    }

    func run() throws {
        let configuration = try options.source.load()
        guard output != nil || (try? RedisAddress(configuration.senderSnapshot)) == nil else {
            throw CommandError(
                "senders_snapshot is a Redis, from which argotd takes snapshots by itself: name a file with --output")
        }
        let path = try SnapshotOptions.path(output, configuration)
        var demands = try options.demands(configuration)
        // Whoever fetches for others need not have the group's key.
        if FileManager.default.fileExists(atPath: configuration.files.groupKey) {
            demands.group = try options.group(configuration).groupID
        }
        let now = SnapshotOptions.now
        var anyAge = demands
        anyAge.lifetime = .max
        // One that is not believed, or is too old by now, is no measure.
        let before = (try? SignedSnapshot(file: path, demands: anyAge, now: now))?.header.sequence
        demands.sequence = before
        let draft = "\(path).fetched-\(getpid())"
        defer { try? FileManager.default.removeItem(atPath: draft) }
        try download(to: draft)
        let signed: SignedSnapshot
        do {
            signed = try SignedSnapshot(file: draft, demands: demands, now: now)
        } catch {
            throw CommandError("\(url): \("\(error)".replacing(draft, with: "what came"))")
        }
        let isNew = signed.header.sequence != before
        if isNew {
            var file = try OutputFile(replacing: path, mode: 0o644)
            try file.write(signed.bytes)
            try file.finish()
        }
        let report = Report(
            file: path, isNew: isNew, sequence: signed.header.sequence, until: signed.snapshot.until.seconds,
            listed: signed.snapshot.listed.lines.count)
        if json { return try Output.json(report) }
        print(
            "\(isNew ? "new" : "nothing new"): snapshot \(report.sequence) of \(Output.text(signed.snapshot.until)), "
                + "\(report.listed) senders listed, \(path)")
    }

    private func download(to file: String) throws {
        var arguments = [
            "--silent", "--show-error", "--fail", "--location", "--max-redirs", "3", "--proto", "=https,http,file",
            "--proto-redir", "=https", "--max-time", "\(timeout.seconds)", "--max-filesize",
            "\(SenderSnapshot.largest + 4_096)", "--output", file,
        ]
        if let ca { arguments += ["--cacert", ca] }
        let run: ProgramRun
        do {
            run = try ProgramRun(curl, arguments + ["--", url], limit: Int(clamping: timeout.seconds + 10))
        } catch {
            throw CommandError("curl cannot be run: install it (\(error))")
        }
        guard run.status == 0 else {
            let lines = run.errors.split(separator: "\n")
            let words =
                (lines.first { $0.hasPrefix("curl:") } ?? lines.first).map(String.init)
                ?? "curl ended with \(run.status)"
            throw CommandError("\(url): \(words)")
        }
    }
}

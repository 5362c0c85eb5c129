import ArgumentParser
import Files
import FirstLevel
import FoundationEssentials
import Glibc
import SMTP
import SenderExchange
import Signing
import SpamTracker
import Spectral
import Terminal

/// `argot senders serve`
struct SendersServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Clusters what the sites of a group submit, and publishes snapshots.",
        discussion: """
            Takes in submissions from DIRECTORY/incoming, keeps what is signed by a sensor of the list in \
            DIRECTORY/accepted, and puts what is refused for good into DIRECTORY/refused. What is wrong is named once for each \
            sensor. When something was accepted, everything of the last weeks is learned and the last day is clustered, and \
            the snapshot is written to --output, signed with --key. It holds average rows of clusters, what is known of \
            domains and networks, the calibration, and a list of senders that look like spammers; argotd reads it \
            (senders_snapshot).

            The same submissions, list and options give the same snapshot, bit for bit, in whatever order they came: several \
            servers that get the same submissions and have the same key can stand in for each other.

            The list of sensors has a line for each: trusted, scored or revoked, the public key, and a name. Only trusted \
            sensors are learned from; senders of all are scored. From three trusted sensors on, none counts for more than a \
            quarter of what all others bring together.
            """)

    @Option(
        name: .long, help: ArgumentHelp("Where submissions come in and are kept.", valueName: "directory"),
        completion: .directory)
    var directory: String

    @Option(name: .long, help: ArgumentHelp("The list of sensors.", valueName: "file"), completion: .file())
    var sensors: String

    @Option(
        name: .long,
        help: ArgumentHelp("The group's number, as argot senders key show --group prints it.", valueName: "number"))
    var group: String

    @Option(
        name: .long, help: ArgumentHelp("The key that signs snapshots (argot senders key new).", valueName: "file"),
        completion: .file())
    var key: String

    @Option(name: .long, help: ArgumentHelp("Write snapshots to this file.", valueName: "file"), completion: .file())
    var output: String

    @Flag(name: .long, help: "Take in what is there, publish, and exit: for a timer.")
    var once = false

    @Option(name: .long, help: ArgumentHelp("How often to look for submissions.", valueName: "span"))
    var every = TimeSpan(seconds: 60)

    @Option(
        name: .customLong("publish-every"), help: ArgumentHelp("Publish no more often than this.", valueName: "span"))
    var publishEvery = TimeSpan(seconds: 900)

    @Option(name: .long, help: ArgumentHelp("How far back is learned.", valueName: "span"))
    var retention = TimeSpan(seconds: 28 * 86_400)

    @Option(name: .long, help: ArgumentHelp("The window that is clustered and listed.", valueName: "span"))
    var window = TimeSpan(seconds: 86_400)

    @Option(
        name: .long,
        help: ArgumentHelp("Whatever is published is of at least this many senders or sites.", valueName: "number"))
    var anonymity = 3

    @Option(
        name: .customLong("listed-from"),
        help: ArgumentHelp("The least probability of spam with which a sender is listed.", valueName: "probability"))
    var listedFrom = 0.5

    @Flag(name: .long, help: "Print JSON, a line for each time.")
    var json = false

    private struct Report: Encodable {
        let accepted: Int
        let replayed: Int
        let refused: Int
        let deferred: Int
        let sequence: UInt64
        let until: Int64?
        let senders: Int
        let spam: Int
        let leftOut: Int
        let clusters: Int
        let listed: Int
        let milliseconds: Int64
    }

    func validate() throws {
        guard UInt64(group, radix: 16) != nil else { throw ValidationError("--group must be a hexadecimal number") }
        guard anonymity >= 1 else { throw ValidationError("--anonymity must be at least 1") }
        guard listedFrom > 0, listedFrom <= 1 else { throw ValidationError("--listed-from must be at most 1") }
        guard every.seconds > 0, window.seconds > 0 else { throw ValidationError("a span must be longer than 0") }
        guard retention.seconds >= 86_400, retention.seconds >= window.seconds else {
            throw ValidationError("--retention must be at least a day, and at least --window")
        }
    }

    private var now: UnixTime { UnixTime(seconds: Int64(Date().timeIntervalSince1970)) }

    func run() throws {
        MemoryPolicy.returnLargeBlocks()
        var options = GroupOptions()
        options.retention = retention.seconds
        options.window = window.seconds
        options.anonymity = anonymity
        options.listedFrom = listedFrom
        let signer = try SigningKey.load(file: key)
        var roster = try readRoster()
        var folder = try SubmissionFolder(
            path: directory + "/incoming", refused: directory + "/refused", largest: SenderSubmission.largest + 4_096)
        func open(_ roster: SensorRoster) throws -> GroupServer {
            try GroupServer(
                directory: directory + "/accepted", roster: roster, group: UInt64(group, radix: 16) ?? 0, key: signer,
                options: options, now: now
            ) { Output.note("argot: \($0)") }
        }
        var server = try open(roster)
        var published: UInt64?
        var publishedAt: ContinuousClock.Instant?
        while true {
            // The list may be changed while the server runs; one with a fault changes nothing.
            do {
                let read = try readRoster()
                if read != roster {
                    roster = read
                    server = try open(roster)
                    published = nil
                }
            } catch {
                Output.note("argot: the list of sensors stays as it was: \(error)")
            }
            // A full disk ends no server: what waits is looked at again.
            do {
                let intake = try server.takeIn(&folder, now: now)
                for news in intake.news { Output.note("argot: \(news.subject): \(news.text)") }
                let isDue = publishedAt.map { ContinuousClock.now - $0 >= .seconds(publishEvery.seconds) } ?? true
                if server.sequence != published, isDue {
                    publishedAt = .now
                    try publish(&server, intake)
                    published = server.sequence
                }
            } catch {
                guard !once else { throw error }
                Output.note("argot: \(error)")
            }
            guard !once else { return }
            sleep(UInt32(clamping: every.seconds))
        }
    }

    private func readRoster() throws -> SensorRoster {
        guard let data = FileManager.default.contents(atPath: sensors) else {
            throw CommandError("\(sensors): cannot be read: check path and permissions")
        }
        return try SensorRoster(text: String(decoding: data, as: UTF8.self), file: sensors)
    }

    private func publish(_ server: inout GroupServer, _ intake: GroupServer.Intake) throws {
        let begin = ContinuousClock.now
        let outcome = try server.compute()
        if let outcome {
            for news in server.news(of: outcome) { Output.note("argot: \(news.subject): \(news.text)") }
            try server.publish(outcome.snapshot, to: output)
        }
        let spent = (ContinuousClock.now - begin).components
        let report = Report(
            accepted: intake.accepted, replayed: intake.replayed, refused: intake.refused, deferred: intake.deferred,
            sequence: server.sequence, until: outcome?.snapshot.until.seconds, senders: outcome?.senders.all ?? 0,
            spam: outcome?.senders.spam ?? 0, leftOut: outcome?.leftOut ?? 0,
            clusters: outcome?.snapshot.model.clusters.count ?? 0, listed: outcome?.snapshot.listed.lines.count ?? 0,
            milliseconds: spent.seconds * 1_000 + spent.attoseconds / 1_000_000_000_000_000)
        if json { return Output.document(try Output.line(report) + "\n") }
        guard let outcome else {
            return print("no snapshot: no trusted sensor has submitted yet (accepted \(intake.accepted))")
        }
        print(
            "snapshot \(server.sequence) of \(Output.text(outcome.snapshot.until)): accepted \(intake.accepted), "
                + "refused \(intake.refused), waiting \(intake.deferred); senders \(report.senders), spam \(report.spam), "
                + "left out \(report.leftOut); clusters \(report.clusters), listed \(report.listed); "
                + "\(report.milliseconds) ms")
        fflush(nil)
    }
}

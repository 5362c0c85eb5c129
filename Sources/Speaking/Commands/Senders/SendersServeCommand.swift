import ArgumentParser
import Configuration
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
            Takes in submissions from DIRECTORY/incoming, and from the stream of a Redis (--redis), keeps what is signed by a \
            sensor of the list in DIRECTORY/accepted, and puts what is refused for good into DIRECTORY/refused. What is wrong \
            is named once for each sensor. When something was accepted, everything of the last weeks is learned and the last \
            day is clustered, and the snapshot is written to --output and into the Redis, signed with --key. It holds average rows of clusters, what is known of \
            domains and networks, the calibration, and a list of senders that look like spammers; argotd reads it \
            (senders_snapshot).

            The same submissions, list and options give the same snapshot, bit for bit, in whatever order they came: several \
            servers that get the same submissions and have the same key can stand in for each other. Each needs a directory \
            of its own, in which it keeps how far it has read the stream: one that was away reads on where it stopped.

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
    var output: String?

    @OptionGroup var redis: GroupRedisOptions

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

    fileprivate struct Report: Encodable {
        let accepted: Int
        let replayed: Int
        let refused: Int
        let deferred: Int
        let sequence: UInt64
        let isNew: Bool
        let until: Int64?
        var senders: Int?
        var spam: Int?
        var leftOut: Int?
        var clusters: Int?
        var listed: Int?
        var milliseconds: Int64?
    }

    func validate() throws {
        guard UInt64(group, radix: 16) != nil else { throw ValidationError("--group must be a hexadecimal number") }
        guard output != nil || redis.redis != nil else {
            throw ValidationError("say where snapshots go: --output, --redis, or both")
        }
        guard anonymity >= 1 else { throw ValidationError("--anonymity must be at least 1") }
        guard listedFrom > 0, listedFrom <= 1 else { throw ValidationError("--listed-from must be at most 1") }
        guard every.seconds > 0, window.seconds > 0 else { throw ValidationError("a span must be longer than 0") }
        guard retention.seconds >= 86_400, retention.seconds >= window.seconds else {
            throw ValidationError("--retention must be at least a day, and at least --window")
        }
    }

    private var now: UnixTime { UnixTime(seconds: Int64(Date().timeIntervalSince1970)) }

    /// By what the server knows what it has published.
    private var state: String { directory + "/published" }

    func run() throws {
        MemoryPolicy.returnLargeBlocks()
        let lock = try GroupServer.lock(directory: directory)
        try serve(under: lock)
    }

    /// Works until it is ended, or once.
    private func serve(under lock: borrowing ProgramDirectory.Lock) throws {
        var options = GroupOptions()
        options.retention = retention.seconds
        options.window = window.seconds
        options.anonymity = anonymity
        options.listedFrom = listedFrom
        let signer = try SigningKey.load(file: key)
        let number = UInt64(group, radix: 16) ?? 0
        var roster = try readRoster()
        var folder = try SubmissionFolder(
            path: directory + "/incoming", refused: directory + "/refused", largest: SenderSubmission.largest + 4_096)
        let shared = try redis.store(group: number, Configuration())
        var stream: SubmissionStream?
        if let shared { stream = try SubmissionStream(shared, file: directory + "/stream", aside: folder) }
        func open(_ roster: SensorRoster) throws -> GroupServer {
            try GroupServer(
                directory: directory + "/accepted", roster: roster, group: number, key: signer, options: options,
                now: now
            ) { Output.note("argot: \($0)") }
        }
        var server = try open(roster)
        var published = isPublished(server, signer, shared) ? PublishedSnapshot(file: state) : nil
        var publishedAt: ContinuousClock.Instant?
        // What goes on failing is said once.
        var said: Set<String> = []
        while true {
            var failures: [any Error] = []
            // The list may be changed while the server runs; one with a fault changes nothing.
            do {
                let read = try readRoster()
                if read != roster {
                    server = try open(read)
                    roster = read
                }
            } catch {
                failures.append(CommandError("the list of sensors stays as it was: \(error)"))
            }
            // A full disk or a Redis that is away ends no server: what waits is looked at again.
            var intake = GroupServer.Intake()
            do {
                if stream != nil { intake += try server.takeIn(&stream!, now: now) }
            } catch { failures.append(error) }
            do {
                intake += try server.takeIn(&folder, now: now)
                for news in intake.news { Output.note("argot: \(news.subject): \(news.text)") }
                let isDue = publishedAt.map { ContinuousClock.now - $0 >= .seconds(publishEvery.seconds) } ?? true
                if server.inputDigest() == published?.input {
                    if once { try tellNothingNew(published, intake) }
                } else if isDue {
                    publishedAt = .now
                    published = try publish(&server, intake, signer, shared) ?? published
                }
            } catch { failures.append(error) }
            if once, let failure = failures.first { throw failure }
            for failure in failures where !said.contains("\(failure)") { Output.note("argot: \(failure)") }
            said = Set(failures.map { "\($0)" })
            guard !once else { return }
            sleep(UInt32(clamping: every.seconds))
        }
    }

    /// Whether the snapshot that the server has is wherever snapshots go.
    private func isPublished(_ server: GroupServer, _ signer: SigningKey, _ shared: GroupRedis?) -> Bool {
        if let output {
            let bytes = (try? SignedSnapshot.bytes(of: output)) ?? []
            let header = try? SignedDocument.header(
                of: bytes, kind: SenderSnapshot.kind, keys: [signer.publicKey])
            guard header?.sequence == server.sequence else { return false }
        }
        guard let shared else { return true }
        return (try? shared.publishedSequence(of: signer.publicKey)) == server.sequence
    }

    private func readRoster() throws -> SensorRoster {
        guard let data = FileManager.default.contents(atPath: sensors) else {
            throw CommandError("\(sensors): cannot be read: check path and permissions")
        }
        return try SensorRoster(text: String(decoding: data, as: UTF8.self), file: sensors)
    }

    /// Computes and publishes; returns what was published, `nil` where there is nothing yet.
    private func publish(
        _ server: inout GroupServer, _ intake: GroupServer.Intake, _ signer: SigningKey, _ shared: GroupRedis?
    ) throws -> PublishedSnapshot? {
        let begin = ContinuousClock.now
        let sequence = server.sequence
        guard let outcome = try server.compute() else {
            if json { try show(Report(intake, sequence: sequence, isNew: false, until: nil)) }
            if !json { print("no snapshot: no trusted sensor has submitted yet (accepted \(intake.accepted))") }
            return nil
        }
        for news in server.news(of: outcome) { Output.note("argot: \(news.subject): \(news.text)") }
        let document = server.document(of: outcome.snapshot)
        if let output {
            var file = try OutputFile(replacing: output, mode: 0o644)
            try file.write(document)
            try file.finish()
        }
        if let shared, try !shared.publish(document, signedBy: signer.publicKey) {
            Output.note(
                "argot: \(shared.place(shared.snapshot(of: signer.publicKey.id))): another server with this key has published a "
                    + "newer snapshot, which stays")
        }
        server.forget(after: outcome.snapshot)
        let published = PublishedSnapshot(
            input: server.inputDigest(), sequence: sequence, until: outcome.snapshot.until)
        try published.write(state)
        let spent = (ContinuousClock.now - begin).components
        var report = Report(intake, sequence: sequence, isNew: true, until: outcome.snapshot.until)
        report.senders = outcome.senders.all
        report.spam = outcome.senders.spam
        report.leftOut = outcome.leftOut
        report.clusters = outcome.snapshot.model.clusters.count
        report.listed = outcome.snapshot.listed.lines.count
        report.milliseconds = spent.seconds * 1_000 + spent.attoseconds / 1_000_000_000_000_000
        if json {
            try show(report)
        } else {
            print(
                "snapshot \(sequence) of \(Output.text(outcome.snapshot.until)): accepted \(intake.accepted), refused "
                    + "\(intake.refused), waiting \(intake.deferred); senders \(outcome.senders.all), spam "
                    + "\(outcome.senders.spam), left out \(outcome.leftOut); clusters \(report.clusters ?? 0), listed "
                    + "\(report.listed ?? 0); \(report.milliseconds ?? 0) ms")
            fflush(nil)
        }
        return published
    }

    private func tellNothingNew(_ published: PublishedSnapshot?, _ intake: GroupServer.Intake) throws {
        guard let published else { return }
        if json {
            return try show(
                Report(intake, sequence: published.sequence, isNew: false, until: published.until))
        }
        print(
            "nothing new: snapshot \(published.sequence) of \(Output.text(published.until)); refused \(intake.refused), waiting "
                + "\(intake.deferred)")
    }

    private func show(_ report: Report) throws { Output.document(try Output.line(report) + "\n") }
}

extension SendersServeCommand.Report {
    fileprivate init(_ intake: GroupServer.Intake, sequence: UInt64, isNew: Bool, until: UnixTime?) {
        self.init(
            accepted: intake.accepted, replayed: intake.replayed, refused: intake.refused, deferred: intake.deferred,
            sequence: sequence, isNew: isNew, until: until?.seconds)
    }
}

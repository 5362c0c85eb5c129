import ArgumentParser
import Configuration
import Decision
import Files
import FoundationEssentials
import Keeping
import KeyedHashing
import Redis
import SMTP
import SenderExchange
import Signing
import SpamTracker
import Terminal

/// `argot senders submit`
struct SendersSubmitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit", abstract: "Writes what was counted since the last time, for a group of sites.",
        discussion: """
            Writes who wrote here since the last submission, in whole quarters of an hour that have ended, and what is known of \
            the senders of the last week: into a file of the directory --output, or into a Redis (--redis); without either, \
            where senders_submit says. Senders are named under the group's key, recipient domains are hashes that only this \
            site can tell, and all of it is signed with this site's key (argot senders key). A file appears complete, under \
            a name that begins with the signer; how it reaches the group's server is up to you (rsync \
            --remove-source-files, for one). In a Redis, argot senders serve --redis finds it.

            How far was submitted is kept in senders.submitted beside the database. After a crash the same span is written \
            again under the same number, so that nothing is told twice or left out; of a span that was told before the \
            server takes nothing again. Quarters of an hour of the last week that have more messages now than were told, \
            after an import for example, are told again as corrections. When nothing has ended since, nothing is written. Run \
            it from a timer, every quarter of an hour (argot-submit.timer).
            """)

    @Option(
        name: .long, help: ArgumentHelp("Write the file into this directory.", valueName: "directory"),
        completion: .directory)
    var output: String?

    @OptionGroup var redis: GroupRedisOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How many pieces, of at most a MiB each, the stream in the Redis holds; beyond, the oldest are removed.",
            valueName: "number"))
    var streamLength = GroupRedis.streamLength

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @OptionGroup var source: SourceOptions

    /// How long counts may take to reach the database, in seconds.
    private static let settling: Int64 = 120

    private struct Report: Encodable {
        let file: String?
        let sequence: UInt64?
        let from: Int64?
        let until: Int64?
        let counts: Int
        let senders: Int
        let domains: Int
        let labels: Int
        let corrected: Int
    }

    func validate() throws {
        guard output == nil || redis.redis == nil else {
            throw ValidationError("--output and --redis exclude each other")
        }
        guard 1...1_000_000 ~= streamLength else {
            throw ValidationError("--stream-length must be between 1 and 1000000")
        }
    }

    func run() throws {
        let configuration = try source.load()
        let named = configuration.senderSubmit
        let isRedis = (try? RedisAddress(named)) != nil
        let directory = output ?? (named.isEmpty || isRedis ? nil : named)
        let files = configuration.files
        let prefixes = SenderPrefixes(
            ipv4: configuration.senderIPv4PrefixLength, ipv6: configuration.senderIPv6PrefixLength)
        guard prefixes == SubmissionMaker.prefixes else {
            throw CommandError(
                "senders_ipv4_prefix and senders_ipv6_prefix must be 32 and 64 (the defaults) to submit: other sites "
                    + "would not know these senders")
        }
        let key = try SigningKey.load(file: files.signingKey)
        let group = SenderPseudonyms(key: try HashingKey.load(file: files.groupKey))
        let stream = output == nil ? try redis.store(isRedis ? named : nil, group: group.groupID, configuration) : nil
        guard stream != nil || directory != nil else {
            throw CommandError("nothing says where to: use --output or --redis, or set senders_submit")
        }
        let store = try files.openStore()
        let slot = SenderCounter.slotSeconds(period: configuration.senderPeriod)
        var progress = try SubmissionProgress.read(files.submissionProgress)
        let now = UnixTime(seconds: Int64(Date().timeIntervalSince1970))
        guard
            let span = progress.span(
                at: now, slot: slot, settling: Self.settling, retention: configuration.senderRetention)
        else { return try report(nil, nil, nil) }
        progress.pending = span
        try progress.write(files.submissionProgress)
        let maker = SubmissionMaker(
            site: SenderPseudonyms(key: try source.hashingKey(configuration)), group: group, slotSeconds: slot,
            learnsFromDialects: configuration.sendersLearnFromDialects)
        let (submission, told) = try maker.submission(
            of: store, from: span.from, until: span.until, told: progress.told)
        let bytes = SignedDocument.bytes(
            kind: SenderSubmission.kind, sequence: span.sequence, time: span.until, payload: submission.bytes, key: key)
        guard bytes.count <= SenderSubmission.largest else {
            throw CommandError(
                "a submission of \(bytes.count) bytes is more than servers read: submit more often, or lower "
                    + "senders_retention")
        }
        let path: String
        if let stream {
            path = stream.place(stream.submissions)
            try stream.submit(bytes, length: streamLength)
        } else {
            path = "\(directory ?? ".")/\(key.publicKey.id)-\(span.sequence).submission"
            var file = try OutputFile(replacing: path, mode: 0o640)
            try file.write(bytes)
            try file.finish()
        }
        progress.last = span
        progress.pending = nil
        progress.told = told
        try progress.write(files.submissionProgress)
        try report(path, span, submission)
    }

    private func report(
        _ file: String?, _ span: SubmissionProgress.Span?, _ submission: SenderSubmission?
    ) throws {
        let report = Report(
            file: file, sequence: span?.sequence, from: span?.from.seconds, until: span?.until.seconds,
            counts: submission?.cells.count ?? 0, senders: Set((submission?.cells ?? []).map(\.sender)).count,
            domains: submission?.columns.count ?? 0, labels: submission?.labels.count ?? 0,
            corrected: submission?.corrected.count ?? 0)
        if json { return try Output.json(report) }
        guard let file, let span else { return print("nothing to submit: no slot has ended since the last submission") }
        Output.table(
            ["WHAT", "VALUE"],
            [
                ["file", file], ["number", "\(span.sequence)"], ["from", Output.text(span.from)],
                ["until", Output.text(span.until)], ["counts", "\(report.counts)"], ["senders", "\(report.senders)"],
                ["recipient domains", "\(report.domains)"], ["labels", "\(report.labels)"],
                ["slots corrected", "\(report.corrected)"],
            ])
    }
}

import ArgumentParser
import Configuration
import Decision
import Files
import FoundationEssentials
import Keeping
import KeyedHashing
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
            Writes one file into the directory --output: who wrote here since the last submission, in whole quarters of an \
            hour that have ended, and what is known of the senders of the last week. Senders are named under the group's \
            key, recipient domains are hashes that only this site can tell, and the file is signed with this site's key (argot \
            senders key). The file appears complete, under a name that begins with the signer; how it reaches the group's \
            server is up to you (rsync --remove-source-files, for one).

            How far was submitted is kept in senders.submitted beside the database. After a crash the same span is written \
            again under the same number, so that nothing is told twice or left out; of a span that was told before the \
            server takes nothing again. When nothing has ended since, nothing is written. Run it from a timer, \
            every quarter of an hour.
            """)

    @Option(
        name: .long, help: ArgumentHelp("Write the file into this directory.", valueName: "directory"),
        completion: .directory)
    var output: String

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
    }

    func run() throws {
        let configuration = try source.load()
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
        let submission = try maker.submission(of: store, from: span.from, until: span.until)
        let bytes = SignedDocument.bytes(
            kind: SenderSubmission.kind, sequence: span.sequence, time: span.until, payload: submission.bytes, key: key)
        guard bytes.count <= SenderSubmission.largest else {
            throw CommandError(
                "a submission of \(bytes.count) bytes is more than servers read: submit more often, or lower "
                    + "senders_retention")
        }
        let path = "\(output)/\(key.publicKey.id)-\(span.sequence).submission"
        var file = try OutputFile(replacing: path, mode: 0o640)
        try file.write(bytes)
        try file.finish()
        progress.last = span
        progress.pending = nil
        try progress.write(files.submissionProgress)
        try report(path, span, submission)
    }

    private func report(
        _ file: String?, _ span: SubmissionProgress.Span?, _ submission: SenderSubmission?
    ) throws {
        let report = Report(
            file: file, sequence: span?.sequence, from: span?.from.seconds, until: span?.until.seconds,
            counts: submission?.cells.count ?? 0, senders: Set((submission?.cells ?? []).map(\.sender)).count,
            domains: submission?.columns.count ?? 0, labels: submission?.labels.count ?? 0)
        if json { return try Output.json(report) }
        guard let file, let span else { return print("nothing to submit: no slot has ended since the last submission") }
        Output.table(
            ["WHAT", "VALUE"],
            [
                ["file", file], ["number", "\(span.sequence)"], ["from", Output.text(span.from)],
                ["until", Output.text(span.until)], ["counts", "\(report.counts)"], ["senders", "\(report.senders)"],
                ["recipient domains", "\(report.domains)"], ["labels", "\(report.labels)"],
            ])
    }
}

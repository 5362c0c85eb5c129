import ArgumentParser
import Configuration
import Decision
import Importing
import Keeping
import KeyedHashing
import SpamTracker
import Terminal

/// `argot senders import`
struct SendersImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Imports who wrote to whom from logs and lists of messages.",
        discussion: """
            Reads Postfix and Sendmail logs, however they were written (syslog, journalctl in any output format, \
            docker, Kubernetes), CSV whose first line names the columns t, ip, recipient and optionally label and \
            weight, and JSON lines with these names; compressed with gzip or not. A rotated set may be named in any \
            order. What was imported before is skipped, and a file that has grown is continued where it ended. Times \
            without a year are in the last year that fits the file's last change, or in --year; times without a zone \
            are in this machine's zone, or in --time-zone. A file in which no line names one of these mail servers is \
            reported, and none of it is remembered as read; if that is so for all files, the command fails.
            """)

    @Argument(help: "Files; - is standard input.", completion: .file())
    var files: [String]

    @Option(
        name: .long,
        help: ArgumentHelp("The format: auto, postfix, sendmail, journal, csv or jsonl.", valueName: "format"),
        completion: .list(["auto", "postfix", "sendmail", "journal", "csv", "jsonl"]))
    var format = "auto"

    @OptionGroup var times: LogTimeOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Import into this database, with hashing.key beside it; by default the daemon's.", valueName: "file"),
        completion: .file())
    var store: String?

    @Option(
        name: .long, help: ArgumentHelp("Write the messages to this CSV file, and import nothing.", valueName: "file"),
        completion: .file())
    var output: String?

    @Flag(name: .long, help: "Print what was read as JSON.")
    var json = false

    @OptionGroup var source: SourceOptions

    func validate() throws {
        guard ["auto", "postfix", "sendmail", "journal", "csv", "jsonl"].contains(format) else {
            throw ValidationError("--format must be auto, postfix, sendmail, journal, csv or jsonl")
        }
        if store != nil, output != nil { throw ValidationError("use either --store or --output") }
    }

    func run() throws {
        let inputs = try SenderInput.sorted(files, format: format, years: times.years(of:))
        let report: SenderImportReport
        if let output {
            var target = try SenderCSVTarget(path: output)
            report = try SenderImporter.run(
                inputs, format: format, zone: times.zone(), into: &target, tell: ReadingDisplay().show)
            try target.finish()
        } else {
            let configuration = try source.load()
            let path = store ?? configuration.files.database
            // A database and the key of its pseudonyms lie side by side.
            let key = try HashingKey.loadOrCreate(file: DataDirectory(of: path).hashingKey)
            let prefixes = SenderPrefixes(
                ipv4: configuration.senderIPv4PrefixLength, ipv6: configuration.senderIPv6PrefixLength)
            var target = SenderStoreTarget(
                try DataDirectory.makeStore(at: path, key: key),
                counter: SenderCounter(
                    SenderPseudonyms(key: key, prefixes: prefixes),
                    slotSeconds: SenderCounter.slotSeconds(period: configuration.senderPeriod), maximumCache: 200_000),
                retention: configuration.senderRetention)
            report = try SenderImporter.run(
                inputs, format: format, zone: times.zone(), into: &target, tell: ReadingDisplay().show)
            try target.finish()
        }
        for row in report.faults where !json { Output.note("argot: \(row)") }
        if json { try Output.json(report) } else { Output.table(["WHAT", "NUMBER"], SendersImportText.rows(report)) }
        if report.filesNotRead == report.files { throw ExitCode.failure }
    }
}

import ArgumentParser
import Configuration
import Decision
import FoundationEssentials
import Glibc
import KeyedHashing
import MailLogs
import SMTP
import SpamTracker
import Storage
import SystemPackage

/// `argot senders import`
struct SendersImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Imports who wrote to whom from logs and lists of mails.",
        discussion: """
            Reads logs of Postfix and Sendmail (syslog, journalctl -o export and -o json), CSV whose first line names the \
            columns t, ip, recipient and, if there are such, label and weight, and JSON lines with these names; packed with \
            gzip or not. A rotated set may be given in any order. What was imported before is passed over, and a file that \
            has grown goes on where it ended. Times without a year are taken for the last year that fits the file's last \
            change, or for --year; times without a zone are this machine's.
            """)

    @Argument(help: "Files; - is the standard input.", completion: .file())
    var files: [String]

    @Option(
        name: .long,
        help: ArgumentHelp("auto, postfix, sendmail, journal, csv or jsonl.", valueName: "format"),
        completion: .list(["auto", "postfix", "sendmail", "journal", "csv", "jsonl"]))
    var format = "auto"

    @Option(name: .long, help: ArgumentHelp("The year of the first line.", valueName: "year"))
    var year: Int?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Import into this database, whose hashing.key lies beside it; the daemon's without it.", valueName: "file"),
        completion: .file())
    var store: String?

    @Option(
        name: .long, help: ArgumentHelp("Write the mails to this CSV file, and import nothing.", valueName: "file"),
        completion: .file())
    var output: String?

    @Flag(name: .long, help: "Print what was read as JSON.")
    var json = false

    @OptionGroup var source: SourceOptions

    func validate() throws {
        guard ["auto", "postfix", "sendmail", "journal", "csv", "jsonl"].contains(format) else {
            throw ValidationError("--format is auto, postfix, sendmail, journal, csv or jsonl")
        }
        if let year, !(1_970...2_200 ~= year) { throw ValidationError("--year goes from 1970 to 2200") }
        if store != nil, output != nil { throw ValidationError("Give --store or --output") }
    }

    func run() throws {
        let inputs = try SenderInput.sorted(files, format: format, year: year)
        let report: SenderImportReport
        if let output {
            var target = try SenderCSVTarget(path: output)
            report = try SenderImporter.run(inputs, into: &target)
            try target.finish()
        } else {
            let configuration = try source.load()
            let path = store ?? configuration.dataDirectory + "/argot.sqlite"
            // A database and the key of its pseudonyms lie side by side.
            let directory = path.lastIndex(of: "/").map { path[..<$0] } ?? "."
            let key = try HashingKey.loadOrCreate(file: directory + "/hashing.key")
            var target = try SenderStoreTarget(path: path, key: key, configuration: configuration)
            report = try SenderImporter.run(inputs, into: &target)
            try target.finish()
        }
        if json { return try Output.json(report) }
        for row in report.faults { SendersText.note("argot: \(row)") }
        Output.table(["WHAT", "NUMBER"], report.rows)
    }
}

/// What an import has read.
struct SenderImportReport: Encodable {
    var files = 0
    var lines = 0
    var linesImportedBefore = 0
    var mails = 0
    var refused = 0
    var labelled = 0
    var tooOld = 0
    var malformed = 0
    var withoutClient = 0
    var queueIDsForgotten = 0
    /// The first lines that could not be read, and files that could not be read to their end.
    var faults: [String] = []

    var rows: [[String]] {
        [
            ["files", "\(files)"], ["lines", "\(lines)"], ["of these imported before", "\(linesImportedBefore)"],
            ["mails imported", "\(mails)"], ["of these refused", "\(refused)"], ["of these labelled", "\(labelled)"],
            ["mails older than senders_retention", "\(tooOld)"], ["lines not understood", "\(malformed)"],
            ["deliveries whose client no line names", "\(withoutClient)"],
            ["queue ids that gave way", "\(queueIDsForgotten)"],
        ]
    }
}

/// One mail of an import.
struct ImportedMail {
    var recipient: LoggedRecipient
    var label: SenderLabel?
    var weight: UInt32 = 1
}

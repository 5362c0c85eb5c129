import ArgumentParser
import FoundationEssentials
import Importing
import Terminal

/// `argot envelopes import`
struct EnvelopesImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Makes records of stored mail, for \"argot envelopes train\".",
        discussion: """
            Reads mbox files, Maildirs with all their folders, files with one message each, and transcripts; compressed \
            with gzip or not. Only headers are read. Folders called Junk or Spam hold spam; messages in Trash are \
            unknown; Sent and Drafts are left out. Without --spam, --honest or --unknown, other messages are honest if \
            they were read and left where they are, else unknown; transcripts are what their label_guess says.

            The client, its HELO, its name and the time are taken from the Received field that the site's own server \
            wrote when the message came from outside: Postfix, Sendmail, Exim, OpenSMTPD or qmail. Without --by, the \
            servers are found by which of them wrote the topmost such field of most messages, and printed. Messages \
            without such a field are counted by reason, and left out. Header fields that filters and mail programs of \
            the site added are removed.
            """)

    @Argument(help: "Mbox files, Maildirs, messages or transcripts.", completion: .file())
    var paths: [String] = []

    @Option(name: .long, help: ArgumentHelp("All mail there is spam; may be repeated.", valueName: "path"))
    var spam: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp("All mail there, except in Junk and Trash, is honest; may be repeated.", valueName: "path"))
    var honest: [String] = []

    @Option(name: .long, help: ArgumentHelp("Nobody has judged the mail there; may be repeated.", valueName: "path"))
    var unknown: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A mail server of this site, as its Received fields name it; may be repeated.", valueName: "host"))
    var by: [String] = []

    @Flag(help: "Leave out messages of which nobody has said what they are.")
    var labelled = false

    @Option(
        name: [.short, .long], help: ArgumentHelp("Write the records to this file.", valueName: "file"),
        completion: .file())
    var output = "-"

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Learn a model from the records, as \"argot envelopes train\" does, and write it to this file. Implies "
                + "--labelled; without --output the records are not kept.", valueName: "file"),
        completion: .file())
    var model: String?

    @Flag(help: "Print what was read as JSON; the records need --output then.")
    var json = false

    func validate() throws {
        guard !(paths + spam + honest + unknown).isEmpty else {
            throw ValidationError("name stored mail, for example --spam ~/Maildir/.Junk --honest ~/Maildir/cur")
        }
        if json, output == "-" { throw ValidationError("--json needs --output: records go to standard output") }
        if (paths + spam + honest + unknown).contains("-"), by.isEmpty {
            throw ValidationError("standard input can be read only once: name the site's servers with --by")
        }
    }

    func run() throws {
        let sources =
            spam.map { MailSource(path: $0, label: .spam) } + honest.map { MailSource(path: $0, label: .honest) }
            + unknown.map { MailSource(path: $0, label: .unknown) } + paths.map { MailSource(path: $0, label: nil) }
        let keepsRecords = model == nil || output != "-"
        let records = keepsRecords ? output : Self.passingFile()
        defer { if !keepsRecords { try? FileManager.default.removeItem(atPath: records) } }
        let report = try EnvelopeImporter.run(
            sources, servers: by, needsLabels: labelled || model != nil, into: records, tell: ReadingDisplay().show)
        if json { try Output.json(report) } else { for line in report.lines { Output.note(line) } }
        if report.written == 0 { throw ExitCode.failure }
        if let model {
            let train = try EnvelopesTrainCommand.parse([records, "--output", model])
            try train.run()
        }
    }

    /// A file for records that are not kept: they say who wrote to whom, so nobody else may read it.
    private static func passingFile() -> String {
        FileManager.default.temporaryDirectory.path + "/argot-records-\(UInt64.random(in: .min ... .max)).jsonl"
    }
}

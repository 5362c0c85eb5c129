import ArgumentParser
import Importing
import Terminal

/// `argot dialects import`
struct DialectsImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Reads SMTP conversations from captures, transcripts and logs.",
        discussion: """
            Writes one transcript a line, as JSON, for "argot dialects learn" and "evaluate". Files may be packed with \
            gzip. What cannot be used is passed over, counted and named on standard error. Exits with 1 if a file could \
            not be read at all, and with --strict at the first fault.
            """)

    @Argument(help: "Capture files, transcripts, or mail logs; - is the standard input.", completion: .file())
    var files: [String]

    @Option(name: .long, help: "What the files are.")
    var format = TranscriptImporter.Format.auto

    @Option(name: [.short, .long], help: ArgumentHelp("Write to this file.", valueName: "file"), completion: .file())
    var output = "-"

    @Option(name: .long, help: ArgumentHelp("Write this as label_guess: bot, legit, ….", valueName: "label"))
    var label: String?

    @Option(name: .long, help: ArgumentHelp("Write this as kind: the program's name.", valueName: "kind"))
    var kind: String?

    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            "Take SMTP for granted at this port of a capture; may be repeated. Elsewhere its first words must say so. "
                + "(default: 25, 465, 587, 2525)", valueName: "port"))
    var port: [UInt16] = []

    @Flag(name: .long, help: "Stop at the first fault.")
    var strict = false

    @OptionGroup var times: LogTimeOptions

    func validate() throws {
        if format == .auto, files.contains("-") {
            throw ValidationError("the standard input has no beginning to look at: say --format")
        }
        if output != "-", files.contains(output) {
            throw ValidationError("\(output) would be overwritten while it is read: choose another --output")
        }
    }

    func run() throws {
        var options = TranscriptImporter.Options(years: times.years(of:), zone: times.zone())
        options.format = format
        options.isStrict = strict
        if !port.isEmpty { options.ports = Set(port) }
        let report = try TranscriptImporter.run(
            files, options: options, into: TranscriptOutput(path: output, label: label, kind: kind),
            tell: ImportDisplay().show)
        for line in report.lines { Output.note(line) }
        if report.filesNotRead > 0 { throw ExitCode.failure }
    }
}

extension TranscriptImporter.Format: ExpressibleByArgument {}

import ArgumentParser
import Importing
import Terminal

/// `argot dialects import`
struct DialectsImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Reads SMTP conversations from captures, transcripts and logs.",
        discussion: """
            Writes one transcript per line, as JSON, for "argot dialects learn" and "evaluate". Files may be \
            compressed with gzip. What cannot be used is skipped, counted and reported on standard error. Exits with 1 \
            if a file could not be read at all, and with --strict at the first error.
            """)

    @Argument(help: "Capture files, transcripts, or mail logs; - is standard input.", completion: .file())
    var files: [String]

    @Option(name: .long, help: "The type of the files.")
    var format = TranscriptImporter.Format.auto

    @Option(name: [.short, .long], help: ArgumentHelp("Write to this file.", valueName: "file"), completion: .file())
    var output = "-"

    @Option(name: .long, help: ArgumentHelp("Set label_guess to this: bot, legit, ….", valueName: "label"))
    var label: String?

    @Option(name: .long, help: ArgumentHelp("Set kind to this: the program's name.", valueName: "kind"))
    var kind: String?

    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            "Assume SMTP on this port of a capture; may be repeated. On others it must begin like SMTP. (default: "
                + "25, 465, 587, 2525)",
            valueName: "port"))
    var port: [UInt16] = []

    @Flag(name: .long, help: "Stop at the first error.")
    var strict = false

    @OptionGroup var times: LogTimeOptions

    func validate() throws {
        if format == .auto, files.contains("-") {
            throw ValidationError("the type of standard input cannot be recognised: use --format")
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
            tell: ReadingDisplay().show)
        for line in report.lines { Output.note(line) }
        if report.filesNotRead > 0 { throw ExitCode.failure }
    }
}

extension TranscriptImporter.Format: ExpressibleByArgument {}

import ArgumentParser
import Captures
import Files
import LogLines
import SMTP
import Sessions
import Wire
import SystemPackage

/// `argot dialects import`
struct DialectsImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Reads SMTP conversations from captures, transcripts and logs.",
        discussion: """
            Writes one transcript a line, as JSON, for "argot dialects learn" and "evaluate". Files may be packed with \
            gzip. What cannot be used is passed over, counted and named on standard error. Exits with 1 if a file could \
            not be read at all, and with --strict at the first fault.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case auto, pcap, transcripts, log
    }

    @Argument(help: "Capture files, transcripts, or mail logs; - is the standard input.", completion: .file())
    var files: [String]

    @Option(name: .long, help: "What the files are.")
    var format = Format.auto

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
        let writer = try TranscriptOutput(path: output, label: label, kind: kind)
        var report = ImportReport(isStrict: strict)
        var unread = 0
        for file in files {
            do {
                switch try format == .auto ? Self.format(of: file) : format {
                case .pcap: try importCapture(file, writer, &report)
                case .transcripts: try importTranscripts(file, writer, &report)
                case .log, .auto: try importLog(file, writer, &report)
                }
            } catch let fault as DocumentFault where !strict {
                // Named here, counted, and the next file is read.
                report.show(fault)
                unread += 1
            }
        }
        try writer.close()
        report.finish(conversations: writer.count, files: files.count)
        if unread > 0 { throw ExitCode.failure }
    }

    /// What a file is, by its first bytes.
    static func format(of path: String) throws -> Format {
        var file = try InputFile(path: path)
        var head: [UInt8] = []
        while head.count < 4_096, try file.read(upTo: 4_096, into: &head) > 0 {}
        let magics: [[UInt8]] = [
            [0xa1, 0xb2, 0xc3, 0xd4], [0xd4, 0xc3, 0xb2, 0xa1], [0xa1, 0xb2, 0x3c, 0x4d], [0x4d, 0x3c, 0xb2, 0xa1],
            [0xa1, 0xb2, 0xcd, 0x34], [0x34, 0xcd, 0xb2, 0xa1], [0x0a, 0x0d, 0x0d, 0x0a],
        ]
        if magics.contains(where: { head.starts(with: $0) }) { return .pcap }
        if head.first(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0d && $0 != 0x0a }) == UInt8(ascii: "{") {
            // A log's keys are not a transcript's.
            let text = String(decoding: head.prefix { $0 != 0x0a }, as: UTF8.self)
            let isLog = [#""__REALTIME_TIMESTAMP""#, #""log":"#, #""@timestamp""#].contains { text.contains($0) }
            return isLog ? .log : .transcripts
        }
        guard !head.prefix(4_096).contains(0) else {
            throw DocumentFault(
                file: path, line: 0,
                problem: "is neither a capture nor text: give pcap, pcapng, transcripts or a mail log")
        }
        return .log
    }

    private func importCapture(_ file: String, _ writer: TranscriptOutput, _ report: inout ImportReport) throws {
        let ports = port.isEmpty ? ConversationTable.standardPorts : Set(port)
        var reader = try CaptureReader(path: file, ports: ports)
        var progress = Progress(file, total: reader.size, unit: .bytes)
        while true {
            do {
                guard let transcripts = try reader.next() else { break }
                for transcript in transcripts { try writer.write(transcript) }
                progress.update(reader.position)
            } catch let fault as DocumentFault {
                progress.clear()
                try report.note(fault)
            }
        }
        progress.clear()
        report.add(reader.frames, reader.conversations)
    }

    private func importTranscripts(_ file: String, _ writer: TranscriptOutput, _ report: inout ImportReport) throws {
        var reader = try LineReader(path: file)
        var progress = Progress(file, total: reader.size, unit: .bytes)
        while let line = try reader.next() {
            progress.update(reader.position)
            do {
                if line.isCut {
                    throw DocumentFault(
                        file: file, line: line.number, problem: "the line is longer than \(reader.limit) bytes")
                }
                let text = String(decoding: line.bytes, as: UTF8.self)
                guard !text.allSatisfy(\.isWhitespace) else { continue }
                try writer.write(TranscriptDocument.transcript(from: text, file: file, line: line.number).redacted())
            } catch let fault as DocumentFault {
                progress.clear()
                try report.note(fault)
            }
        }
        progress.clear()
    }

    private func importLog(_ file: String, _ writer: TranscriptOutput, _ report: inout ImportReport) throws {
        // A line of a log is short; syslog itself cuts at 8 kB at most.
        var reader = try LineReader(path: file, limit: 1 << 16)
        var progress = Progress(file, total: reader.size, unit: .bytes)
        let name = file.split(separator: "/").last.map(String.init) ?? file
        var decoder: MailLogDecoder?
        let (years, zone) = (times.years(of: file), times.zone())
        while let line = try reader.next() {
            guard !line.bytes.isEmpty || decoder != nil else { continue }
            var decoding =
                decoder
                ?? MailLogDecoder(source: name, framing: LogFraming(of: line.bytes) ?? .text, years: years, zone: zone)
            decoder = nil
            defer { decoder = decoding }
            progress.update(reader.position)
            let unreadable = decoding.counts.unreadable
            for transcript in decoding.consume(line.bytes) { try writer.write(transcript) }
            if decoding.counts.unreadable > unreadable {
                progress.clear()
                try report.note(
                    DocumentFault(
                        file: file, line: line.number,
                        problem: "neither a line of a log nor of a quoted conversation (C: …, S: …)"))
            }
        }
        guard var decoding = decoder else { return }
        for transcript in decoding.finish() { try writer.write(transcript) }
        progress.clear()
        guard decoding.counts.ofServers > 0 else {
            throw DocumentFault(
                file: file, line: 0,
                problem: "no line names Postfix or Sendmail, and none is of a quoted conversation (C: …, S: …)")
        }
        report.add(decoding.counts, of: file)
    }
}

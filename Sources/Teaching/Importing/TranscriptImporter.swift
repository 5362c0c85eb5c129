import Captures
package import Files
package import LogLines
import Conversations
import SMTP
import Sessions
import Wire

/// Makes transcripts of captures, logs and other transcripts.
package struct TranscriptImporter {
    /// What files are.
    package enum Format: String, CaseIterable, Sendable {
        /// What their first bytes speak for.
        case auto

        /// Captures, as tcpdump and others write them.
        case pcap

        /// Transcripts, one a line.
        case transcripts

        /// Mail logs, and quoted conversations.
        case log
    }

    /// How files are read.
    package struct Options {
        /// What the files are.
        package var format = Format.auto

        /// Ports of a capture at which SMTP is taken for granted.
        package var ports = ConversationTable.standardPorts

        /// Whether the first fault ends the import.
        package var isStrict = false

        /// How the years of a log's dates are found, by the file's name.
        package var years: (String) -> YearRule

        /// The offset from UTC, in seconds, at a local time of a log that does not say its zone.
        package var zone: @Sendable (Int64) -> Int64

        /// Options for files of any form.
        package init(years: @escaping (String) -> YearRule, zone: @escaping @Sendable (Int64) -> Int64) {
            self.years = years
            self.zone = zone
        }
    }

    private let options: Options
    private let output: TranscriptOutput
    private let tell: ReadingWatch
    private var report = TranscriptImportReport()

    /// Reads files in order and writes their transcripts.
    ///
    /// - Throws: what the output throws; with strict options the first fault. Without, faults are told and counted.
    package static func run(
        _ files: [String], options: Options, into output: TranscriptOutput, tell: @escaping ReadingWatch
    ) throws -> TranscriptImportReport {
        var importer = TranscriptImporter(options: options, output: output, tell: tell)
        for file in files { try importer.read(file) }
        try output.close()
        importer.report.conversations = output.count
        return importer.report
    }

    private init(options: Options, output: TranscriptOutput, tell: @escaping ReadingWatch) {
        self.options = options
        self.output = output
        self.tell = tell
    }

    private mutating func read(_ file: String) throws {
        report.files += 1
        do {
            defer { tell(.ends) }
            switch try options.format == .auto ? Format(of: file) : options.format {
            case .pcap: try readCapture(file)
            case .transcripts: try readTranscripts(file)
            case .log, .auto: try readLog(file)
            }
        } catch let fault as DocumentFault where !options.isStrict {
            tell(.fault(fault))
            report.filesNotRead += 1
        }
    }

    /// A part of a file that is skipped.
    private mutating func note(_ fault: DocumentFault) throws {
        guard !options.isStrict else { throw fault }
        if report.countFault() { tell(.fault(fault)) }
    }

    private mutating func readCapture(_ file: String) throws {
        var reader = try CaptureReader(path: file, ports: options.ports)
        tell(.begins(file: file, bytes: reader.size))
        while true {
            do {
                guard let transcripts = try reader.next() else { break }
                for transcript in transcripts { try output.write(transcript) }
                tell(.reached(reader.position))
            } catch let fault as DocumentFault {
                try note(fault)
            }
        }
        report.add(reader.frames, reader.conversations)
    }

    private mutating func readTranscripts(_ file: String) throws {
        var reader = try LineReader(path: file)
        tell(.begins(file: file, bytes: reader.size))
        while let line = try reader.next() {
            tell(.reached(reader.position))
            do {
                if line.isCut {
                    throw DocumentFault(
                        file: file, line: line.number, problem: "the line is longer than \(reader.limit) bytes")
                }
                let text = String(decoding: line.bytes, as: UTF8.self)
                guard !text.allSatisfy(\.isWhitespace) else { continue }
                try output.write(TranscriptDocument.transcript(from: text, file: file, line: line.number).redacted())
            } catch let fault as DocumentFault {
                try note(fault)
            }
        }
    }

    private mutating func readLog(_ file: String) throws {
        // A line of a log is short; syslog itself cuts at 8 kB at most.
        var reader = try LineReader(path: file, limit: 1 << 16)
        tell(.begins(file: file, bytes: reader.size))
        let name = file.split(separator: "/").last.map(String.init) ?? file
        let years = options.years(file)
        var decoder: MailLogDecoder?
        while let line = try reader.next() {
            guard !line.bytes.isEmpty || decoder != nil else { continue }
            var decoding =
                decoder
                ?? MailLogDecoder(
                    source: name, framing: LogFraming(of: line.bytes) ?? .text, years: years, zone: options.zone)
            decoder = nil
            defer { decoder = decoding }
            tell(.reached(reader.position))
            let unreadable = decoding.counts.unreadable
            for transcript in decoding.consume(line.bytes) { try output.write(transcript) }
            if decoding.counts.unreadable > unreadable {
                try note(
                    DocumentFault(
                        file: file, line: line.number,
                        problem: "neither a log line nor a line of a quoted conversation (C: …, S: …)"))
            }
        }
        guard var decoding = decoder else { return }
        for transcript in decoding.finish() { try output.write(transcript) }
        guard decoding.counts.ofServers > 0 else {
            throw DocumentFault(
                file: file, line: 0,
                problem: "no line names Postfix or Sendmail or belongs to a quoted conversation (C: …, S: …)")
        }
        report.add(decoding.counts)
        if decoding.counts.dialogue == 0 {
            tell(
                .remark(
                    "\(file): contains no commands: log them with smtpd -v or a command filter (Postfix), or log "
                        + "level 15 (Sendmail)"
                ))
        }
    }
}

extension TranscriptImporter.Format {
    /// What a file is, by its first bytes.
    fileprivate init(of path: String) throws {
        var file = try InputFile(path: path)
        var head: [UInt8] = []
        while head.count < 4_096, try file.read(upTo: 4_096, into: &head) > 0 {}
        let magics: [[UInt8]] = [
            [0xa1, 0xb2, 0xc3, 0xd4], [0xd4, 0xc3, 0xb2, 0xa1], [0xa1, 0xb2, 0x3c, 0x4d], [0x4d, 0x3c, 0xb2, 0xa1],
            [0xa1, 0xb2, 0xcd, 0x34], [0x34, 0xcd, 0xb2, 0xa1], [0x0a, 0x0d, 0x0d, 0x0a],
        ]
        if magics.contains(where: { head.starts(with: $0) }) {
            self = .pcap
            return
        }
        if head.first(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0d && $0 != 0x0a }) == UInt8(ascii: "{") {
            // A log's keys are not a transcript's.
            let text = String(decoding: head.prefix { $0 != 0x0a }, as: UTF8.self)
            let isLog = [#""__REALTIME_TIMESTAMP""#, #""log":"#, #""@timestamp""#].contains { text.contains($0) }
            self = isLog ? .log : .transcripts
            return
        }
        guard !head.prefix(4_096).contains(0) else {
            throw DocumentFault(
                file: path, line: 0,
                problem: "is neither a capture nor text: name pcap, pcapng, transcripts or a mail log")
        }
        self = .log
    }
}

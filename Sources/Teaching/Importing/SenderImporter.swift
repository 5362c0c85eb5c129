package import Files
import Keeping
import LogLines
import MailLogs
import SMTP

/// Reads files in order and hands their messages to a target, each once.
package struct SenderImporter {
    private static let linesBetweenKeeping: Int64 = 1_000_000

    private let format: String
    private let tell: ReadingWatch
    private var decoder: LogDecoder
    private var report = SenderImportReport()

    /// Imports files.
    ///
    /// - Parameters:
    ///   - inputs: the files, in order of time.
    ///   - format: `postfix`, `sendmail`, `journal`, `csv`, `jsonl`, or `auto`: their first lines tell.
    ///   - zone: the offset from UTC, in seconds, at a local time of a log that does not say its zone.
    ///   - target: where the messages go.
    ///   - tell: who watches.
    /// - Throws: what the target throws. Files that cannot be read are in the report.
    package static func run(
        _ inputs: [SenderInput], format: String = "auto", zone: @escaping @Sendable (Int64) -> Int64 = { _ in 0 },
        into target: inout some SenderImportTarget, tell: @escaping ReadingWatch = { _ in }
    ) throws -> SenderImportReport {
        var importer = SenderImporter(
            format: format, tell: tell, decoder: LogDecoder(years: .startingIn(1_970), zone: zone))
        for input in inputs { try importer.read(input, into: &target) }
        importer.report.withoutClient = importer.decoder.counts.withoutClient
        importer.report.queueIDsForgotten = importer.decoder.counts.forgotten
        return importer.report
    }

    private init(format: String, tell: @escaping ReadingWatch, decoder: LogDecoder) {
        self.format = format
        self.tell = tell
        self.decoder = decoder
    }

    private mutating func read(_ input: SenderInput, into target: inout some SenderImportTarget) throws {
        report.files += 1
        do {
            var file = try SenderFile(
                input, format: format, decoder: &decoder, importedBefore: target.progress(of: input.identity),
                report: report)
            tell(.begins(file: input.path, bytes: file.size))
            defer { tell(.ends) }
            while let line = try next(&file) { try take(line, of: &file, into: &target) }
            try note(file.reading.finish(), into: &target)
            if file.done > 0, let silence = file.reading.silence(decoder) { report.giveUp(silence) }
            try target.keep(file.progress(report, decoder))
        } catch let fault as DocumentFault {
            report.giveUp("\(fault)")
            try target.keep(nil)
        }
    }

    private mutating func take(
        _ line: LineReader.Line, of file: inout SenderFile, into target: inout some SenderImportTarget
    ) throws {
        report.lines += 1
        if file.isKnown { report.linesImportedBefore += 1 }
        // What was imported before is read only for what it tells of queue ids.
        let found = try file.reading.take(line.bytes, number: line.number, &decoder)
        if !file.isKnown { try note(found, into: &target) }
        if line.number % 4_096 == 0 { tell(.reached(file.position)) }
        // Now and then, so that a run that is ended is taken up from here.
        if target.isFull || file.linesToKeep >= Self.linesBetweenKeeping {
            try target.keep(file.progress(report, decoder))
            file.noteKept()
        }
    }

    /// The next line; `nil` at the end, and at damage: what came before was handed over, and is known at the next run.
    private mutating func next(_ file: inout SenderFile) throws -> LineReader.Line? {
        do {
            return try file.next()
        } catch {
            report.note("\(error)")
            return nil
        }
    }

    private mutating func note(_ found: SenderReading.Found, into target: inout some SenderImportTarget) throws {
        for (fault, reason) in found.faults {
            report.unread[reason, default: 0] += 1
            report.note("\(fault)")
        }
        for mail in found.mails { report.add(mail, try target.add(mail)) }
    }
}

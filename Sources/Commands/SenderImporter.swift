import Files
import FoundationEssentials
import LogLines
import MailLogs
import SMTP
import SpamTracker
import Keeping

/// What becomes of an imported message.
enum SenderImportVerdict {
    case kept
    /// Older than is kept.
    case tooOld
    /// Its date is more than a day ahead.
    case inFuture
}

/// Where imported messages go.
protocol SenderImportTarget {
    /// How far files that begin so were imported.
    func progress(of identity: UInt64) throws -> [ImportProgress]

    /// Takes a message, or passes it over.
    mutating func add(_ mail: ImportedMail) throws -> SenderImportVerdict

    /// Whether so much waits in memory that `keep` should be called.
    var isFull: Bool { get }

    /// Keeps what was taken, together with how far the file is read by that: all or nothing.
    mutating func keep(_ progress: ImportProgress?) throws
}

/// Reads files in order and hands their messages to a target, each once.
struct SenderImporter {
    private static let linesBetweenKeeping: Int64 = 1_000_000

    private let format: String
    private var decoder: LogDecoder
    private var report = SenderImportReport()

    static func run(
        _ inputs: [SenderInput], format: String = "auto", zone: @escaping @Sendable (Int64) -> Int64 = { _ in 0 },
        into target: inout some SenderImportTarget
    ) throws -> SenderImportReport {
        var importer = SenderImporter(format: format, zone: zone)
        for input in inputs { try importer.read(input, into: &target) }
        importer.report.withoutClient = importer.decoder.counts.withoutClient
        importer.report.queueIDsForgotten = importer.decoder.counts.forgotten
        return importer.report
    }

    private init(format: String, zone: @escaping @Sendable (Int64) -> Int64) {
        self.format = format
        decoder = LogDecoder(years: .startingIn(1_970), zone: zone)
    }

    private mutating func read(_ input: SenderInput, into target: inout some SenderImportTarget) throws {
        report.files += 1
        let known: Int64
        var lines: LineReader
        do {
            known = input.identity == 0 ? 0 : try Self.linesDone(of: input, target)
            lines = try LineReader(path: input.path, limit: SenderInput.longestLine)
        } catch let fault as DocumentFault {
            report.giveUp("\(fault)")
            return
        }
        var bar = Progress(input.path, total: lines.size, unit: .bytes)
        defer { bar.clear() }
        var reading = SenderReading(input, format: format, decoder: &decoder)
        var checksum = LineChecksum()
        var done: Int64 = 0
        var kept = known
        let before = report
        func progress(_ report: SenderImportReport, _ decoder: LogDecoder) -> ImportProgress? {
            // A file of which nothing was taken because of its dates can be imported once more is kept; of one in which
            // no line names a mail server nothing is known.
            let isPassedOver =
                report.passedOver > before.passedOver && report.mails == before.mails && known == 0
                || reading.silence(decoder) != nil
            return input.identity == 0 || isPassedOver
                ? nil : ImportProgress(identity: input.identity, lines: done, checksum: checksum.value)
        }
        do {
            // A last line without its end may still grow: it waits for the next time, unless the input ends for good.
            while let line = try next(&lines), line.hasLineEnd || input.identity == 0 {
                checksum.add(line.bytes)
                done += 1
                report.lines += 1
                let isKnown = done <= known
                if isKnown { report.linesImportedBefore += 1 }
                // What was imported before is read only for what it tells of queue ids.
                let found = try reading.take(line.bytes, number: line.number, &decoder)
                if !isKnown { try note(found, into: &target) }
                if line.number % 4_096 == 0 { bar.update(lines.position) }
                // Now and then, so that a run that is ended is taken up from here.
                if target.isFull || done - kept >= Self.linesBetweenKeeping {
                    try target.keep(progress(report, decoder))
                    kept = done
                }
            }
            try note(reading.finish(), into: &target)
        } catch let fault as DocumentFault {
            report.giveUp("\(fault)")
            return try target.keep(nil)
        }
        if done > 0, let silence = reading.silence(decoder) { report.giveUp(silence) }
        try target.keep(progress(report, decoder))
    }

    /// The next line; `nil` at the end, and at damage: what came before was handed over, and is known at the next run.
    private mutating func next(_ lines: inout LineReader) throws -> LineReader.Line? {
        do {
            return try lines.next()
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

    /// How many lines of the file were imported before: the most whose checksum is right.
    private static func linesDone(of input: SenderInput, _ target: some SenderImportTarget) throws -> Int64 {
        var candidates = Dictionary(
            try target.progress(of: input.identity).map { ($0.lines, Set([$0.checksum])) },
            uniquingKeysWith: { $0.union($1) })
        candidates[0] = nil
        guard let last = candidates.keys.max() else { return 0 }
        var lines = try LineReader(path: input.path, limit: SenderInput.longestLine)
        var checksum = LineChecksum()
        var done: Int64 = 0
        var best: Int64 = 0
        // Damage is reported by who reads the file for its messages.
        while done < last, let line = try? lines.next(), line.hasLineEnd {
            checksum.add(line.bytes)
            done += 1
            if candidates[done]?.contains(checksum.value) == true { best = done }
        }
        return best
    }
}

import Files
import Keeping
import MailLogs
import SMTP

/// A file under import: how far it is read, and how far that is kept.
struct SenderFile: ~Copyable {
    /// What reads its lines.
    var reading: SenderReading

    /// Lines read so far.
    private(set) var done: Int64 = 0

    private let input: SenderInput
    private var lines: LineReader
    private var checksum = LineChecksum()
    /// Lines that were imported before.
    private let known: Int64
    private var kept: Int64
    private let before: SenderImportReport

    /// Opens a file, of which so much was imported before.
    init(
        _ input: SenderInput, format: String, decoder: inout LogDecoder, importedBefore: [ImportProgress],
        report: SenderImportReport
    ) throws(DocumentFault) {
        let known = input.identity == 0 ? 0 : try Self.linesDone(of: input.path, importedBefore)
        let lines = try LineReader(path: input.path, limit: SenderInput.longestLine)
        self.lines = lines
        self.known = known
        self.input = input
        before = report
        kept = known
        reading = SenderReading(input, format: format, decoder: &decoder)
    }

    /// The bytes of the file on disk; `nil` for a pipe.
    var size: Int64? { lines.size }

    /// How many of them are read.
    var position: Int64 { lines.position }

    /// Lines read since they were last kept.
    var linesToKeep: Int64 { done - kept }

    /// Whether the line last read was imported before.
    var isKnown: Bool { done <= known }

    /// The next line; `nil` at the end. A last line without its end may still grow: it waits for the next time, unless the
    /// input ends permanently.
    mutating func next() throws(DocumentFault) -> LineReader.Line? {
        guard let line = try lines.next(), line.hasLineEnd || input.identity == 0 else { return nil }
        checksum.add(line.bytes)
        done += 1
        return line
    }

    /// What was read is kept.
    mutating func noteKept() { kept = done }

    /// How far the file is read, for the next import of it; `nil` where nothing is to be remembered.
    ///
    /// A file of which nothing was taken because of its dates can be imported once more is kept; of one in which no line
    /// names a mail server nothing is known.
    func progress(_ report: SenderImportReport, _ decoder: LogDecoder) -> ImportProgress? {
        let isPassedOver =
            report.passedOver > before.passedOver && report.mails == before.mails && known == 0
            || reading.silence(decoder) != nil
        return input.identity == 0 || isPassedOver
            ? nil : ImportProgress(identity: input.identity, lines: done, checksum: checksum.value)
    }

    /// How many lines of the file were imported before: the most whose checksum is right.
    private static func linesDone(of path: String, _ importedBefore: [ImportProgress]) throws(DocumentFault) -> Int64 {
        var candidates = Dictionary(
            importedBefore.map { ($0.lines, Set([$0.checksum])) }, uniquingKeysWith: { $0.union($1) })
        candidates[0] = nil
        guard let last = candidates.keys.max() else { return 0 }
        var lines = try LineReader(path: path, limit: SenderInput.longestLine)
        var checksum = LineChecksum()
        var earlier = LineHash()
        var done: Int64 = 0
        var best: Int64 = 0
        // Damage is reported by who reads the file for its messages.
        while done < last, let line = try? lines.next(), line.hasLineEnd {
            checksum.add(line.bytes)
            earlier.add(line.bytes)
            done += 1
            guard let kept = candidates[done] else { continue }
            if kept.contains(checksum.value) || kept.contains(earlier.value) { best = done }
        }
        return best
    }
}

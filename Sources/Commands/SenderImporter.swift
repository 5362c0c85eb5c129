import Files
import FoundationEssentials
import MailLogs
import SMTP
import SpamTracker
import Storage

/// Where imported mails go.
protocol SenderImportTarget {
    /// How far files that begin so were imported.
    func progress(of identity: UInt64) throws -> [ImportProgress]

    /// Takes a mail; returns whether it is kept, or too old.
    mutating func add(_ mail: ImportedMail) throws -> Bool

    /// Whether so much waits in memory that `keep` should be called.
    var isFull: Bool { get }

    /// Keeps what was taken, together with how far the file is read by that: all or nothing.
    mutating func keep(_ progress: ImportProgress?) throws
}

/// Reads files in order and hands their mails to a target, each once.
enum SenderImporter {
    private static let linesBetweenKeeping: Int64 = 1_000_000

    static func run(_ inputs: [SenderInput], into target: inout some SenderImportTarget) throws -> SenderImportReport {
        var report = SenderImportReport()
        var decoders: [LogFraming: LogDecoder] = [:]
        for input in inputs {
            report.files += 1
            try read(input, &decoders, into: &target, &report)
        }
        for decoder in decoders.values {
            report.withoutClient += decoder.counts.withoutClient
            report.queueIDsForgotten += decoder.counts.forgotten
        }
        return report
    }

    private static func read(
        _ input: SenderInput, _ decoders: inout [LogFraming: LogDecoder], into target: inout some SenderImportTarget,
        _ report: inout SenderImportReport
    ) throws {
        let known: Int64
        var lines: LineReader
        do {
            known = input.identity == 0 ? 0 : try linesDone(of: input, target)
            lines = try LineReader(path: input.path, limit: SenderInput.longestLine)
        } catch let fault as DocumentFault {
            report.faults.append("\(fault)")
            return
        }
        var bar = Progress(input.path, total: lines.size, unit: .bytes)
        defer { bar.clear() }
        var checksum = LineChecksum()
        var done: Int64 = 0
        var table = MailTable(form: input.form)
        if case .log(let framing) = input.form {
            // What is known of queue ids goes on from file to file.
            var decoder = decoders[framing] ?? LogDecoder(framing: framing, years: input.years, zone: SenderInput.zone)
            decoder.beginFile(years: input.years)
            decoders[framing] = decoder
        }
        var kept = known
        let (tooOldBefore, mailsBefore) = (report.tooOld, report.mails)
        func progress() -> ImportProgress? {
            // A file of which all was too old can be imported once more is kept.
            let isPassedOver = report.tooOld > tooOldBefore && report.mails == mailsBefore && known == 0
            return input.identity == 0 || isPassedOver
                ? nil : ImportProgress(identity: input.identity, lines: done, checksum: checksum.value)
        }
        while true {
            let line: LineReader.Line
            do {
                guard let next = try lines.next() else { break }
                line = next
            } catch {
                // What came before the damage was handed over, and is known at the next run.
                report.faults.append("\(error)")
                break
            }
            // A last line without its end may still grow: it waits for the next time, unless the input ends for good.
            guard line.hasLineEnd || input.identity == 0 else { break }
            checksum.add(line.bytes)
            done += 1
            report.lines += 1
            let isKnown = done <= known
            if isKnown { report.linesImportedBefore += 1 }
            var mails: [ImportedMail] = []
            var problem: String?
            if case .log(let framing) = input.form {
                if let found = decoders[framing]!.decode(line.bytes) {
                    mails = found.map { ImportedMail(recipient: $0) }
                } else {
                    problem = "the line is not understood"
                }
            } else {
                switch table.read(line.bytes) {
                case .mail(let mail): mails = [mail]
                case .nothing: break
                case .fault(let text): problem = text
                }
            }
            // What was imported before is read only for what it tells of queue ids.
            guard !isKnown else { continue }
            if let problem {
                report.malformed += 1
                if report.faults.count < 10 {
                    report.faults.append("\(DocumentFault(file: input.path, line: line.number, problem: problem))")
                }
            }
            for mail in mails { note(try target.add(mail), mail, &report) }
            if line.number % 4_096 == 0 { bar.update(lines.position) }
            // Now and then, so that a run that is ended is taken up from here.
            if target.isFull || done - kept >= linesBetweenKeeping {
                try target.keep(progress())
                kept = done
            }
        }
        try target.keep(progress())
    }

    private static func note(_ isKept: Bool, _ mail: ImportedMail, _ report: inout SenderImportReport) {
        guard isKept else {
            report.tooOld += 1
            return
        }
        report.mails += Int(mail.weight)
        if mail.recipient.refusal != nil { report.refused += Int(mail.weight) }
        if mail.label != nil { report.labelled += Int(mail.weight) }
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
        // Damage is reported by who reads the file for its mails.
        while done < last, let line = try? lines.next(), line.hasLineEnd {
            checksum.add(line.bytes)
            done += 1
            if candidates[done]?.contains(checksum.value) == true { best = done }
        }
        return best
    }
}

/// Reads lines of CSV and JSON: t, ip, recipient, and label and weight if they are there.
struct MailTable {
    enum Outcome {
        case mail(ImportedMail)
        case nothing
        case fault(String)
    }

    private struct Object: Decodable {
        var t: Double
        var ip: String
        var recipient: String
        var label: String?
        var weight: UInt32?
    }

    private let isCSV: Bool
    private var columns: [String: Int]?

    init(form: SenderInput.Form) {
        if case .csv = form { isCSV = true } else { isCSV = false }
    }

    mutating func read(_ line: ArraySlice<UInt8>) -> Outcome {
        guard !line.isEmpty else { return .nothing }
        guard isCSV else {
            guard let object = try? JSONDecoder().decode(Object.self, from: Data(line)) else {
                return .fault("no object with t, ip and recipient")
            }
            return mail(object.t, object.ip, object.recipient, object.label ?? "", object.weight ?? 1)
        }
        let text = Substring(String(decoding: line, as: UTF8.self))
        guard let columns else {
            let names = CSVRecord.names(in: text) ?? []
            columns = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
            let isComplete = ["t", "ip", "recipient"].allSatisfy(names.contains)
            return isComplete ? .nothing : .fault("the first line must name the columns t, ip and recipient")
        }
        guard let fields = CSVRecord.fields(of: text) else { return .fault("a quote is not closed") }
        func field(_ name: String) -> String { columns[name].flatMap { $0 < fields.count ? fields[$0] : nil } ?? "" }
        guard let time = Double(field("t")) else { return .fault("\"\(field("t").prefix(40))\" is no time") }
        let weight = field("weight")
        guard let number = weight.isEmpty ? 1 : UInt32(weight), number > 0 else {
            return .fault("\"\(weight.prefix(40))\" is no weight: write how many mails, or nothing")
        }
        return mail(time, field("ip"), field("recipient"), field("label"), number)
    }

    private func mail(_ time: Double, _ ip: String, _ recipient: String, _ word: String, _ weight: UInt32) -> Outcome {
        guard time.magnitude < 1e12 else { return .fault("\(time) is no time: give seconds since 1970") }
        guard let client = ClientAddress(ip) else { return .fault("\"\(ip.prefix(60))\" is no IP address") }
        let label: SenderLabel?
        switch word.lowercased() {
        case "": label = nil
        case "spam": label = .spam
        case "ham", "honest", "legit": label = .honest
        default: return .fault("\"\(word.prefix(40))\" is no label: write spam, ham or nothing")
        }
        let domain = recipient.lastIndex(of: "@").map { String(recipient[recipient.index(after: $0)...]) } ?? recipient
        guard !domain.isEmpty else { return .fault("there is no recipient") }
        return .mail(
            ImportedMail(
                recipient: LoggedRecipient(
                    client: client, domain: MailDomain.folded(domain), time: UnixTime(seconds: Int64(time))),
                label: label, weight: max(1, weight)))
    }
}

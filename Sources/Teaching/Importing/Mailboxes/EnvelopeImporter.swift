import DialectLearning
package import Files
import SMTP
import Sessions
import StoredMail

/// Makes envelope records of stored mail and of transcripts, in memory that does not depend on how much there is.
package struct EnvelopeImporter: ~Copyable {
    private let tell: ReadingWatch
    private let path: String
    private var servers: Set<String>
    private var needsLabels = false
    private var survey: ServerSurvey?
    private var output: OutputFile?
    private var report = EnvelopeImportReport()

    /// Reads sources and writes a record for each of their messages.
    ///
    /// - Parameters:
    ///   - servers: the site's servers; without them all sources are read once before to find out which they are.
    ///   - needsLabels: whether messages of which nobody knows what they are are left out.
    ///   - output: the file of records, a line of JSON each; `-` for the standard output.
    /// - Throws: what the output throws. Sources that cannot be read, and messages of which no record can be made, are told
    ///   and counted.
    package static func run(
        _ sources: [MailSource], servers: [String] = [], needsLabels: Bool = false, into output: String,
        tell: @escaping ReadingWatch
    ) throws -> EnvelopeImportReport {
        var importer = EnvelopeImporter(
            tell: tell, path: output, servers: Set(servers.map { MailDomain.folded($0) }))
        importer.needsLabels = needsLabels
        if servers.isEmpty { try importer.findServers(sources) }
        importer.output = try OutputFile(path: output, mode: 0o600)
        for source in sources { try importer.read(source) }
        try importer.output.take()?.finish()
        importer.report.servers = importer.servers.sorted()
        return importer.report
    }

    private init(tell: @escaping ReadingWatch, path: String, servers: Set<String>) {
        self.tell = tell
        self.path = path
        self.servers = servers
    }

    // MARK: Which servers are the site's

    private mutating func findServers(_ sources: [MailSource]) throws {
        survey = ServerSurvey()
        for source in sources { try read(source) }
        guard let found = survey.take() else { return }
        servers = found.found
        if !servers.isEmpty { for remark in found.remarks(servers) { tell(.remark(remark)) } }
        report = EnvelopeImportReport()
    }

    // MARK: Reading

    private mutating func read(_ source: MailSource) throws {
        for file in MailFiles(of: source.path) {
            report.files += 1
            do {
                if !file.isOfMaildir, try isTranscript(file.path) {
                    if survey == nil { try readTranscripts(file.path, source) }
                } else {
                    try readMail(file, source)
                }
            } catch let fault as DocumentFault {
                if survey == nil { tell(.fault(fault)) }
                report.filesNotRead += 1
            }
        }
    }

    private func isTranscript(_ path: String) throws(DocumentFault) -> Bool {
        guard path != "-" else { return false }
        var file = try InputFile(path: path)
        var head: [UInt8] = []
        while head.count < 1, try file.read(upTo: 1_024, into: &head) > 0 {}
        return head.first { $0 != 0x20 && $0 != 0x09 && $0 != 0x0d && $0 != 0x0a } == UInt8(ascii: "{")
    }

    private mutating func readMail(_ file: MailFile, _ source: MailSource) throws {
        var reader = try MailboxReader(path: file.path, isMessage: file.isOfMaildir)
        if !file.isOfMaildir { tell(.begins(file: file.path, bytes: reader.size)) }
        defer { if !file.isOfMaildir { tell(.ends) } }
        while let message = try reader.next() {
            if !file.isOfMaildir { tell(.reached(reader.position)) }
            guard survey == nil else {
                survey?.take(message.head)
                continue
            }
            report.messages += 1
            guard let label = source.label(in: file.folder, isSeen: file.isSeen || message.isSeen) else {
                report.pass("in a folder of sent mail or drafts")
                continue
            }
            try take(message, of: file.path, label)
        }
    }

    private mutating func take(_ message: MailboxReader.Message, of path: String, _ label: MailLabel) throws {
        guard !message.head.fields.isEmpty else { return leaveOut("no header", path, message.line) }
        do {
            let arrival = try Arrival(of: message.head, at: servers)
            guard let client = arrival.received.client else { return }
            try write(MailRecord(message, arrival, client: client, label: label))
        } catch let absence as Arrival.Absence {
            leaveOut(absence.problem, path, message.line)
        }
    }

    private mutating func readTranscripts(_ path: String, _ source: MailSource) throws {
        var lines = try LineReader(path: path)
        tell(.begins(file: path, bytes: lines.size))
        defer { tell(.ends) }
        while let line = try lines.next() {
            tell(.reached(lines.position))
            let text = String(decoding: line.bytes, as: UTF8.self)
            guard !text.allSatisfy(\.isWhitespace) else { continue }
            do throws(DocumentFault) {
                let transcript = try TranscriptDocument.transcript(from: text, file: path, line: line.number)
                try take(transcript, source.label ?? MailLabel(word: transcript.labelGuess), path, line.number)
            } catch let fault {
                report.messages += 1
                if report.leaveOut("not a transcript") { tell(.fault(fault)) }
            }
        }
    }

    private mutating func take(
        _ transcript: SessionTranscript, _ label: MailLabel, _ path: String, _ line: Int
    ) throws(DocumentFault) {
        guard var record = MailRecord(transcript.peers, began: transcript.began, label: label) else {
            report.messages += 1
            return leaveOut("a session without its client's address or its time", path, line)
        }
        // Where a filter under Sendmail stands, HELO is told from EHLO.
        let seen = DialogueReader.dialogue(from: transcript)?.projected(to: Vantage(milterUnder: .sendmail))
        var count = 0
        for event in seen ?? Array(transcript.events) where record.take(event) {
            count += 1
            report.messages += 1
            try write(record)
        }
        if count == 0 { leaveOut("a session without a message", path, line) }
    }

    // MARK: Writing

    private mutating func write(_ record: MailRecord) throws(DocumentFault) {
        guard !needsLabels || record.label != .unknown else { return report.pass("nobody has said what it is") }
        try output?.write(record.line.utf8)
        report.count(record.label)
    }

    private mutating func leaveOut(_ reason: String, _ path: String, _ line: Int) {
        guard report.leaveOut(reason) else { return }
        tell(.fault(DocumentFault(file: path, line: line, problem: "left out: \(reason)")))
    }
}

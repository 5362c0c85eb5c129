import LogLines
import MailLogs
import SMTP
import SenderLab
import SpamTracker

/// Reads the lines of one file to be imported, whatever its form.
struct SenderReading {
    /// What a line gave.
    struct Found {
        var mails: [ImportedMail] = []
        /// Lines that could not be read: where, why, and under which word they are counted.
        var faults: [(fault: DocumentFault, reason: String)] = []
    }

    private let path: String
    private let format: String
    private let years: YearRule
    private var form: SenderInput.Form?
    private var table: MailTable
    private var serversBefore: Int
    /// The first lines, while they do not tell the form.
    private var head: [[UInt8]] = []
    private static let longestHead = 50
    /// Rows of a table, read and not.
    private var rowsRead = 0
    private var rowsUnread = 0

    init(_ input: SenderInput, format: String, decoder: inout LogDecoder) {
        path = input.path
        self.format = format
        years = input.years
        form = input.form
        table = MailTable(file: input.path)
        serversBefore = decoder.counts.ofServers
        begin(&decoder)
    }

    private func begin(_ decoder: inout LogDecoder) {
        // What is known of queue ids goes on from file to file.
        if case .log(let framing) = form { decoder.beginFile(framing: framing, years: years) }
    }

    /// Takes the next line.
    ///
    /// - Throws: when the file's form is not known, or a table does not name its columns: nothing of it can be read.
    mutating func take(_ line: ArraySlice<UInt8>, number: Int, _ decoder: inout LogDecoder) throws -> Found {
        var found = Found()
        if form == nil {
            guard !line.isEmpty else { return found }
            head.append(Array(line))
            do {
                form = try SenderInput.form(of: head, format: format, path: path)
            } catch {
                // The first line of what a pipe brings may be cut off at its beginning.
                guard head.count < Self.longestHead else { throw error }
                found.faults.append(
                    (DocumentFault(file: path, line: number, problem: LogFault.form.problem), LogFault.form.problem))
                return found
            }
            head = []
            begin(&decoder)
        }
        func note(_ problem: String, _ reason: String) {
            found.faults.append((DocumentFault(file: path, line: number, problem: problem), reason))
        }
        switch form {
        case .log, nil:
            do throws(LogFault) {
                found.mails = try decoder.decode(line).map { ImportedMail(recipient: $0, weight: $0.count) }
            } catch {
                note(error.problem, error.problem)
            }
        case .jsonLines:
            guard !line.isEmpty else { return found }
            do throws(MailRow.Fault) {
                found.mails = try JSONMailLine.rows(of: line).map { ImportedMail($0) }
            } catch {
                note(error.problem, Self.rows)
            }
            count(found)
        case .csv:
            found = Self.found(try table.take(line, number: number))
            count(found)
        }
        return found
    }

    private mutating func count(_ found: Found) {
        rowsRead += found.mails.count
        rowsUnread += found.faults.count
    }

    /// Settles what is open at the end of the file.
    mutating func finish() throws -> Found {
        if form == nil, !head.isEmpty { _ = try SenderInput.form(of: head, format: format, path: path) }
        guard case .csv = form else { return Found() }
        let found = Self.found(try table.finish())
        count(found)
        return found
    }

    /// Why nothing of a file can have been read although it has lines: no mail server that is known wrote them, or they are
    /// not rows of a table of messages.
    func silence(_ decoder: LogDecoder) -> String? {
        guard case .log = form else {
            return rowsRead == 0 && rowsUnread > 0
                ? "\(path): none of its lines is understood: nothing was imported, and it is not remembered as read"
                : nil
        }
        guard decoder.counts.ofServers == serversBefore else { return nil }
        let seen = decoder.otherPrograms
        return "\(path): no line names Postfix or Sendmail"
            + (seen.isEmpty ? "" : " (but " + seen.joined(separator: ", ") + ")")
            + ": nothing was imported, and it is not remembered as read. Logs of other mail servers (Exim, qmail, "
            + "OpenSMTPD) are not understood; convert them to CSV"
    }

    private static let rows = "rows of tables"

    private static func found(_ outcomes: [MailTable.Outcome]) -> Found {
        var found = Found()
        for outcome in outcomes {
            switch outcome {
            case .row(let row): found.mails.append(ImportedMail(row))
            case .fault(let fault): found.faults.append((fault, rows))
            }
        }
        return found
    }
}

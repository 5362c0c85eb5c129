import Files
package import LogLines
import SMTP
import SenderLab
import SpamTracker

/// A file to be imported, with its form.
package struct SenderInput {
    /// The form of a file.
    enum Form {
        /// A mail server's log.
        case log(LogFraming)
        /// Separated values.
        case csv
        /// A JSON object a line.
        case jsonLines
    }

    let path: String
    /// `nil` for the standard input, which cannot be looked at twice: its first line tells.
    let form: Form?
    let years: YearRule
    /// The time of the first line that has one.
    let begins: Int64
    /// A hash of the first lines: what the file is known by.
    let identity: UInt64

    /// The files in order of their first times; equal times keep the order given.
    package static func sorted(_ paths: [String], format: String, years: (String) -> YearRule) throws -> [SenderInput] {
        let inputs = try paths.map { try SenderInput($0, format: format, years: years($0)) }
        return inputs.enumerated().sorted { ($0.element.begins, $0.offset) < ($1.element.begins, $1.offset) }
            .map(\.element)
    }

    private init(_ path: String, format: String, years: YearRule) throws {
        self.path = path
        self.years = years
        if path == "-" {
            identity = 0
            begins = .max
            form = format == "csv" ? .csv : format == "jsonl" ? .jsonLines : nil
            return
        }
        var lines = try LineReader(path: path, limit: Self.longestLine)
        var head: [[UInt8]] = []
        while head.count < 50, let line = try lines.next() { head.append(Array(line.bytes)) }
        let form = try Self.form(of: head, format: format, path: path)
        self.form = form
        var begins = Int64.max
        if case .log(let framing) = form {
            for line in head {
                guard let time = LogLineReader.time(of: line[...], framing: framing, years: years) else { continue }
                begins = time.seconds
                break
            }
        }
        self.begins = begins
        // The first line of a table is the same in all of them.
        var isTable = false
        if case .csv = form { isTable = true }
        identity = head.prefix(isTable ? 2 : 1).reduce(LineHash()) { $0.adding($1[...]) }.value
    }

    /// The longest line that is read whole, in bytes.
    static let longestLine = 1 << 16

    /// The form that the first lines of a file speak for, unless it is said.
    static func form(of head: [[UInt8]], format: String, path: String) throws -> Form {
        let framing = head.lazy.compactMap { LogFraming(of: $0[...]) }.first
        switch format {
        case "csv": return .csv
        case "jsonl": return .jsonLines
        case "postfix", "sendmail": return .log(framing ?? .text)
        case "journal": return .log(framing ?? (head.first?.first == UInt8(ascii: "{") ? .json : .journalExport))
        default: break
        }
        guard let first = head.first(where: { !$0.isEmpty }) else { return .log(.text) }
        if let framing { return .log(framing) }
        if first.first == UInt8(ascii: "{") { return .jsonLines }
        if MailTable.isHeader(first[...]) { return .csv }
        throw DocumentFault(
            file: path, line: 0,
            problem:
                "its format is not recognised: its first lines are not a log with times in English (as written by "
                + "LC_ALL=C journalctl), not JSON, and not CSV with the columns t, ip, recipient: use --format"
        )
    }
}

import Files
import FoundationEssentials
import Glibc
import MailLogs
import SMTP

/// A file to be imported, with its form.
struct SenderInput {
    /// The form of a file.
    enum Form {
        /// A mail server's log.
        case log(LogFraming)
        /// Comma-separated values.
        case csv
        /// A JSON object a line.
        case jsonLines
    }

    let path: String
    let form: Form
    let years: YearRule
    /// The time of the first line that has one.
    let begins: Int64
    /// A hash of the first lines: what the file is known by.
    let identity: UInt64

    /// The files in order of their first times; equal times keep the order given.
    static func sorted(_ paths: [String], format: String, year: Int?) throws -> [SenderInput] {
        let inputs = try paths.map { try SenderInput($0, format: format, year: year) }
        return inputs.enumerated().sorted { ($0.element.begins, $0.offset) < ($1.element.begins, $1.offset) }
            .map(\.element)
    }

    private init(_ path: String, format: String, year: Int?) throws {
        self.path = path
        years = year.map { .startingIn($0) } ?? .notAfter(Self.lastChange(of: path))
        // The standard input cannot be looked at twice: it is a log, or what --format says, and comes last.
        if path == "-" {
            identity = 0
            begins = .max
            form = format == "csv" ? .csv : format == "jsonl" ? .jsonLines : .log(.syslog)
            return
        }
        var lines = try LineReader(path: path, limit: Self.longestLine)
        var head: [[UInt8]] = []
        while head.count < 50, let line = try lines.next() { head.append(Array(line.bytes)) }
        form = try Self.form(of: head, format: format, path: path)
        var begins = Int64.max
        if case .log(let framing) = form {
            for line in head {
                guard let time = LogDecoder.time(of: line[...], framing: framing, years: years) else { continue }
                begins = time.seconds
                break
            }
        }
        self.begins = begins
        // The first line of a table is the same in all of them.
        var isTable = false
        if case .csv = form { isTable = true }
        identity = head.prefix(isTable ? 2 : 1).reduce(LineChecksum()) { $0.adding($1[...]) }.value
    }

    static let longestLine = 1 << 16

    private static func form(of head: [[UInt8]], format: String, path: String) throws -> Form {
        switch format {
        case "csv": return .csv
        case "jsonl": return .jsonLines
        case "postfix", "sendmail": return .log(head.lazy.compactMap { LogFraming(of: $0[...]) }.first ?? .syslog)
        case "journal":
            return .log(head.first?.first == UInt8(ascii: "{") ? .journalJSON : .journalExport)
        default: break
        }
        guard let first = head.first else { return .log(.syslog) }
        if first.first == UInt8(ascii: "{") {
            let isJournal = String(decoding: first, as: UTF8.self).contains("\"__REALTIME_TIMESTAMP\"")
            return isJournal ? .log(.journalJSON) : .jsonLines
        }
        let names = String(decoding: first, as: UTF8.self).lowercased().split(separator: ",")
        if names.contains("ip"), names.contains("recipient") { return .csv }
        guard let framing = head.lazy.compactMap({ LogFraming(of: $0[...]) }).first else {
            throw CommandError(
                "\(path): its form is not recognised: its first lines are no log with times, no journal export, no JSON "
                    + "and no CSV with the columns t, ip, recipient: say with --format what it is")
        }
        return .log(framing)
    }

    private static func lastChange(of path: String) -> UnixTime {
        let attributes = path == "-" ? nil : try? FileManager.default.attributesOfItem(atPath: path)
        let date = attributes?[.modificationDate] as? Date ?? Date()
        return UnixTime(seconds: Int64(date.timeIntervalSince1970))
    }

    /// The offset of this machine's zone from UTC at a local time.
    static func zone(atLocal seconds: Int64) -> Int64 {
        var parts = unsafe tm()
        var time = time_t(seconds)
        // Both values outlive the calls. Local time is read as if it were UTC, then as what it is.
        unsafe gmtime_r(&time, &parts)
        unsafe parts.tm_isdst = -1
        let real = unsafe mktime(&parts)
        return real == -1 ? 0 : seconds - Int64(real)
    }
}

/// A running hash of lines: FNV-1a over their bytes and ends.
struct LineChecksum {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func add(_ line: ArraySlice<UInt8>) {
        for byte in line { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
        value = (value ^ 0x0a) &* 0x100_0000_01b3
    }

    func adding(_ line: ArraySlice<UInt8>) -> LineChecksum {
        var sum = self
        sum.add(line)
        return sum
    }
}

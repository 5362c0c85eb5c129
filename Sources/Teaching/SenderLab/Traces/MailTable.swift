public import SMTP

/// Reads tables of messages: the first line names the columns, `t`, `ip` and `recipient`, and `label` and `weight` if they
/// are there; others are skipped. Fields are separated by commas, semicolons or tabs.
public struct MailTable: Sendable {
    /// What happened to lines.
    public enum Outcome: Sendable {
        /// A message.
        case row(MailRow)
        /// A row that is not one.
        case fault(DocumentFault)
    }

    private let file: String
    private var reader = CSVReader()
    private var columns: Columns?

    /// A reader of `file`, which is only named in messages.
    public init(file: String) { self.file = file }

    /// Whether the first line was read.
    public var hasColumns: Bool { columns != nil }

    /// Whether a first line names the columns that are needed.
    public static func isHeader(_ line: ArraySlice<UInt8>) -> Bool {
        var table = MailTable(file: "")
        return (try? table.take(line, number: 1)) != nil && table.hasColumns
    }

    /// Takes the next line, without its end.
    ///
    /// - Throws: a fault when the first line does not name the columns that are needed.
    public mutating func take(_ line: ArraySlice<UInt8>, number: Int) throws(DocumentFault) -> [Outcome] {
        guard columns != nil else {
            try readHeader(line, number)
            return []
        }
        if line.isEmpty || line.elementsEqual([0x0d]) { return [] }
        if let columns, !reader.isOpen, let row = MailRow(plain: line, separator: reader.separator, columns: columns) {
            return [.row(row)]
        }
        return outcomes(reader.take(line.last == 0x0d ? line.dropLast() : line, number: number))
    }

    /// Settles what is open at the end of the file.
    ///
    /// - Throws: a fault when the file was empty.
    public mutating func finish() throws(DocumentFault) -> [Outcome] {
        guard columns != nil else { throw DocumentFault(file: file, line: 0, problem: Self.headerRemedy) }
        return outcomes(reader.finish())
    }

    private static let headerRemedy =
        "the first line must name the columns t, ip, recipient and optionally label and weight, separated by commas, "
        + "semicolons or tabs"

    private mutating func readHeader(_ line: ArraySlice<UInt8>, _ number: Int) throws(DocumentFault) {
        // Spreadsheets put a byte order mark first.
        let mark: [UInt8] = [0xef, 0xbb, 0xbf]
        var line = line.starts(with: mark) ? line.dropFirst(3) : line
        if line.last == 0x0d { line.removeLast() }
        for separator in [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09] {
            var header = CSVReader(separator: separator)
            guard case .record(let fields, _)? = header.take(line, number: number).first else { continue }
            let names = fields.map { field in
                String(field.lowercased().drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            }
            guard let time = names.firstIndex(of: "t"), let address = names.firstIndex(of: "ip"),
                let recipient = names.firstIndex(of: "recipient")
            else { continue }
            for name in ["t", "ip", "recipient", "label", "weight"] where names.count(where: { $0 == name }) > 1 {
                throw DocumentFault(
                    file: file, line: number, problem: "the column \(name) is named more than once: rename the others")
            }
            let label = names.firstIndex(of: "label")
            columns = Columns(
                time: time, address: address, recipient: recipient, label: label,
                weight: names.firstIndex(of: "weight"), width: max(time, address, recipient, label ?? 0) + 1)
            reader = CSVReader(separator: separator)
            return
        }
        throw DocumentFault(file: file, line: number, problem: Self.headerRemedy)
    }

    private func outcomes(_ found: [CSVReader.Outcome]) -> [Outcome] {
        found.map { outcome in
            switch outcome {
            case .fault(let problem, let line):
                return .fault(DocumentFault(file: file, line: line, problem: problem))
            case .record(let fields, let line):
                do throws(MailRow.Fault) {
                    return .row(try row(fields))
                } catch {
                    return .fault(DocumentFault(file: file, line: line, problem: error.problem))
                }
            }
        }
    }

    private func row(_ fields: [String]) throws(MailRow.Fault) -> MailRow {
        guard let columns else { throw MailRow.Fault(problem: Self.headerRemedy) }
        guard fields.count >= columns.width else {
            throw MailRow.Fault(
                problem: "\(fields.count) fields: the first line requires at least \(columns.width)")
        }
        func field(_ place: Int?) -> String { place.flatMap { $0 < fields.count ? fields[$0] : nil } ?? "" }
        var time = field(columns.time)
        // Where semicolons separate fields, a comma stands in numbers.
        if reader.separator != UInt8(ascii: ","), !time.contains(".") { time = time.replacing(",", with: ".") }
        return try MailRow(
            time: time, address: field(columns.address), recipient: field(columns.recipient),
            label: field(columns.label), weight: field(columns.weight))
    }
}

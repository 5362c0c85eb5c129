import FoundationEssentials
import Glibc
import SMTP
import SystemPackage

/// How commands print. Nothing else of theirs writes to the terminal: what strangers have said, files and databases hold,
/// is shown as ``SMTP/PrintableText`` shows it.
enum Output {
    /// Prints a value as JSON, keys sorted and in snake_case.
    static func json(_ value: some Encodable) throws {
        print(try text(value, [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]))
    }

    /// A value as JSON on one line, keys sorted and in snake_case.
    static func line(_ value: some Encodable) throws -> String {
        try text(value, [.sortedKeys, .withoutEscapingSlashes])
    }

    private static func text(_ value: some Encodable, _ formatting: JSONEncoder.OutputFormatting) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = formatting
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return PrintableText.json(document: String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    /// Prints a document that is read back: byte for byte, but to a terminal as anything else.
    static func document(_ text: String) {
        Swift.print(isatty(STDOUT_FILENO) == 1 ? PrintableText.lines(text) : text, terminator: "")
    }

    /// Prints what holds a terminal's own codes; what strangers have said was escaped before.
    static func screen(_ text: String) { Swift.print(text, terminator: "") }

    /// Writes a line to standard error. Where that is closed there is nobody to tell.
    static func note(_ line: String) {
        _ = try? FileDescriptor.standardError.writeAll((PrintableText(line).description + "\n").utf8)
    }

    /// Prints rows in aligned columns, the last one as long as it is.
    static func table(_ header: [String], _ rows: [[String]]) {
        let all = [header] + rows.map { $0.map { PrintableText($0).description } }
        let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        for row in all {
            let cells = row.enumerated().map { index, cell in
                index == row.count - 1 ? cell : cell + String(repeating: " ", count: widths[index] - cell.count)
            }
            print(cells.joined(separator: "  "))
        }
    }

    /// The time in UTC, as RFC 3339 writes it.
    static func text(_ time: UnixTime) -> String {
        Date(timeIntervalSince1970: Double(time.seconds)).formatted(.iso8601)
    }
}

/// Prints lines to standard output, all that commands say: line ends and tabs stay, everything else that steers a terminal
/// is escaped. It stands before the standard library's `print` in this room.
func print(_ text: String, terminator: String = "\n") { Swift.print(PrintableText.lines(text), terminator: terminator) }

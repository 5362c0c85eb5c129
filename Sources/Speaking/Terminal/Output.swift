import FoundationEssentials
import Glibc
package import SMTP
import SystemPackage

/// How commands print. Nothing else of theirs writes to the terminal: what strangers have said, files and databases hold,
/// is shown as ``SMTP/PrintableText`` shows it.
package enum Output {
    /// Prints lines to standard output: line ends and tabs stay, everything else that steers a terminal is escaped.
    package static func print(_ text: String, terminator: String = "\n") {
        Swift.print(PrintableText.lines(text), terminator: terminator)
    }

    /// Prints a value as JSON, keys sorted and in snake_case.
    package static func json(_ value: some Encodable) throws {
        print(try text(value, [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]))
    }

    /// A value as JSON on one line, keys sorted and in snake_case.
    package static func line(_ value: some Encodable) throws -> String {
        try text(value, [.sortedKeys, .withoutEscapingSlashes])
    }

    private static func text(_ value: some Encodable, _ formatting: JSONEncoder.OutputFormatting) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = formatting
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return PrintableText.json(document: String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    /// Prints a document that is read back: byte for byte, but to a terminal as anything else.
    package static func document(_ text: String) {
        Swift.print(isatty(STDOUT_FILENO) == 1 ? PrintableText.lines(text) : text, terminator: "")
    }

    /// Prints what holds a terminal's own codes; what strangers have said was escaped before.
    package static func screen(_ text: String) { Swift.print(text, terminator: "") }

    /// Writes a line to standard error. Where that is closed there is nobody to tell.
    package static func note(_ line: String) {
        _ = try? FileDescriptor.standardError.writeAll((PrintableText(line).description + "\n").utf8)
    }

    /// Prints rows in aligned columns, the last one as long as it is.
    package static func table(_ header: [String], _ rows: [[String]]) {
        for line in TextTable(header, rows).lines { print(line) }
    }

    /// The time in UTC, as RFC 3339 writes it.
    package static func text(_ time: UnixTime) -> String {
        Date(timeIntervalSince1970: Double(time.seconds)).formatted(.iso8601)
    }
}

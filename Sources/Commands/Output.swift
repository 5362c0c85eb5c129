import FoundationEssentials
import SMTP

/// How commands print.
enum Output {
    /// Prints a value as JSON, keys sorted.
    static func json(_ value: some Encodable) throws {
        print(try encoded(value, [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]))
    }

    /// A value as JSON on one line, keys sorted.
    static func line(_ value: some Encodable) throws -> String {
        try encoded(value, [.sortedKeys, .withoutEscapingSlashes])
    }

    /// Keys of all commands are in snake_case; words that are keys, such as dialects, stay as they are.
    private static func encoded(_ value: some Encodable, _ formatting: JSONEncoder.OutputFormatting) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = formatting
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// Prints rows in aligned columns, the last one as long as it is.
    static func table(_ header: [String], _ rows: [[String]]) {
        let all = [header] + rows
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

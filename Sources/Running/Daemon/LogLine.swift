import FoundationEssentials
import SMTP

/// One line of the log: constant words and values, as `key=value` or as a JSON object, in printable ASCII.
struct LogLine: Sendable {
    /// How lines are written.
    enum Format: Sendable {
        case text, json
    }

    private let event: String
    private var fields: [(key: String, value: String)] = []

    init(event: String) {
        self.event = event
        fields.reserveCapacity(16)
    }

    mutating func add(_ key: String, _ value: String) { fields.append((key, value)) }

    /// The line with its line end.
    func rendered(as format: Format, at time: Double) -> String {
        var line: [UInt8] = []
        append(to: &line, as: format, at: time)
        return String(decoding: line, as: UTF8.self)
    }

    /// Adds the line with its line end to others. O(length).
    func append(to lines: inout [UInt8], as format: Format, at time: Double) {
        switch format {
        case .text:
            lines += event.utf8
            lines.append(UInt8(ascii: ":"))
            for (key, value) in fields {
                lines.append(UInt8(ascii: " "))
                lines += key.utf8
                lines.append(UInt8(ascii: "="))
                PrintableText.append(logValueOf: value, to: &lines)
            }
        case .json:
            lines += "{\"time\":\"\(Self.timestamp(time))\",\"event\":\(PrintableText(event).json)".utf8
            for (key, value) in fields { lines += ",\(PrintableText(key).json):\(PrintableText(value).json)".utf8 }
            lines.append(UInt8(ascii: "}"))
        }
        lines.append(UInt8(ascii: "\n"))
    }

    private static func timestamp(_ time: Double) -> String {
        Date(timeIntervalSince1970: time).formatted(
            .iso8601.year().month().day().time(includingFractionalSeconds: true))
            + "Z"
    }
}

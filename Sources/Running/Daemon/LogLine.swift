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
    }

    mutating func add(_ key: String, _ value: String) { fields.append((key, value)) }

    /// The line with its line end.
    func rendered(as format: Format, at time: Double) -> String {
        switch format {
        case .text:
            text
        case .json:
            "{\"time\":\"\(Self.timestamp(time))\",\"event\":\(PrintableText(event).json)"
                + fields.map { ",\(PrintableText($0.key).json):\(PrintableText($0.value).json)" }.joined() + "}\n"
        }
    }

    /// The line as text, put together in one piece: there is one for every verdict.
    private var text: String {
        var line = ""
        line.reserveCapacity(384)
        line += event
        line += ":"
        for (key, value) in fields {
            line += " "
            line += key
            line += "="
            line += PrintableText(value).logValue
        }
        line += "\n"
        return line
    }

    private static func timestamp(_ time: Double) -> String {
        Date(timeIntervalSince1970: time).formatted(
            .iso8601.year().month().day().time(includingFractionalSeconds: true))
            + "Z"
    }
}

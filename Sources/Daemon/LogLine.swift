import FoundationEssentials

/// One line of the log: constant words and values, as `key=value` or as a JSON object.
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
            event + ":" + fields.map { " \($0.key)=\(Self.quoted($0.value))" }.joined() + "\n"
        case .json:
            "{\"time\":\"\(Self.timestamp(time))\",\"event\":\(Self.json(event))"
                + fields.map { ",\(Self.json($0.key)):\(Self.json($0.value))" }.joined() + "}\n"
        }
    }

    /// The value as it is when nothing in it could be mistaken, else in quotes with escapes; `-` when it is empty.
    static func quoted(_ value: String) -> String {
        guard !value.isEmpty else { return "-" }
        let isPlain = value.utf8.allSatisfy {
            0x21...0x7e ~= $0 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
        }
        return isPlain ? value : escaped(value) { byte in "\\x" + hex(byte) }
    }

    private static func json(_ value: String) -> String { escaped(value) { byte in "\\u00" + hex(byte) } }

    private static func escaped(_ value: String, control: (UInt8) -> String) -> String {
        var text = "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case _ where scalar.value < 0x20 || scalar.value == 0x7f: text += control(UInt8(scalar.value))
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }

    private static func hex(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }

    private static func timestamp(_ time: Double) -> String {
        Date(timeIntervalSince1970: time).formatted(
            .iso8601.year().month().day().time(includingFractionalSeconds: true))
            + "Z"
    }
}

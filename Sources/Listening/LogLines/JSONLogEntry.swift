import FoundationEssentials

/// A log entry that came as a JSON object.
///
/// `journalctl -o json` (`__REALTIME_TIMESTAMP`, `SYSLOG_IDENTIFIER`, `MESSAGE`), Docker's json-file (`log`, `time`), and
/// what log shippers make of them (`message`, `@timestamp`).
struct JSONLogEntry: Decodable {
    private enum CodingKeys: String, CodingKey {
        case micros = "__REALTIME_TIMESTAMP"
        case identifier = "SYSLOG_IDENTIFIER"
        case command = "_COMM"
        case unit = "_SYSTEMD_UNIT"
        case syslogProcess = "SYSLOG_PID"
        case process = "_PID"
        case host = "_HOSTNAME"
        case message = "MESSAGE"
        case log
        case text = "message"
        case time
        case timestamp = "@timestamp"
    }

    /// Microseconds since 1970.
    let micros: Int64?
    /// A time in words.
    let stamp: ArraySlice<UInt8>?
    let host: ArraySlice<UInt8>
    let program: ArraySlice<UInt8>
    let process: UInt32?
    let message: ArraySlice<UInt8>

    /// Reads an object; `nil` when it is damaged or is not a log entry.
    init?(_ line: ArraySlice<UInt8>) {
        guard let entry = try? JSONDecoder().decode(Self.self, from: Data(line)) else { return nil }
        self = entry
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        func bytes(_ key: CodingKeys) -> ArraySlice<UInt8>? {
            (try? fields.decodeIfPresent(FieldText.self, forKey: key))?.bytes[...]
        }
        micros = bytes(.micros).flatMap { ByteScanner.number($0) }
        stamp = bytes(.time) ?? bytes(.timestamp)
        let said = bytes(.message) ?? bytes(.log) ?? bytes(.text)
        guard let message = said ?? (micros == nil ? nil : []), micros != nil || stamp != nil else {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "not a log entry"))
        }
        // Docker keeps the line's end.
        self.message = message.last == 0x0a ? message.dropLast() : message
        host = bytes(.host) ?? []
        let process = bytes(.syslogProcess) ?? bytes(.process)
        self.process = process.flatMap { UInt32(String(decoding: $0, as: UTF8.self)) }
        if let identifier = bytes(.identifier), !identifier.isEmpty {
            program = identifier
        } else {
            // Postfix's name for itself is lost; the unit's tells.
            let command = bytes(.command) ?? []
            let isPostfix = bytes(.unit)?.starts(with: "postfix".utf8) ?? false
            program = isPostfix ? ("postfix/".utf8 + command)[...] : command
        }
    }

    /// A field: text, a number, the first of several texts, or bytes, as the journal writes what is not UTF-8.
    private struct FieldText: Decodable {
        let bytes: [UInt8]

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let text = try? value.decode(String.self) {
                bytes = Array(text.utf8)
            } else if let number = try? value.decode(Int64.self) {
                bytes = Array("\(number)".utf8)
            } else if let texts = try? value.decode([String].self) {
                bytes = Array((texts.first ?? "").utf8)
            } else {
                bytes = try value.decode([UInt8].self)
            }
        }
    }
}

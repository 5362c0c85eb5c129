import FoundationEssentials
import SMTP

/// One line or entry of a log: when, which program, what it says.
struct LogRecord {
    /// The program that wrote it, as far as that matters.
    enum Sender {
        /// Postfix, with the service's name: `smtpd`, `qmgr`, `submission/smtpd`.
        case postfix(ArraySlice<UInt8>)
        /// Sendmail's daemon or one of its children.
        case sendmail
        /// Another program.
        case other
    }

    var time: UnixTime
    var sender: Sender
    var message: ArraySlice<UInt8>

    init(time: UnixTime, program: ArraySlice<UInt8>, message: ArraySlice<UInt8>) {
        self.time = time
        self.message = message
        if program.starts(with: "postfix".utf8), let slash = program.firstIndex(of: UInt8(ascii: "/")) {
            sender = .postfix(program[(slash + 1)...])
        } else if program.elementsEqual("sendmail".utf8) || program.elementsEqual("sm-mta".utf8) {
            sender = .sendmail
        } else {
            sender = .other
        }
    }

    /// `TIME HOST PROGRAM[PROCESS]: MESSAGE`; the process may be missing.
    init?(syslog line: ArraySlice<UInt8>, clock: inout LogClock) {
        var rest = line
        guard let time = clock.read(&rest), let host = rest.firstIndex(of: 0x20) else { return nil }
        rest = rest[(host + 1)...]
        guard let end = rest.firstIndex(where: { $0 == UInt8(ascii: "[") || $0 == 0x3a || $0 == 0x20 }),
            end > rest.startIndex
        else { return nil }
        let program = rest[..<end]
        rest = rest[end...]
        if rest.first == UInt8(ascii: "[") {
            guard let close = rest.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            rest = rest[(close + 1)...]
        }
        guard rest.first == 0x3a else {
            // Lines of the logger itself, such as `last message repeated 2 times`, have no program.
            self.init(time: time, program: [], message: rest)
            return
        }
        rest = rest.dropFirst()
        if rest.first == 0x20 { rest = rest.dropFirst() }
        self.init(time: time, program: program, message: rest)
    }

    private struct JSONEntry: Decodable {
        var time: String?
        var identifier: String?
        var message: Message?

        enum CodingKeys: String, CodingKey {
            case time = "__REALTIME_TIMESTAMP"
            case identifier = "SYSLOG_IDENTIFIER"
            case message = "MESSAGE"
        }

        /// Text, or an array of bytes for what is no UTF-8.
        enum Message: Decodable {
            case bytes([UInt8])

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let text = try? container.decode(String.self) {
                    self = .bytes(Array(text.utf8))
                } else if let bytes = try? container.decode([UInt8].self) {
                    self = .bytes(bytes)
                } else {
                    self = .bytes([])
                }
            }
        }
    }

    /// One object of `journalctl -o json`.
    init?(journalJSON line: ArraySlice<UInt8>) {
        guard let entry = try? JSONDecoder().decode(JSONEntry.self, from: Data(line)),
            let micros = entry.time.flatMap({ Int64($0) })
        else { return nil }
        var message: [UInt8] = []
        if case .bytes(let bytes)? = entry.message { message = bytes }
        self.init(
            time: UnixTime(seconds: micros / 1_000_000), program: Array((entry.identifier ?? "").utf8)[...],
            message: message[...])
    }
}

/// Puts the fields of `journalctl -o export` together. Fields that hold line ends or bytes that are no text are written
/// in a binary form there; mail servers write none, and an entry with one in its message is given up.
struct JournalEntryReader: Sendable {
    enum Outcome {
        case more
        case entry(LogRecord)
        case broken
    }

    private var micros: Int64?
    private var program: ArraySlice<UInt8> = []
    private var message: ArraySlice<UInt8>?
    private var isEmpty = true
    private var isBroken = false

    mutating func read(_ line: ArraySlice<UInt8>) -> Outcome {
        guard !line.isEmpty else {
            defer { self = JournalEntryReader() }
            if isEmpty { return .more }
            guard !isBroken, let micros, let message else { return isBroken || micros == nil ? .broken : .more }
            return .entry(
                LogRecord(time: UnixTime(seconds: micros / 1_000_000), program: program, message: message))
        }
        isEmpty = false
        if let value = Self.value(of: "__REALTIME_TIMESTAMP=", in: line) {
            micros = LogClock.number(value)
        } else if let value = Self.value(of: "SYSLOG_IDENTIFIER=", in: line) {
            program = Array(value)[...]
        } else if let value = Self.value(of: "MESSAGE=", in: line) {
            message = Array(value)[...]
        } else if line.elementsEqual("MESSAGE".utf8) {
            isBroken = true
        }
        return .more
    }

    /// The time in a line `__REALTIME_TIMESTAMP=`, or in a cursor, which holds it in hexadecimal digits after `;t=`.
    static func realtime(of line: ArraySlice<UInt8>) -> UnixTime? {
        if let value = value(of: "__REALTIME_TIMESTAMP=", in: line), let micros = LogClock.number(value) {
            return UnixTime(seconds: micros / 1_000_000)
        }
        let text = String(decoding: line, as: UTF8.self)
        guard let field = text.split(separator: ";").first(where: { $0.hasPrefix("t=") }),
            let micros = Int64(field.dropFirst(2), radix: 16)
        else { return nil }
        return UnixTime(seconds: micros / 1_000_000)
    }

    private static func value(of field: StaticString, in line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        let name = String(describing: field).utf8
        return line.starts(with: name) ? line.dropFirst(name.count) : nil
    }
}

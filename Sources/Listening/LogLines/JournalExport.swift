/// Puts the fields of `journalctl -o export` together. Fields that hold line ends or bytes that are not text are written
/// in a binary form there; mail servers write none, and an entry with one in its message is given up.
struct JournalExport: Sendable {
    enum Outcome {
        case more
        case entry(micros: Int64, LogLine)
        case broken
    }

    private var micros: Int64?
    private var host: ArraySlice<UInt8> = []
    private var program: ArraySlice<UInt8> = []
    private var process: UInt32?
    private var message: ArraySlice<UInt8>?
    private var isEmpty = true
    private var isBroken = false

    mutating func read(_ line: ArraySlice<UInt8>) -> Outcome {
        guard !line.isEmpty else {
            defer { self = JournalExport() }
            if isEmpty { return .more }
            guard !isBroken, let micros, let message else { return isBroken || micros == nil ? .broken : .more }
            return .entry(
                micros: micros, LogLine(time: nil, host: host, program: program, process: process, message: message))
        }
        isEmpty = false
        if let value = line.after("__REALTIME_TIMESTAMP=") {
            micros = ByteScanner.number(value)
        } else if let value = line.after("SYSLOG_IDENTIFIER=") {
            program = Array(value)[...]
        } else if let value = line.after("_HOSTNAME=") {
            host = Array(value)[...]
        } else if let value = line.after("SYSLOG_PID=") ?? line.after("_PID=") {
            process = process ?? UInt32(String(decoding: value, as: UTF8.self))
        } else if let value = line.after("MESSAGE=") {
            message = Array(value)[...]
        } else if line.elementsEqual("MESSAGE".utf8) {
            isBroken = true
        }
        return .more
    }

    /// The microseconds in a line `__REALTIME_TIMESTAMP=`, or in a cursor, which has them in hexadecimal after `;t=`.
    static func micros(of line: ArraySlice<UInt8>) -> Int64? {
        if let value = line.after("__REALTIME_TIMESTAMP=") { return ByteScanner.number(value) }
        let text = String(decoding: line, as: UTF8.self)
        return text.split(separator: ";").first { $0.hasPrefix("t=") }.flatMap { Int64($0.dropFirst(2), radix: 16) }
    }
}

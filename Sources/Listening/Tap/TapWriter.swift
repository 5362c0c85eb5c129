import SMTP

/// Writes what argot-tap says as bytes. All numbers are in network byte order.
///
/// The connection begins with ``preamble``; each message is its length (2 bytes, itself not counted), its kind, flags, and
/// what belongs to the kind. Records have serial (4), time (8), the ports of client and server (2 each), the addresses'
/// width in bytes (4 or 16) and both addresses, then the finding's own bytes (of a
/// line, its check (2) and the line); counts are five numbers (8 each).
public enum TapWriter {
    /// The first bytes of a connection: what is spoken, and its version.
    public static let preamble = Array("ARGOTAP1".utf8)

    /// Appends a message. O(number of bytes).
    public static func append(_ message: TapMessage, to output: inout [UInt8]) {
        let start = output.count
        output += [0, 0]
        switch message {
        case .counts(let counts):
            output += [TapKind.counts.rawValue, 0]
            for number in [counts.packets, counts.dropped, counts.connections, counts.lost, counts.unsent] {
                append(number, bytes: 8, to: &output)
            }
        case .record(let record):
            let (kind, flags, text) = TapKind.parts(of: record.finding)
            output += [kind.rawValue, flags]
            append(UInt64(record.serial), bytes: 4, to: &output)
            append(record.time, bytes: 8, to: &output)
            append(UInt64(record.connection.clientPort), bytes: 2, to: &output)
            append(UInt64(record.connection.serverPort), bytes: 2, to: &output)
            let (client, server) = (record.connection.client, record.connection.server)
            let isShort = client.family == .ipv4 && server.family == .ipv4
            output.append(isShort ? 4 : 16)
            for address in [client, server] { append(address, isShort: isShort, to: &output) }
            output += text.prefix(TapKind.maximumText)
        }
        let length = output.count - start - 2
        output[start] = UInt8(truncatingIfNeeded: length >> 8)
        output[start + 1] = UInt8(truncatingIfNeeded: length)
    }

    private static func append(_ address: ClientAddress, isShort: Bool, to output: inout [UInt8]) {
        if isShort { return append(UInt64(truncatingIfNeeded: address.bits), bytes: 4, to: &output) }
        // An IPv4 address among IPv6 ones is a mapped one.
        let bits = address.family == .ipv4 ? address.bits | 0xffff << 32 : address.bits
        append(UInt64(truncatingIfNeeded: bits >> 64), bytes: 8, to: &output)
        append(UInt64(truncatingIfNeeded: bits), bytes: 8, to: &output)
    }

    private static func append(_ number: UInt64, bytes: Int, to output: inout [UInt8]) {
        for index in (0..<bytes).reversed() { output.append(UInt8(truncatingIfNeeded: number >> UInt64(index * 8))) }
    }
}

/// What a message is, by its number.
enum TapKind: UInt8 {
    case counts = 0
    case opened = 1
    case line = 2
    case reply = 3
    case tls = 4
    case ended = 5
    case lost = 6

    /// The most bytes of a finding's own.
    static let maximumText = 1_024

    static func parts(of finding: TapFinding) -> (TapKind, flags: UInt8, text: [UInt8]) {
        switch finding {
        case .opened(let syn): (.opened, 0, Array(syn.utf8))
        case .line(let line):
            (
                .line,
                line.marks.rawValue & TapFlag.marks | number(of: line.end) << TapFlag.endShift
                    | (line.isText ? TapFlag.text : 0),
                [UInt8(line.check >> 8), UInt8(line.check & 0xff)] + line.bytes
            )
        case .reply(let code, let toLine):
            (.reply, toLine ? TapFlag.toLine : 0, [UInt8(code >> 8), UInt8(code & 0xff)])
        case .tls(let ja4): (.tls, 0, Array(ja4.utf8))
        case .ended(let ending):
            (
                .ended,
                (ending.isByClient ? TapFlag.byClient : 0) | (ending.isReset ? TapFlag.reset : 0)
                    | (ending.hasQuit ? TapFlag.quit : 0), []
            )
        case .lost(let loss): (.lost, loss.rawValue, [])
        }
    }

    private static func number(of end: LineEnd) -> UInt8 { UInt8(lineEnds.firstIndex(of: end) ?? 0) }

    /// Line ends by their numbers.
    static let lineEnds: [LineEnd] = [.none, .crlf, .lf, .cr]
}

/// The bits of a message's flags. Of a line the lowest five are its marks (``SMTP/LineMarks``), the next two its end,
/// and the last whether it is text.
enum TapFlag {
    static let marks: UInt8 = 0x1f
    static let endShift: UInt8 = 5
    static let text: UInt8 = 0x80
    static let toLine: UInt8 = 1
    static let byClient: UInt8 = 1
    static let reset: UInt8 = 2
    static let quit: UInt8 = 4
}

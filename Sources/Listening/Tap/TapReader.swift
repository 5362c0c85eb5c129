import SMTP

/// Reads what argot-tap says: pieces of any size in, messages out. Holds less than one message.
public struct TapReader: Sendable {
    /// Bytes that are nothing that argot-tap says. The connection is of no use any more.
    public struct Garbage: Error, Sendable, Hashable {}

    /// The least and the most bytes of a message, its length not counted.
    private static let lengths = 2...(2 + 4 + 8 + 2 + 2 + 1 + 32 + TapKind.maximumText)

    private var waiting: [UInt8] = []
    private var hasPreamble = false

    /// A reader of one connection.
    public init() {}

    /// Takes in bytes; returns the messages that they complete. O(number of bytes).
    public mutating func read(_ bytes: some Collection<UInt8>) throws(Garbage) -> [TapMessage] {
        waiting += bytes
        var messages: [TapMessage] = []
        var start = 0
        if !hasPreamble {
            let count = min(waiting.count, TapWriter.preamble.count)
            guard waiting[..<count].elementsEqual(TapWriter.preamble[..<count]) else { throw Garbage() }
            guard count == TapWriter.preamble.count else { return [] }
            hasPreamble = true
            start = count
        }
        while waiting.count - start >= 2 {
            let length = Int(waiting[start]) << 8 | Int(waiting[start + 1])
            guard Self.lengths.contains(length) else { throw Garbage() }
            guard waiting.count - start - 2 >= length else { break }
            messages.append(try Self.message(waiting[(start + 2)..<(start + 2 + length)]))
            start += 2 + length
        }
        waiting.removeFirst(start)
        return messages
    }

    private static func message(_ bytes: ArraySlice<UInt8>) throws(Garbage) -> TapMessage {
        var rest = bytes.dropFirst(2)
        guard let kind = TapKind(rawValue: bytes[bytes.startIndex]) else { throw Garbage() }
        let flags = bytes[bytes.startIndex + 1]
        if kind == .counts {
            var counts = TapCounts()
            counts.packets = try number(&rest, bytes: 8)
            counts.dropped = try number(&rest, bytes: 8)
            counts.connections = try number(&rest, bytes: 8)
            counts.lost = try number(&rest, bytes: 8)
            counts.unsent = try number(&rest, bytes: 8)
            return .counts(counts)
        }
        let serial = UInt32(truncatingIfNeeded: try number(&rest, bytes: 4))
        let time = try number(&rest, bytes: 8)
        let clientPort = UInt16(truncatingIfNeeded: try number(&rest, bytes: 2))
        let serverPort = UInt16(truncatingIfNeeded: try number(&rest, bytes: 2))
        let width = try number(&rest, bytes: 1)
        guard width == 4 || width == 16 else { throw Garbage() }
        let client = try address(&rest, isShort: width == 4)
        let server = try address(&rest, isShort: width == 4)
        let connection = TapConnection(
            client: client, clientPort: clientPort, server: server, serverPort: serverPort)
        let finding = try finding(kind, flags, rest)
        return .record(TapRecord(connection: connection, serial: serial, time: time, finding: finding))
    }

    private static func finding(
        _ kind: TapKind, _ flags: UInt8, _ text: ArraySlice<UInt8>
    ) throws(Garbage) -> TapFinding {
        switch kind {
        case .counts: throw Garbage()
        case .opened: return .opened(syn: String(decoding: text, as: UTF8.self))
        case .line:
            var rest = text
            let check = UInt16(truncatingIfNeeded: try number(&rest, bytes: 2))
            return .line(
                TapLine(
                    bytes: Array(rest.prefix(TapLine.maximumBytes)),
                    end: TapKind.lineEnds[Int(flags >> TapFlag.endShift & 3)],
                    marks: LineMarks(rawValue: flags & TapFlag.marks), isText: flags & TapFlag.text != 0,
                    check: check))
        case .reply:
            var rest = text
            return .reply(
                UInt16(truncatingIfNeeded: try number(&rest, bytes: 2)), toLine: flags & TapFlag.toLine != 0)
        case .tls: return .tls(ja4: String(decoding: text, as: UTF8.self))
        case .ended:
            return .ended(
                TapEnding(
                    isByClient: flags & TapFlag.byClient != 0, isReset: flags & TapFlag.reset != 0,
                    hasQuit: flags & TapFlag.quit != 0))
        case .lost:
            guard let loss = TapLoss(rawValue: flags) else { throw Garbage() }
            return .lost(loss)
        }
    }

    private static func address(_ rest: inout ArraySlice<UInt8>, isShort: Bool) throws(Garbage) -> ClientAddress {
        if isShort { return ClientAddress(ipv4: UInt32(truncatingIfNeeded: try number(&rest, bytes: 4))) }
        let high = try number(&rest, bytes: 8)
        let low = try number(&rest, bytes: 8)
        return ClientAddress(ipv6: UInt128(high) << 64 | UInt128(low))
    }

    private static func number(_ rest: inout ArraySlice<UInt8>, bytes: Int) throws(Garbage) -> UInt64 {
        guard rest.count >= bytes else { throw Garbage() }
        let number = rest.prefix(bytes).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        rest = rest.dropFirst(bytes)
        return number
    }
}

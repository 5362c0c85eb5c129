public import SMTP
import Wire

/// Writes down what happens in a session, within ``RecorderLimits``. It never decides anything.
///
/// A value machine: events in, one transcript out. Times are microseconds since the session began, by a clock that
/// never goes back.
public struct SessionRecorder: Sendable {
    /// Headers whose values are kept: what the client says it is, and what the claims are checked against.
    public static let keptHeaders: Set<String> = [
        "content-type", "date", "message-id", "mime-version", "received", "user-agent", "x-mailer",
    ]

    /// Who talks to whom.
    public let peers: SessionPeers

    /// What the session is called.
    public let id: String

    /// What can be seen.
    public let vantage: Vantage

    private let began: Double
    private let limits: RecorderLimits
    private var log: EventLog
    private var gaps = 0
    private var headers = 0
    private var hasBody = false
    private var transaction = Transaction.none

    private enum Transaction {
        case none, open, finished, reset
    }

    /// A recorder for a session that begins now, `began` seconds after 1970, seen from `vantage`, or from that of a milter
    /// under the peers' mail server.
    public init(
        id: String, began: Double, peers: SessionPeers, vantage: Vantage? = nil,
        limits: RecorderLimits = RecorderLimits()
    ) {
        self.id = id
        self.began = began
        self.peers = peers
        self.limits = limits
        self.vantage = vantage ?? Vantage(milterUnder: peers.mta)
        log = EventLog(reservingBytes: 1_024, events: 32)
    }

    /// How many bytes and events the record holds.
    public var size: (bytes: Int, events: Int) { (log.byteCount, log.count) }

    /// Takes an event whose bytes are its parts, separated by NUL. Whatever a login was is not recorded, nor most headers'
    /// values, nor a body; an unknown command is masked (``SecretMask``), because some mail servers show whatever a client
    /// sends when it is not asked.
    public mutating func take(_ kind: SessionEvent.Kind, _ bytes: Span<UInt8>, at time: UInt64) {
        switch kind {
        case .mail:
            transaction = .open
            headers = 0
            hasBody = false
            record(kind, bytes, at: time)
        case .header: header(bytes, at: time)
        case .body: body(bytes, at: time)
        case .unknown: unknown(bytes, at: time)
        case .line: line(bytes, at: time)
        case .abort:
            // May come without a transaction, and twice.
            guard transaction == .open else { return }
            transaction = .reset
            record(kind, bytes, at: time)
        case .eom:
            transaction = .finished
            record(kind, bytes, at: time)
        default: record(kind, bytes, at: time)
        }
    }

    /// Takes an event by the text of its parts.
    public mutating func take(_ kind: SessionEvent.Kind, parts: String..., at time: UInt64) {
        var bytes: [UInt8] = []
        for (index, part) in parts.enumerated() {
            if index > 0 { bytes.append(0) }
            bytes.append(contentsOf: part.utf8.prefix(limits.argumentBytes))
        }
        take(kind, bytes.span, at: time)
    }

    private mutating func unknown(_ command: Span<UInt8>, at time: UInt64) {
        var line: [UInt8] = []
        for index in 0..<min(command.count, limits.argumentBytes) { line.append(command[index]) }
        record(.unknown, SecretMask.command(line[...]).span, at: time)
    }

    /// A command line. The tables of the mail server leave secrets out already; somebody may have changed them.
    private mutating func line(_ bytes: Span<UInt8>, at time: UInt64) {
        let line = EventReader.argument(bytes)
        let verb = SMTPVerb(command: line)
        guard verb == nil || verb == .auth else { return record(.line, bytes, at: time) }
        var masked = SecretMask.command(line[...])
        for index in min(line.count, bytes.count)..<bytes.count { masked.append(bytes[index]) }
        record(.line, masked.span, at: time)
    }

    private mutating func header(_ field: Span<UInt8>, at time: UInt64) {
        headers += 1
        guard headers <= limits.headers, hasRoom(for: limits.headerNameBytes + 1 + limits.headerValueBytes)
        else {
            gaps += 1
            return
        }
        let nameLength = field.indices.first { field[$0] == 0 } ?? field.count
        let value = field.extracting(droppingFirst: nameLength + 1)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(64)
        for index in 0..<min(nameLength, limits.headerNameBytes) { bytes.append(field[index]) }
        let isKept = nameLength <= 12 && Self.keptHeaders.contains(String(decoding: bytes, as: UTF8.self).lowercased())
        bytes.append(0)
        for index in 0..<min(value.count, limits.headerValueBytes) {
            let byte = value[index]
            guard isKept || byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") else { break }
            bytes.append(byte == 0 ? UInt8(ascii: "?") : byte)
        }
        log.append(.header, bytes, at: time)
    }

    private mutating func body(_ chunk: Span<UInt8>, at time: UInt64) {
        guard !hasBody else { return }
        hasBody = true
        let shape = BodyShape.shape(of: chunk, limits: limits)
        guard hasRoom(for: shape.count + 8) else {
            gaps += 1
            return
        }
        log.append(.body, parts: [shape, Array(String(chunk.count).utf8)], at: time)
    }

    /// The transcript of the session, which has ended.
    public consuming func finish() -> SessionTranscript {
        let ending: SessionTranscript.Ending =
            switch transaction {
            case .none: .withoutMail
            case .open: .inTransaction
            case .finished: .afterMessage
            case .reset: .afterReset
            }
        return SessionTranscript(
            id: id, source: "argotd", began: began, vantage: vantage, peers: peers, events: log, ending: ending,
            gaps: gaps)
    }

    private func hasRoom(for bytes: Int) -> Bool {
        log.count < limits.events && log.byteCount + bytes <= limits.bytes
    }

    private mutating func record(_ kind: SessionEvent.Kind, _ bytes: Span<UInt8>, at time: UInt64) {
        // Three of them come with a second part.
        let limit =
            kind == .refused || kind == .tls || kind == .line ? 2 * limits.argumentBytes + 1 : limits.argumentBytes
        guard hasRoom(for: min(bytes.count, limit)) else {
            gaps += 1
            return
        }
        log.append(kind, bytes, limit: limit, at: time)
    }
}

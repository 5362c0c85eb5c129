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

    /// HELO or EHLO.
    public mutating func helo(_ argument: Span<UInt8>, at time: UInt64) {
        record(.helo, argument, limit: limits.argumentBytes, at: time)
    }

    /// TLS was found to be on.
    public mutating func tls(version: String, cipher: String, at time: UInt64) {
        record(.tls, parts: [version, cipher], at: time)
    }

    /// The client was found to have logged in. The login name is not recorded.
    public mutating func authenticated(mechanism: String, at time: UInt64) {
        record(.auth, parts: [mechanism], at: time)
    }

    /// What the mail server calls the protocol.
    public mutating func proto(_ name: String, at time: UInt64) {
        record(.proto, parts: [name], at: time)
    }

    /// MAIL; the arguments are separated by NUL.
    public mutating func mail(_ arguments: Span<UInt8>, at time: UInt64) {
        transaction = .open
        headers = 0
        hasBody = false
        record(.mail, arguments, limit: limits.argumentBytes, at: time)
    }

    /// RCPT that the mail server accepts so far; the arguments are separated by NUL.
    public mutating func recipient(_ arguments: Span<UInt8>, at time: UInt64) {
        record(.rcpt, arguments, limit: limits.argumentBytes, at: time)
    }

    /// The mail server refuses the recipient recorded next.
    public mutating func refused(code: String, text: String, at time: UInt64) {
        record(.refused, parts: [code, text], at: time)
    }

    /// DATA.
    public mutating func data(at time: UInt64) { record(.data, parts: [], at: time) }

    /// A command that the mail server does not know: the line as it shows it. Some show whatever a client sends when it is
    /// not asked, so what is no known word is masked (``SecretMask``).
    public mutating func unknown(_ command: Span<UInt8>, at time: UInt64) {
        var line: [UInt8] = []
        for index in 0..<min(command.count, limits.argumentBytes) { line.append(command[index]) }
        let masked = SecretMask.command(line[...])
        record(.unknown, masked.span, limit: limits.argumentBytes, at: time)
    }

    /// A header. Of most headers only the blanks after the colon are kept, not the value.
    public mutating func header(name: Span<UInt8>, value: Span<UInt8>, at time: UInt64) {
        headers += 1
        guard headers <= limits.headers, hasRoom(for: limits.headerNameBytes + 1 + limits.headerValueBytes)
        else {
            gaps += 1
            return
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(64)
        for index in 0..<min(name.count, limits.headerNameBytes) { bytes.append(name[index]) }
        let isKept = name.count <= 12 && Self.keptHeaders.contains(String(decoding: bytes, as: UTF8.self).lowercased())
        bytes.append(0)
        for index in 0..<min(value.count, limits.headerValueBytes) {
            let byte = value[index]
            guard isKept || byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") else { break }
            bytes.append(byte == 0 ? UInt8(ascii: "?") : byte)
        }
        log.append(.header, bytes, at: time)
    }

    /// The end of the headers.
    public mutating func endOfHeaders(at time: UInt64) { record(.eoh, parts: [], at: time) }

    /// A piece of the body; only the first one's shape is kept.
    public mutating func body(_ chunk: Span<UInt8>, at time: UInt64) {
        guard !hasBody else { return }
        hasBody = true
        let shape = BodyShape.shape(of: chunk, limits: limits)
        guard hasRoom(for: shape.count + 8) else {
            gaps += 1
            return
        }
        log.append(.body, parts: [shape, Array(String(chunk.count).utf8)], at: time)
    }

    /// The end of the message.
    public mutating func endOfMessage(at time: UInt64) {
        transaction = .finished
        record(.eom, parts: [], at: time)
    }

    /// The transaction ended without a message. May come without one, and twice.
    public mutating func abort(at time: UInt64) {
        guard transaction == .open else { return }
        transaction = .reset
        record(.abort, parts: [], at: time)
    }

    /// What was answered to the last command.
    public mutating func answered(_ answer: String, at time: UInt64) { record(.answer, parts: [answer], at: time) }

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

    private mutating func record(_ kind: SessionEvent.Kind, _ bytes: Span<UInt8>, limit: Int, at time: UInt64) {
        guard hasRoom(for: min(bytes.count, limit)) else {
            gaps += 1
            return
        }
        log.append(kind, bytes, limit: limit, at: time)
    }

    private mutating func record(_ kind: SessionEvent.Kind, parts: [String], at time: UInt64) {
        guard hasRoom(for: parts.reduce(parts.count) { $0 + min($1.utf8.count, limits.argumentBytes) }) else {
            gaps += 1
            return
        }
        log.append(kind, parts: parts.map { $0.utf8.prefix(limits.argumentBytes) }, at: time)
    }
}

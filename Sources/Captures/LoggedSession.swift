import SMTP

/// One SMTP session of a log, line by line.
struct LoggedSession {
    /// Lines of a session that are kept; further ones are counted as gaps.
    private static let mostEvents = 16_384
    /// Bytes of a session that are kept.
    private static let mostBytes = 1 << 20

    private let began: UInt64?
    private var log = EventLog()
    private var closings: [SessionTranscript.Closing] = []
    private var gaps = 0
    private var isContentExpected = false
    private var hasRecipient = false
    private var isTLSOffered = false
    private var redactor: SecretRedactor

    /// Who connected.
    var peers = SessionPeers()
    /// The line of the log that the session begins with.
    let line: Int
    /// When its last line was written.
    private(set) var last: UInt64
    /// Whether replies are logged.
    private(set) var hasReplies = false
    /// Whether nothing but a greeting of several lines came yet.
    var isGreeting: Bool { log.allSatisfy { $0.kind == .server } }
    /// Whether what the client sent last was STARTTLS.
    var isStartingTLS: Bool { isTLSOffered }
    /// Bytes held, roughly.
    var cost: Int { 256 + log.byteCount + log.count * 24 }

    /// A session.
    ///
    /// - Parameter isWhole: whether its beginning is in the log.
    init(line: Int, at time: UInt64?, isWhole: Bool) {
        self.line = line
        redactor = SecretRedactor(beginsMidway: !isWhole, showsContent: false)
        began = time
        last = time ?? 0
    }

    /// Whether anything was said.
    var isEmpty: Bool { log.isEmpty }

    /// The client sent a line.
    ///
    /// - Parameter isCommand: whether the log shows nothing but commands.
    mutating func command(_ text: [UInt8], isCommand: Bool = false, at time: UInt64) {
        last = max(last, time)
        // Content is not logged: that it came is known from the server's going on after 354.
        if isContentExpected, !hasReplies { endContent() }
        if isCommand { redactor.expectCommand() }
        let redacted = redactor.client(text + [0x0d, 0x0a])
        append(.client, redacted.bytes)
        let verb = SMTPVerb(command: text)
        isTLSOffered = verb == .startTLS
        if verb == .mail { hasRecipient = false }
        if verb == .data, !hasReplies { isContentExpected = hasRecipient }
    }

    /// The server sent a line.
    mutating func reply(_ text: [UInt8], at time: UInt64) {
        last = max(last, time)
        hasReplies = true
        // A 421 after 354 says that the content did not come to its end.
        if isContentExpected, !text.starts(with: "421".utf8) { endContent() }
        append(.server, redactor.server(text + [0x0d, 0x0a]))
        isContentExpected = text.starts(with: "354".utf8)
    }

    /// The server has accepted a recipient.
    mutating func acceptRecipient() { hasRecipient = true }

    /// The client is gone.
    mutating func lose(_ manner: SessionTranscript.Closing.Manner, at time: UInt64) {
        last = max(last, time)
        isContentExpected = false
        closings.append(.init(time: relative(time), isByClient: true, manner: manner))
    }

    /// The transcript; `nil` if nothing was said.
    mutating func finish(source: String) -> SessionTranscript? {
        guard !log.isEmpty else { return nil }
        // What was masked may have been commands: as good as missing.
        if redactor.uncertainLines > 0 { gaps += 1 }
        return SessionTranscript(
            id: "\(source)#\(line)", source: source, began: began.map { Double($0) / 1e6 }, vantage: .wire,
            peers: peers, events: log, ending: .unknown, closings: closings, gaps: gaps, origin: "transcript")
    }

    private mutating func endContent() {
        isContentExpected = false
        append(.client, Array("[CUT]\r\n.\r\n".utf8))
    }

    private func relative(_ time: UInt64) -> UInt64 { time > (began ?? 0) ? time - (began ?? 0) : 0 }

    private mutating func append(_ kind: SessionEvent.Kind, _ bytes: [UInt8]) {
        guard log.count < Self.mostEvents, log.byteCount + bytes.count <= Self.mostBytes else {
            gaps += 1
            return
        }
        log.append(kind, bytes, at: began == nil ? 0 : relative(last))
    }
}

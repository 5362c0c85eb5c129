import SMTP
import Wire

/// One SMTP session of a log, line by line.
struct LoggedSession {
    private static let lineEnd: [UInt8] = [0x0d, 0x0a]

    private let began: UInt64?
    private var recorder: WireRecorder
    private var closings: [SessionTranscript.Closing] = []
    private var isContentExpected = false
    private var hasRecipient = false
    private var isTLSOffered = false

    /// Who connected.
    var peers = SessionPeers()
    /// The line of the log that the session begins with.
    let line: Int
    /// When its last line was written.
    private(set) var last: UInt64
    /// Whether replies are logged.
    private(set) var hasReplies = false
    /// Whether nothing but a greeting of several lines came yet.
    var isGreeting: Bool { recorder.events.allSatisfy { $0.kind == .server } }
    /// Whether what the client sent last was STARTTLS.
    var isStartingTLS: Bool { isTLSOffered }
    /// Bytes held, roughly.
    var cost: Int { 256 + recorder.cost }

    /// A session.
    ///
    /// - Parameter isWhole: whether its beginning is in the log.
    init(line: Int, at time: UInt64?, isWhole: Bool) {
        self.line = line
        recorder = WireRecorder(beginsMidway: !isWhole, showsContent: false)
        began = time
        last = time ?? 0
    }

    /// The client sent a line.
    ///
    /// - Parameter isCommand: whether the log shows nothing but commands.
    mutating func command(_ text: [UInt8], isCommand: Bool = false, at time: UInt64) {
        last = max(last, time)
        // Content is not logged: that it came is known from the server's going on after 354.
        if isContentExpected, !hasReplies { endContent() }
        if isCommand { recorder.expectCommand() }
        recorder.take(.client, (text + Self.lineEnd)[...], at: offset)
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
        recorder.take(.server, (text + Self.lineEnd)[...], at: offset)
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
        guard !recorder.events.isEmpty else { return nil }
        recorder.finish()
        return SessionTranscript(
            id: "\(source)#\(line)", source: source, began: began.map { Double($0) / 1e6 }, vantage: .wire,
            peers: peers, events: recorder.events, ending: .unknown, closings: closings, gaps: recorder.gaps,
            origin: "transcript")
    }

    private mutating func endContent() {
        isContentExpected = false
        recorder.takeHiddenContent(at: offset)
    }

    /// When the last line was written, since the session began.
    private var offset: UInt64 { began == nil ? 0 : relative(last) }

    private func relative(_ time: UInt64) -> UInt64 { time > (began ?? 0) ? time - (began ?? 0) : 0 }
}

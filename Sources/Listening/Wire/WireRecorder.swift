public import SMTP

/// Writes down what the two sides of a conversation say, as transcripts of the wire keep it: secrets masked
/// (``SecretRedactor``), content cut, within bounds. Events in, a bounded log of them out.
public struct WireRecorder: Sendable {
    /// What is kept of a conversation.
    public struct Limits: Sendable, Hashable {
        /// Events; further ones are counted as gaps.
        public var events: Int

        /// Bytes; events beyond are counted as gaps.
        public var bytes: Int

        /// Bytes of one message's content; `[CUT]` stands for the rest.
        public var contentBytes: Int

        /// Limits of their parts.
        public init(events: Int = 16_384, bytes: Int = 1 << 20, contentBytes: Int = 8_192) {
            self.events = events
            self.bytes = bytes
            self.contentBytes = contentBytes
        }

        /// No limits.
        static let none = Limits(events: .max, bytes: .max, contentBytes: .max)
    }

    /// What is kept.
    public private(set) var events = EventLog()

    /// How often bytes are missing, and events that were not kept because of a limit.
    public private(set) var gaps = 0

    private let limits: Limits
    private var redactor: SecretRedactor
    private var cutter: ContentCutter

    /// A recorder of one conversation.
    ///
    /// - Parameters:
    ///   - beginsMidway: whether the beginning of the connection may be missing.
    ///   - showsContent: whether the content of messages is among what the client says; logs have none.
    public init(limits: Limits = Limits(), beginsMidway: Bool = false, showsContent: Bool = true) {
        self.limits = limits
        redactor = SecretRedactor(beginsMidway: beginsMidway, showsContent: showsContent)
        cutter = ContentCutter(limit: limits.contentBytes)
    }

    /// Bytes held, roughly.
    public var cost: Int { events.byteCount + events.count * 24 }

    /// Whether the server agreed to STARTTLS last, and the client has not spoken since.
    public var isTLSAgreed: Bool { redactor.isTLSAgreed }

    /// Takes an event of the wire, or one to be kept as it is. Amortised O(number of bytes).
    public mutating func take(_ kind: SessionEvent.Kind, _ bytes: ArraySlice<UInt8> = [], at time: UInt64) {
        switch kind {
        case .client:
            let kept = cutter.cut(redactor.client(bytes))
            // Nothing is left of a piece from the middle of long content.
            if !kept.isEmpty || bytes.isEmpty { append(kind, kept[...], at: time) }
        case .server: append(kind, redactor.server(bytes)[...], at: time)
        case .unknown: append(kind, SecretMask.command(bytes)[...], at: time)
        case .clientGap:
            let count = max(1, Int(String(decoding: bytes, as: UTF8.self)) ?? 1)
            gaps += 1
            redactor.clientGap(count)
            cutter.skip(count)
            append(kind, bytes, at: time)
        case .serverGap:
            gaps += 1
            redactor.serverGap()
            append(kind, bytes, at: time)
        default: append(kind, bytes, at: time)
        }
    }

    /// Bytes are missing of which nothing but that is to be kept.
    public mutating func miss() { gaps += 1 }

    /// Content came that the source does not show.
    public mutating func takeHiddenContent(at time: UInt64) {
        append(.client, Array("[CUT]\r\n.\r\n".utf8)[...], at: time)
    }

    /// What comes next is known to be a command, from somebody who can tell: a log that shows nothing else, say.
    public mutating func expectCommand() { redactor.expectCommand() }

    /// Nothing follows. Masked lines of which nobody can tell what they were may have been commands: as good as missing.
    public mutating func finish() { if redactor.uncertainLines > 0 { gaps += 1 } }

    private mutating func append(_ kind: SessionEvent.Kind, _ bytes: ArraySlice<UInt8>, at time: UInt64) {
        guard events.count < limits.events, bytes.count <= limits.bytes - events.byteCount else {
            gaps += 1
            return
        }
        events.append(kind, bytes, at: time)
    }
}

extension SessionTranscript {
    /// The transcript without the secrets that an older or another recorder may have left in it. One without a login is the
    /// same. O(number of bytes).
    public func redacted() -> SessionTranscript {
        var recorder = WireRecorder(limits: .none)
        for event in events { recorder.take(event.kind, event.bytes, at: event.time) }
        var transcript = self
        transcript.events = recorder.events
        return transcript
    }
}

/// One thing that happened in a session.
public struct SessionEvent: Sendable, Hashable {
    /// What happened. The raw value is the word used in transcripts.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// HELO or EHLO; one part, the argument.
        case helo

        /// What the mail server calls the protocol, where it says so at MAIL; one part: SMTP, ESMTP, ESMTPS, ESMTPA.
        case proto

        /// TLS is on; parts: version, cipher.
        case tls

        /// The client has logged in; one part, the mechanism.
        case auth

        /// MAIL; parts: the address as sent, then each parameter.
        case mail

        /// RCPT; parts as for MAIL.
        case rcpt

        /// DATA; no parts.
        case data

        /// An unknown command; one part, what the mail server shows of it.
        case unknown

        /// A header; parts: name, value with the blanks after the colon (values are kept for a few names only).
        case header

        /// The end of the headers; no parts.
        case eoh

        /// The first piece of the body; parts: its shape, its length in decimal.
        case body

        /// The end of the message; no parts.
        case eom

        /// The transaction ended without a message; no parts.
        case abort

        /// The mail server refuses the recipient that comes next; parts: enhanced code, text.
        case refused

        /// A command line as the client wrote it, where a mail server's filter is told of it before the command itself; parts:
        /// the line, how much of it is told (``LineExtent``), and where it is told how it was sent, a word for each mark
        /// (``LineMarks``).
        case line

        /// What the mail server answered the last line, where that is told; one part, the code. Lines that are followed by none
        /// were answered well once a code has been told at all: 220, for the greeting, tells that codes will be.
        case replied

        /// How the client's host asked for the connection, where a tap tells it; one part, the shape of its SYN.
        case tcp

        /// What the client offered when TLS began, where a tap tells it; one part, its JA4 fingerprint.
        case hello

        /// Lines of the session are missing, and those that follow tell nothing; no parts.
        case linesLost = "lines-lost"

        /// Argot's answer to the command before; one part, the reply, or `accept` and the like.
        case answer

        /// Bytes from the client, as one segment or line; wire vantage only.
        case client

        /// Bytes from the server, as one segment or line; wire vantage only.
        case server

        /// TLS begins, and nothing of what follows was kept; wire vantage only; no parts.
        case encrypted

        /// Bytes of the client are missing from the record; wire vantage only; one part, how many, in decimal.
        case clientGap = "client-gap"

        /// Bytes of the server are missing from the record; wire vantage only; one part, how many, in decimal.
        case serverGap = "server-gap"

        /// Whether the event comes from the client's side.
        public var isFromClient: Bool {
            switch self {
            case .refused, .answer, .server, .serverGap, .replied, .linesLost: false
            default: true
            }
        }
    }

    /// Microseconds since the session began, by a clock that never goes back.
    public let time: UInt64

    /// What happened.
    public let kind: Kind

    /// The bytes that belong to it: its parts, separated by NUL (wire events: the bytes themselves).
    public let bytes: ArraySlice<UInt8>

    /// An event of its parts.
    public init(time: UInt64, kind: Kind, bytes: ArraySlice<UInt8> = []) {
        self.time = time
        self.kind = kind
        self.bytes = bytes
    }

    /// The event's parts. A wire event is one part.
    public var parts: [ArraySlice<UInt8>] {
        switch kind {
        case .client, .server: [bytes]
        default: bytes.isEmpty && kind.hasNoParts ? [] : bytes.split(separator: 0, omittingEmptySubsequences: false)
        }
    }
}

extension SessionEvent.Kind {
    fileprivate var hasNoParts: Bool {
        switch self {
        case .data, .eoh, .eom, .abort, .encrypted, .linesLost: true
        default: false
        }
    }
}

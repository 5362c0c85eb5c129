/// One message of a client as it stood on the wire (B@bel, section 3): a command line, or the content of a mail.
public struct ClientMessage: Sendable, Hashable {
    /// What the message is.
    public enum Kind: Sendable, Hashable {
        /// A command that SMTP knows.
        case command(SMTPVerb)

        /// A line that is no command.
        case unknownCommand

        /// A line of an AUTH dialogue. Its bytes are not kept.
        case authentication

        /// Headers and body of a mail, up to the final dot or the end of the last chunk.
        case content

        /// The beginning of TLS; what follows is seen only where the observer terminates it.
        case tls
    }

    /// What the message is.
    public var kind: Kind

    /// A command's line without its end. For content: the headers as they were sent, as far as they were recorded.
    public var bytes: [UInt8]

    /// How the line ended; for content, how its header lines end (the first that is not CR LF counts).
    public var lineEnd: LineEnd

    /// Whether it was sent before the reply to the message before it, or before the greeting.
    public var isEarly: Bool

    /// Whether its first byte opened a segment; `false` when it shares one with the message before it.
    public var opensSegment: Bool

    /// How many segments it came in, at least 1.
    public var segmentCount: Int

    /// For content: whether the final dot came in a segment of its own.
    public var hasLoneDot: Bool

    /// For content: how many bytes it had, its final dot included, as far as it was recorded.
    public var length: Int

    /// Whether its end was seen: a line's end, or for content the final dot or the last byte of its chunk.
    public var isWhole: Bool

    /// When its first byte was sent, in microseconds since the session began.
    public var time: UInt64

    /// A message of its parts.
    public init(
        kind: Kind, bytes: [UInt8], lineEnd: LineEnd = .crlf, isEarly: Bool = false, opensSegment: Bool = true,
        segmentCount: Int = 1, hasLoneDot: Bool = false, length: Int = 0, isWhole: Bool = true,
        time: UInt64 = 0
    ) {
        self.kind = kind
        self.bytes = bytes
        self.lineEnd = lineEnd
        self.isEarly = isEarly
        self.opensSegment = opensSegment
        self.segmentCount = segmentCount
        self.hasLoneDot = hasLoneDot
        self.length = length
        self.isWhole = isWhole
        self.time = time
    }

    /// The command, if it is one that SMTP knows.
    public var verb: SMTPVerb? {
        guard case .command(let verb) = kind else { return nil }
        return verb
    }

    /// A command line as text; bytes that are not UTF-8 are replaced.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// For content: the headers in order, names and values as sent; a value keeps the blanks after its colon, and folded
    /// lines keep their line ends.
    public var headers: [(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)] {
        guard kind == .content else { return [] }
        var headers: [(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)] = []
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let text = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            if let first = text.first, first == UInt8(ascii: " ") || first == UInt8(ascii: "\t"), !headers.isEmpty {
                headers[headers.count - 1].value = bytes[headers[headers.count - 1].value.startIndex..<text.endIndex]
                continue
            }
            guard let colon = text.firstIndex(of: UInt8(ascii: ":")), colon > text.startIndex else { break }
            headers.append((text[..<colon], text[(colon + 1)...]))
        }
        return headers
    }
}

public import SMTP
import Wire

/// A command line as it is handed over: how it is spelled, and nothing that the mail server tells its filter anyway or that
/// is nobody's business.
///
/// MAIL and RCPT end with their colon and the blanks behind it; HELO and EHLO are whole; of AUTH the mechanism is left, if
/// it is a known one; of NOOP, VRFY and the like the command; what is no known command is masked.
public struct TapLine: Sendable, Hashable {
    /// The most bytes of a line that are handed over; RFC 5321 (4.5.3.1.4) allows clients 512.
    public static let maximumBytes = 512

    /// The line without its end.
    public var bytes: [UInt8]

    /// How it ended.
    public var end: LineEnd

    /// How it was sent.
    public var marks: LineMarks

    /// A line of its parts.
    public init(bytes: [UInt8], end: LineEnd = .crlf, marks: LineMarks = []) {
        self.bytes = bytes
        self.end = end
        self.marks = marks
        if end == .lf || end == .cr { self.marks.insert(.wrongEnd) }
    }

    /// What is handed over of a client's message; `nil` for one that is no command line. O(number of bytes).
    ///
    /// - Parameter early: what it is called if it was sent before the reply to the one before.
    public init?(_ message: ClientMessage, early: LineMarks) {
        let kept: [UInt8]
        switch message.kind {
        case .command(let verb): kept = Self.spelling(of: SecretMask.command(message.bytes[...]), verb)
        case .unknownCommand: kept = Self.word(of: SecretMask.command(message.bytes[...]))
        case .authentication, .content, .tls: return nil
        }
        self.init(
            bytes: Array(kept.prefix(Self.maximumBytes)), end: message.lineEnd,
            marks: (message.isEarly ? early : []).union(message.opensSegment ? [] : .joined))
    }

    private static func spelling(of line: [UInt8], _ verb: SMTPVerb) -> [UInt8] {
        switch verb {
        case .helo, .ehlo, .auth: return line
        case .mail, .rcpt:
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return word(of: line) }
            // A keyword, and no address in which a colon is: `MAIL <"a:b"@c>`.
            let keyword = line[..<colon]
            guard keyword.allSatisfy({ isBlank($0) || 0x41...0x5a ~= $0 & 0xdf }) else { return word(of: line) }
            return Array(keyword) + [line[colon]] + line[(colon + 1)...].prefix(while: isBlank)
        case .bdat:
            // A size, and whether it is the last chunk.
            let isPlain = line.allSatisfy { isBlank($0) || 0x30...0x39 ~= $0 || 0x41...0x5a ~= $0 & 0xdf }
            return isPlain ? Array(line.prefix(64)) : word(of: line)
        case .data, .rset, .noop, .quit, .vrfy, .expn, .help, .startTLS, .etrn: return word(of: line)
        }
    }

    /// The first word and the blanks around it: all of a command without an argument, and how one with an argument begins.
    private static func word(of line: [UInt8]) -> [UInt8] {
        let before = line.prefix(while: isBlank)
        let word = line[before.endIndex...].prefix { !isBlank($0) }
        return Array(before + word + line[word.endIndex...].prefix(while: isBlank))
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}

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

    /// Of MAIL and RCPT, 16 bits by which the event that the line causes is told from others (``check(of:)``): too few to say
    /// anything of the address. 0 where there are none.
    public var check: UInt16

    /// Whether what is left out of MAIL or RCPT is not an address with parameters, but anything.
    public var isText: Bool

    /// A line of its parts.
    public init(
        bytes: [UInt8], end: LineEnd = .crlf, marks: LineMarks = [], isText: Bool = false, check: UInt16 = 0
    ) {
        self.bytes = bytes
        self.end = end
        self.marks = marks
        self.isText = isText
        self.check = check
        if end == .lf || end == .cr { self.marks.insert(.wrongEnd) }
    }

    /// What is handed over of a client's message; `nil` for one that is no command line. O(number of bytes).
    ///
    /// - Parameter early: what it is called if it was sent before the reply to the one before.
    public init?(_ message: ClientMessage, early: LineMarks) {
        let kept: [UInt8]
        var isText = false
        var check: UInt16 = 0
        switch message.kind {
        case .command(let verb):
            kept = Self.spelling(of: SecretMask.command(message.bytes[...]), verb)
            if verb == .mail || verb == .rcpt {
                let argument = message.bytes.dropFirst(kept.count)
                isText = !Self.isPath(argument)
                check = Self.check(of: Self.address(argument))
            }
        case .unknownCommand: kept = Self.word(of: SecretMask.command(message.bytes[...]))
        case .authentication, .content, .tls: return nil
        }
        self.init(
            bytes: Array(kept.prefix(Self.maximumBytes)), end: message.lineEnd,
            marks: (message.isEarly ? early : []).union(message.opensSegment ? [] : .joined), isText: isText,
            check: check)
    }

    /// 16 bits of an address as it is written, which a mail server hands its filter so: FNV-1a, folded. 0 for none. O(length).
    public static func check(of address: some Collection<UInt8>) -> UInt16 {
        guard !address.isEmpty else { return 0 }
        var hash: UInt32 = 0x811c_9dc5
        for byte in address { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
        return max(1, UInt16(truncatingIfNeeded: hash >> 16 ^ hash))
    }

    /// The address at the beginning of an argument: up to a blank that is in neither brackets nor quotes.
    private static func address(_ argument: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var (isQuoted, isBracketed) = (false, false)
        return argument.prefix { byte in
            switch byte {
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: "<") where !isQuoted: isBracketed = true
            case UInt8(ascii: ">") where !isQuoted: isBracketed = false
            default: break
            }
            return isQuoted || isBracketed || !isBlank(byte)
        }
    }

    /// Whether the argument of MAIL or RCPT is an address with parameters, or nothing.
    private static func isPath(_ argument: ArraySlice<UInt8>) -> Bool {
        argument.allSatisfy { 0x21...0x7e ~= $0 || isBlank($0) }
            && argument.split(whereSeparator: isBlank).dropFirst().allSatisfy(isParameter)
    }

    /// Whether a word can be a parameter of MAIL or RCPT (RFC 5321, 4.1.2).
    private static func isParameter(_ word: ArraySlice<UInt8>) -> Bool {
        guard let equals = word.firstIndex(of: UInt8(ascii: "=")) else {
            return ["SMTPUTF8", "REQUIRETLS"].contains(String(decoding: word, as: UTF8.self).uppercased())
        }
        return equals > word.startIndex
            && word[..<equals].allSatisfy {
                0x30...0x39 ~= $0 || 0x41...0x5a ~= $0 & 0xdf || $0 == UInt8(ascii: "-")
            }
    }

    /// The line as an event of a session has it (``SMTP/SessionEvent/Kind/line``): without blanks before it and what follows
    /// NUL, as mail servers read it; how much of it is told; its marks.
    public var event: [UInt8] {
        let text = bytes.drop(while: Self.isBlank).prefix { $0 != 0 }
        return Array(text) + ([extent.rawValue] + marks.words).flatMap { [0] + Array($0.utf8) }
    }

    private var extent: LineExtent {
        switch SMTPVerb(command: bytes) {
        case .mail?, .rcpt?: isText ? .cut : bytes.contains(UInt8(ascii: ":")) ? .path : .whole
        case .helo?, .ehlo?, .data?, .rset?, .quit?, .startTLS?, .bdat?: .whole
        case .noop?, .vrfy?, .expn?, .help?, .auth?, .etrn?, nil: .cut
        }
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

/// A 4xx or 5xx reply that an MTA can hand to its client word for word.
///
/// Code and verdict are one value: a 4xx code is a temporary failure, a 5xx code a permanent one, so a reply that
/// contradicts its status cannot be built. Neither can one that an MTA would garble or drop: see ``RefusalReplyError``.
public struct RefusalReply: Hashable, Sendable {
    /// The longest text line in bytes that libmilter takes, counted after `%` has been doubled.
    public static let maximumLineLength = 980

    /// The largest number of text lines that libmilter takes.
    public static let maximumLineCount = 32

    /// The three-digit code, 400...599.
    public let code: UInt16

    /// The enhanced status code; its class is the code's first digit.
    public let enhancedCode: EnhancedStatusCode?

    /// The text, one to ``maximumLineCount`` lines without line ends.
    public let lines: [String]

    /// A reply of one or many lines.
    ///
    /// Text is printable ASCII; UTF-8 is taken only for Postfix, since Sendmail strips the eighth bit. Several lines
    /// need an enhanced code, since libmilter would invent `4.0.0` or `5.0.0`.
    public init(code: Int, enhancedCode: EnhancedStatusCode?, lines: [String], for mta: MTA = .unknown)
        throws(RefusalReplyError)
    {
        guard 400...599 ~= code else { throw .codeOutOfRange(code) }
        if let enhancedCode, Int(enhancedCode.statusClass) != code / 100 {
            throw .contradiction(code: code, enhancedCode: enhancedCode)
        }
        guard 1...Self.maximumLineCount ~= lines.count else { throw .lineCount(lines.count) }
        guard lines.count == 1 || enhancedCode != nil else { throw .linesWithoutEnhancedCode }
        for (index, line) in lines.enumerated() {
            try Self.check(line, number: index + 1, hasEnhancedCode: enhancedCode != nil, mta: mta)
        }
        self.code = UInt16(code)
        self.enhancedCode = enhancedCode
        self.lines = lines
    }

    /// A reply of one line.
    public init(_ code: Int, _ enhancedCode: String, _ text: String, for mta: MTA = .unknown) throws(RefusalReplyError)
    {
        guard let enhanced = EnhancedStatusCode(enhancedCode) else { throw .enhancedCodeSyntax(enhancedCode) }
        try self.init(code: code, enhancedCode: enhanced, lines: [text], for: mta)
    }

    /// Whether the client is asked to come back: the code is 4xx.
    public var isTemporary: Bool { code < 500 }

    private static func check(_ line: String, number: Int, hasEnhancedCode: Bool, mta: MTA) throws(RefusalReplyError) {
        var length = 0
        for byte in line.utf8 {
            switch byte {
            case 0x20...0x7e: length += byte == UInt8(ascii: "%") ? 2 : 1
            case 0x80... where mta == .postfix: length += 1
            default: throw .unprintable(line: number, byte: byte)
            }
        }
        guard length <= maximumLineLength else { throw .lineTooLong(line: number, length: length) }
        guard line.utf8.contains(where: { $0 != 0x20 }) else { throw .emptyLine(number) }
        let first = line.prefix { $0 != " " }
        if !hasEnhancedCode, EnhancedStatusCode(first) != nil { throw .hiddenEnhancedCode(String(first)) }
    }
}

extension RefusalReply: CustomStringConvertible {
    /// The reply as it stands on the wire, lines separated by CRLF, without the last line's end.
    public var description: String {
        lines.enumerated().map { index, line in
            let separator = index == lines.count - 1 ? " " : "-"
            return "\(code)\(separator)" + (enhancedCode.map { "\($0) " } ?? "") + line
        }.joined(separator: "\r\n")
    }
}

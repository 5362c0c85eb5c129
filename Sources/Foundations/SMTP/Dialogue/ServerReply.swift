/// One reply of a server, byte for byte, with what is odd about it.
public struct ServerReply: Sendable, Hashable {
    /// What is unusual about a reply's form. An ordinary one has none of these, or `multiLine` alone.
    public struct Form: OptionSet, Sendable, Hashable {
        /// The set's bits.
        public let rawValue: UInt16

        /// A set of the given bits.
        public init(rawValue: UInt16) { self.rawValue = rawValue }

        /// It has several lines.
        public static let multiLine = Form(rawValue: 1)

        /// Its lines bear different codes.
        public static let mixedCodes = Form(rawValue: 2)

        /// Its last line is a code without text.
        public static let codeOnly = Form(rawValue: 4)

        /// A line of it does not begin with three digits and a blank or hyphen.
        public static let malformed = Form(rawValue: 8)

        /// A line of it ends in LF alone.
        public static let bareLF = Form(rawValue: 16)

        /// A line of it ends in CR alone.
        public static let bareCR = Form(rawValue: 32)

        /// Its last line has no end.
        public static let unterminated = Form(rawValue: 64)

        /// An empty line follows it.
        public static let doubledEnd = Form(rawValue: 128)
    }

    /// The bytes, line ends included.
    public var bytes: [UInt8]

    /// The code of each line, 0 where a line has none.
    public var codes: [UInt16]

    /// What is unusual about it.
    public var form: Form

    /// When its last byte was sent, in microseconds since the session began.
    public var time: UInt64

    /// A reply of its parts.
    public init(bytes: [UInt8], codes: [UInt16], form: Form, time: UInt64) {
        self.bytes = bytes
        self.codes = codes
        self.form = form
        self.time = time
    }

    /// The code of the last line that has one; 0 if none has. Most clients go by it.
    public var code: UInt16 { codes.last { $0 != 0 } ?? 0 }

    /// What follows the code on each line, without line ends.
    public var texts: [String] {
        String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).map { line in
            String(line.prefix(3).allSatisfy(\.isNumber) ? line.dropFirst(4) : line)
        }
    }

    /// The extensions offered, in upper case with their parameters, if this is a reply to EHLO (RFC 5321, 4.1.1.1).
    public var offeredKeywords: [String] { texts.dropFirst().map { $0.uppercased() } }
}

import SMTP

/// What a client's command line is, and where in it a secret begins. A view of one line, whole or as far as it has come.
struct LoginLine {
    /// What a line is.
    enum Kind: Equatable {
        /// A command that SMTP knows.
        case command(SMTPVerb)
        /// A line that begins a login: AUTH in any spelling, or what other protocols have for it.
        case login
        /// A line of nothing, of a dot, or of the asterisk that cancels a login.
        case nothing
        /// Something else that is known for what it is: XCLIENT, XFORWARD, a request of HTTP, a header of a message.
        case harmless
        /// No command that is known.
        case unknown
        /// Too little has come to tell.
        case open
    }

    /// What the line is.
    private(set) var kind = Kind.open

    /// What of it must not be written, as offsets; the end is open where the secret goes on to the end of the line.
    private(set) var secret: (from: Int, to: Int?)?

    private let text: ArraySlice<UInt8>
    private let isWhole: Bool

    /// Looks at a line.
    ///
    /// - Parameters:
    ///   - text: the line without its LF, from its beginning.
    ///   - isWhole: whether its end has been seen.
    ///   - isWary: whether a line that is not a known command may be part of a login.
    init(_ text: ArraySlice<UInt8>, isWhole: Bool, isWary: Bool) {
        self.text = text
        self.isWhole = isWhole
        // Some servers end a line at a bare CR too: each part is looked at as a line of its own.
        var start = text.startIndex
        var isFirst = true
        repeat {
            let end = text[start...].firstIndex(of: UInt8(ascii: "\r")) ?? text.endIndex
            let isEnded = isWhole || end < text.endIndex
            let (kind, from, to) = Self.read(text[start..<end], isEnded: isEnded, isWary: isWary)
            if isFirst || kind == .login { self.kind = kind }
            if let from, secret == nil {
                secret = (from - text.startIndex, to.map { $0 - text.startIndex })
            } else if isWary, kind == .unknown || kind == .open, secret == nil, start < end || isFirst {
                secret = (start - text.startIndex, nil)
            }
            isFirst = false
            start = end < text.endIndex ? end + 1 : end
        } while start < text.endIndex
    }

    private typealias Finding = (kind: Kind, from: Int?, to: Int?)

    private static func read(_ line: ArraySlice<UInt8>, isEnded: Bool, isWary: Bool) -> Finding {
        let start = line.firstIndex { !isBlank($0) } ?? line.endIndex
        guard start < line.endIndex else { return (isEnded ? .nothing : .open, nil, nil) }
        let word = line[start...].prefix { isWordByte($0) }
        let isWordEnded = word.endIndex < line.endIndex || isEnded
        let name = upper(word)
        if isEnded, line[start...].count == 1, line[start] == UInt8(ascii: ".") || line[start] == UInt8(ascii: "*") {
            return (.nothing, nil, nil)
        }
        if let login = login(line, word: word, name: name, isWordEnded: isWordEnded, isEnded: isEnded) { return login }
        if !isWordEnded { return (.open, nil, nil) }
        if let verb = SMTPVerb(command: line[start...]) { return (.command(verb), nil, nil) }
        if name == "XFORWARD" { return (.harmless, nil, nil) }
        if name == "XCLIENT" {
            let secret = attribute("LOGIN=", in: line[word.endIndex...])
            return (
                .harmless, secret?.lowerBound, secret.flatMap { $0.upperBound < line.endIndex ? $0.upperBound : nil }
            )
        }
        let rest = line[word.endIndex...]
        if rest.first == UInt8(ascii: ":"), headers.contains(name) || name.hasPrefix("X-") {
            let value = rest.dropFirst().drop { isBlank($0) }
            return (.harmless, isWary && !value.isEmpty ? value.startIndex : nil, nil)
        }
        let words = rest.split(whereSeparator: isBlank)
        if requests.contains(name), isEnded,
            words.count == 1 || words.count == 2 && words[1].starts(with: "HTTP/1.".utf8)
        {
            let target = words[0]
            let isPlain = !isWary || target.elementsEqual("/".utf8)
            return (
                .harmless, isPlain ? nil : target.startIndex, target.endIndex < line.endIndex ? target.endIndex : nil
            )
        }
        return (.unknown, nil, nil)
    }

    /// Reads a line that begins a login; `nil` if it does not.
    private static func login(
        _ line: ArraySlice<UInt8>, word: ArraySlice<UInt8>, name: String, isWordEnded: Bool, isEnded: Bool
    ) -> Finding? {
        // Junk before the word, such as NUL or a quotation mark, does not hide it.
        if word.isEmpty {
            let rest = line.drop { !isWordByte($0) }
            guard rest.startIndex - line.startIndex <= 32, !rest.isEmpty else { return nil }
            let word = rest.prefix { isWordByte($0) }
            let isWordEnded = word.endIndex < line.endIndex || isEnded
            return login(line, word: word, name: upper(word), isWordEnded: isWordEnded, isEnded: isEnded)
        }
        if name.hasPrefix("AUTH") {
            let rest = line[word.startIndex...].dropFirst(4)
            if let byte = rest.first, !isLetter(byte), byte != UInt8(ascii: "-") {
                return mechanism(in: rest.drop { isBlank($0) || $0 == 0x3d || $0 == 0x3a }, of: line, isEnded: isEnded)
            }
            if rest.isEmpty { return isEnded ? (.login, nil, nil) : (.open, nil, nil) }
            // AUTHPLAIN and the like: no blank before the mechanism.
            let mechanism = name.dropFirst(4).drop { $0 == "-" || $0 == "_" }
            if isWordEnded, mechanisms.contains(String(mechanism)) {
                return (.login, arguments(after: word.endIndex, in: line), nil)
            }
        }
        guard isWordEnded else { return nil }
        if words.contains(name) { return (.login, arguments(after: word.endIndex, in: line), nil) }
        // A tag before the command, as in IMAP.
        guard word.contains(where: { 0x30...0x39 ~= $0 }), word.count <= 16 else { return nil }
        let second = line[word.endIndex...].drop { isBlank($0) }.prefix { isWordByte($0) }
        guard ["LOGIN", "AUTHENTICATE"].contains(upper(second)) else { return nil }
        return (.login, arguments(after: second.endIndex, in: line), nil)
    }

    /// Shows the mechanism if it is one that is known; all that follows is a secret.
    private static func mechanism(in rest: ArraySlice<UInt8>, of line: ArraySlice<UInt8>, isEnded: Bool) -> Finding {
        let word = rest.prefix { !isBlank($0) }
        guard !word.isEmpty else { return (.login, nil, nil) }
        guard word.endIndex < line.endIndex || isEnded, mechanisms.contains(upper(word)) else {
            return (.login, word.startIndex, nil)
        }
        return (.login, arguments(after: word.endIndex, in: line), nil)
    }

    /// Where the first word after `index` begins.
    private static func arguments(after index: Int, in line: ArraySlice<UInt8>) -> Int? {
        let rest = line[index...].drop { isBlank($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "=") }
        return rest.isEmpty ? nil : rest.startIndex
    }

    /// The value of an attribute such as `LOGIN=`.
    private static func attribute(_ name: String, in line: ArraySlice<UInt8>) -> Range<Int>? {
        let name = Array(name.utf8)
        var index = line.startIndex
        while index + name.count <= line.endIndex {
            if line[index..<index + name.count].elementsEqual(name, by: { $0 == $1 || $0 & 0xdf == $1 }) {
                let value = line[(index + name.count)...].prefix { !isBlank($0) }
                return value.startIndex..<value.endIndex
            }
            index += 1
        }
        return nil
    }

    /// SASL mechanisms (IANA's list and what mail servers offer beside it). Another word after AUTH may be a secret.
    private static let mechanisms: Set<String> = [
        "PLAIN", "LOGIN", "CRAM-MD5", "CRAM-SHA1", "DIGEST-MD5", "NTLM", "MSN", "GSSAPI", "GSS-SPNEGO", "SPNEGO",
        "KERBEROS_V4", "XOAUTH", "XOAUTH2", "OAUTHBEARER", "OAUTH10A", "EXTERNAL", "ANONYMOUS", "SCRAM-MD5",
        "SCRAM-SHA-1", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-512",
        "SCRAM-SHA-512-PLUS", "OTP", "SKEY", "SECURID", "SRP", "PLAIN-CLIENTTOKEN", "XYMCOOKIE",
    ]

    /// What begins a login in other protocols, as people and programs that guess passwords say it to mail servers too.
    private static let words: Set<String> = [
        "USER", "USERNAME", "PASS", "PASSWORD", "PASSWD", "LOGIN", "APOP", "AUTHENTICATE", "AUTHINFO",
        "AUTHORIZATION", "PROXY-AUTHORIZATION", "COOKIE",
    ]

    /// Requests of HTTP, which browsers and worms send to mail servers.
    private static let requests: Set<String> = ["GET", "POST", "HEAD", "PUT", "OPTIONS", "CONNECT", "DELETE", "TRACE"]

    /// Headers that show that a message was sent where commands were due.
    private static let headers: Set<String> = [
        "FROM", "TO", "CC", "BCC", "SUBJECT", "DATE", "MESSAGE-ID", "MIME-VERSION", "CONTENT-TYPE", "RECEIVED",
        "CONTENT-TRANSFER-ENCODING", "CONTENT-DISPOSITION", "REPLY-TO", "RETURN-PATH", "SENDER", "USER-AGENT",
        "IMPORTANCE", "PRIORITY", "HOST", "ACCEPT", "ACCEPT-LANGUAGE", "ACCEPT-ENCODING", "CONNECTION",
        "CONTENT-LENGTH",
    ]

    private static func upper(_ word: ArraySlice<UInt8>) -> String {
        String(decoding: word.prefix(32).map { isLetter($0) ? $0 & 0xdf : $0 }, as: UTF8.self)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    private static func isLetter(_ byte: UInt8) -> Bool { 0x41...0x5a ~= byte & 0xdf }
    private static func isWordByte(_ byte: UInt8) -> Bool {
        isLetter(byte) || 0x30...0x39 ~= byte || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }
}

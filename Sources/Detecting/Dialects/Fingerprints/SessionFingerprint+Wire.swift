package import SMTP

/// What command lines add: how words and blanks are spelt, who does not wait, and how a client takes its leave.
extension SessionFingerprint {
    /// Takes a message as it stood on the wire; one that was cut off tells nothing. O(number of bytes).
    ///
    /// - Parameters:
    ///   - greeting: the argument of HELO or EHLO, and its shape.
    ///   - isUnasked: whether it was sent before the server had spoken although nobody had offered PIPELINING.
    package mutating func take(
        _ message: ClientMessage, greeting: (argument: [UInt8], shape: HELOShape)?, isUnasked: Bool
    ) {
        guard message.isWhole else { return }
        let mark: [UInt8] = (isUnasked ? [UInt8(ascii: "!")] : []) + Self.mark(of: message)
        switch message.kind {
        case .tls: beginTLS()
        case .authentication: add(Array("{auth}".utf8))
        case .unknownCommand: add(CommandWord.unknown(message.bytes.span) + mark)
        case .content:
            for header in message.headers {
                let bytes = Array(header.name) + [0] + Array(header.value)
                addHeader(bytes.span, nameLength: header.name.count)
            }
            endHeaders()
            endMessage()
        case .command(let verb):
            let word = Self.firstWord(of: message.bytes) + mark
            switch verb {
            case .helo, .ehlo:
                if let greeting { greet(with: word, greeting.shape, argument: greeting.argument.span) }
            case .mail: beginTransaction(Self.path(message.bytes, keyword: "FROM", namesSize: true) + mark)
            case .rcpt: addRecipient(Self.path(message.bytes, keyword: "TO", namesSize: false) + mark)
            case .quit, .startTLS: addEnding(word)
            case .rset: if isBeforeMail { add(word) } else { addEnding(word) }
            case .auth: add(word + Self.mechanism(message.bytes))
            case .data, .bdat, .noop, .vrfy, .expn, .help, .etrn: add(word)
            }
        }
    }

    /// Takes a command that was put together from its line and what a filter was handed of it.
    mutating func command(
        _ verb: SMTPVerb?, _ line: Span<UInt8>, _ arguments: [UInt8], _ shape: HELOShape?, _ marks: LineMarks
    ) {
        let text = (0..<line.count).map { line[$0] }
        take(
            ClientMessage(
                kind: verb.map { .command($0) } ?? .unknownCommand, bytes: text,
                lineEnd: marks.contains(.wrongEnd) ? .lf : .crlf),
            greeting: shape.map { (arguments, $0) },
            isUnasked: !marks.isDisjoint(with: [.beforeGreeting, .early]))
    }

    /// The client has left, in its own way; `nil` when that is not known.
    package mutating func end(_ manner: Dialect.Final.Manner?) {
        if let manner { addEnding(Array(manner.rawValue.utf8)) }
    }

    /// What a line's end is marked with, the usual one with nothing.
    private static func mark(of message: ClientMessage) -> [UInt8] {
        message.lineEnd == .crlf ? [] : Array("~\(message.lineEnd.rawValue)".utf8)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    private static func firstWord(of line: [UInt8]) -> [UInt8] {
        Array(line.drop(while: isBlank).prefix { !isBlank($0) && $0 != UInt8(ascii: ":") }.prefix(12))
    }

    private static func mechanism(_ line: [UInt8]) -> [UInt8] {
        let words = line.split(whereSeparator: isBlank)
        guard words.count > 1, words[1].count <= 16,
            words[1].allSatisfy({ 0x30...0x39 ~= $0 || 0x41...0x5a ~= $0 & 0xdf || $0 == UInt8(ascii: "-") })
        else { return [] }
        return [UInt8(ascii: " ")] + words[1]
    }

    /// `MAIL FROM: <> SIZE`, with the blanks that the line has.
    private static func path(_ line: [UInt8], keyword: String, namesSize: Bool) -> [UInt8] {
        let line = Array(line.drop(while: isBlank))
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon <= 24 else {
            return firstWord(of: line) + Array(" {x}".utf8)
        }
        let words = line[..<colon].split(whereSeparator: isBlank)
        guard words.count == 2, String(decoding: words[1], as: UTF8.self).uppercased() == keyword else {
            return firstWord(of: line) + Array(" {x}".utf8)
        }
        let blanks = line[(colon + 1)...].prefix(while: isBlank)
        let arguments = line[(colon + 1 + blanks.count)...].map { isBlank($0) ? 0 : $0 }
        let fixed = (line[...colon] + blanks.prefix(4)).map { $0 == UInt8(ascii: "\t") ? UInt8(ascii: "_") : $0 }
        return PathWord.bytes(verb: fixed, path: arguments.span, namesSize: namesSize)
    }
}

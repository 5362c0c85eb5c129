import Dialects
import SMTP
import Wire

/// What an ordinary mail server answers: commands in, replies out. It keeps nothing but the state of the dialogue.
///
/// Asked first (``answer(to:)``) and told afterwards whether the answer was given as it was (``settle(_:_:)``), since a
/// varied reply leaves open what the client makes of it.
struct ServerDialogue: Sendable {
    /// What the next bytes of the client are.
    enum Mode: Sendable, Equatable {
        case command
        case message
        /// The answer to DATA was varied: the first line tells whether a message follows.
        case messageOrCommand
        case chunk(Chunk)
        case credentials(steps: Int)
        /// TLS was agreed on, more or less: the first byte tells.
        case tlsOrCommand

        /// Whether they are content.
        var isContent: Bool {
            switch self {
            case .message, .chunk: true
            default: false
            }
        }

        /// What the client's next bytes are to its reader; `nil` while that is open.
        var expectation: ClientReader.Expectation? {
            switch self {
            case .command: .command
            case .credentials: .authentication
            case .message: .content
            case .chunk(let chunk): .chunk(chunk.size)
            case .messageOrCommand, .tlsOrCommand: nil
            }
        }
    }

    /// What an answer changes once it is given.
    enum Effect: Sendable, Equatable {
        case nothing, error
        case mail, recipient, data, reset, quit, startTLS
        case credentials(steps: Int)
    }

    /// An answer and what it changes. Only an answer with a stage may be varied.
    struct Answer: Sendable {
        var stage: ProbeStage?
        var reply: OrdinaryReply
        var effect = Effect.nothing

        init(_ stage: ProbeStage?, _ reply: OrdinaryReply, _ effect: Effect = .nothing) {
            self.stage = stage
            self.reply = reply
            self.effect = effect
        }

        static func error(_ code: Int, _ text: String) -> Answer { Answer(nil, OrdinaryReply(code, text), .error) }
    }

    /// How an answer was given.
    enum Manner: Sendable {
        case asIs, varied, refused
    }

    let settings: SessionPlan.Settings
    private(set) var mode = Mode.command
    private(set) var heloArgument: [UInt8]?
    private(set) var isUnderTLS = false
    private(set) var messageLength = 0
    private(set) var hasTransaction = false
    private(set) var recipients = 0
    private var isChunked = false

    init(settings: SessionPlan.Settings) { self.settings = settings }

    var greeting: Answer { Answer(.greeting, OrdinaryReply(220, "\(settings.serverName) ESMTP")) }

    // MARK: Commands

    mutating func answer(to line: ClientMessage) -> Answer {
        let length = line.bytes.count + (line.lineEnd == .crlf ? 1 : 0)
        guard length <= settings.limits.lineBytes else { return .error(500, "5.5.2 Line too long") }
        let words = line.bytes.split(whereSeparator: { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") })
        guard let verb = SMTPVerb(command: line.bytes) else {
            return Answer(.other, OrdinaryReply(500, "5.5.2 Command unrecognized"), .error)
        }
        switch verb {
        case .helo, .ehlo: return greet(verb, argument: words.dropFirst().first)
        case .mail: return mail(line.bytes, words)
        case .rcpt: return recipient(line.bytes)
        case .data:
            guard hasTransaction, !isChunked else { return .error(503, "5.5.1 Need MAIL first") }
            guard recipients > 0 else { return .error(554, "5.5.1 No valid recipients") }
            return Answer(.data, OrdinaryReply(354, "End data with <CR><LF>.<CR><LF>"), .data)
        case .bdat: return chunk(line.bytes)
        case .rset: return Answer(.rset, OrdinaryReply(250, "2.0.0 Ok"), .reset)
        case .noop: return Answer(.noop, OrdinaryReply(250, "2.0.0 Ok"))
        case .quit: return Answer(.quit, OrdinaryReply(221, "2.0.0 Bye"), .quit)
        case .startTLS:
            guard settings.offer.contains(.startTLS) else { return Answer(.other, Self.notImplemented, .error) }
            guard !isUnderTLS else { return .error(503, "5.5.1 TLS is on already") }
            return Answer(.starttls, OrdinaryReply(220, "2.0.0 Ready to start TLS"), .startTLS)
        case .auth: return authenticate(words)
        case .vrfy: return Answer(.other, OrdinaryReply(252, "2.1.5 Cannot VRFY, send some mail"))
        case .help: return Answer(.other, OrdinaryReply(214, "2.0.0 See RFC 5321"))
        case .etrn: return Answer(.other, OrdinaryReply(458, "4.3.0 Unable to queue messages"))
        case .expn: return Answer(.other, Self.notImplemented, .error)
        }
    }

    private static let notImplemented = OrdinaryReply(502, "5.5.1 Command not implemented")

    private mutating func greet(_ verb: SMTPVerb, argument: ArraySlice<UInt8>?) -> Answer {
        guard let argument else { return .error(501, "5.5.4 Syntax: \(verb.rawValue) hostname") }
        heloArgument = Array(argument.prefix(255))
        endTransaction()
        guard verb == .ehlo else { return Answer(.helo, OrdinaryReply(250, settings.serverName)) }
        let keywords = settings.offer.lines(messageBytes: settings.limits.messageBytes, isUnderTLS: isUnderTLS)
        return Answer(.ehlo, OrdinaryReply(code: 250, lines: [settings.serverName] + keywords))
    }

    private func mail(_ line: [UInt8], _ words: [ArraySlice<UInt8>]) -> Answer {
        guard !hasTransaction else { return .error(503, "5.5.1 Nested MAIL command") }
        guard Self.hasPath(line, after: "FROM") else { return .error(501, "5.5.4 Syntax: MAIL FROM:<address>") }
        let size = words.lazy.map { String(decoding: $0, as: UTF8.self).lowercased() }
            .first { $0.hasPrefix("size=") }.flatMap { Int($0.dropFirst(5)) }
        guard size ?? 0 <= settings.limits.messageBytes else { return .error(552, "5.3.4 Message too big") }
        return Answer(.mail, OrdinaryReply(250, "2.1.0 Ok"), .mail)
    }

    private func recipient(_ line: [UInt8]) -> Answer {
        guard hasTransaction else { return .error(503, "5.5.1 Need MAIL first") }
        guard Self.hasPath(line, after: "TO") else { return .error(501, "5.5.4 Syntax: RCPT TO:<address>") }
        guard recipients < settings.limits.recipients else { return .error(452, "4.5.3 Too many recipients") }
        return Answer(.rcpt, OrdinaryReply(250, "2.1.5 Ok"), .recipient)
    }

    private mutating func chunk(_ line: [UInt8]) -> Answer {
        guard settings.offer.contains(.chunking) else { return Answer(.other, Self.notImplemented, .error) }
        guard let chunk = Chunk(command: line), chunk.size <= settings.limits.sessionBytes else {
            return .error(501, "5.5.4 Syntax: BDAT size [LAST]")
        }
        // The chunk comes whatever is answered, and the answer comes after it.
        mode = .chunk(chunk)
        return Answer(nil, OrdinaryReply(250, ""), .nothing)
    }

    private func authenticate(_ words: [ArraySlice<UInt8>]) -> Answer {
        guard settings.offer.contains(.auth) else { return Answer(.other, Self.notImplemented, .error) }
        switch words.dropFirst().first.map({ String(decoding: $0, as: UTF8.self).uppercased() }) {
        case "PLAIN" where words.count > 2, "LOGIN" where words.count > 3: return authenticated
        case "PLAIN": return Answer(nil, OrdinaryReply(334, ""), .credentials(steps: 1))
        case "LOGIN":
            let isUserGiven = words.count > 2
            return Answer(
                nil, OrdinaryReply(334, isUserGiven ? "UGFzc3dvcmQ6" : "VXNlcm5hbWU6"),
                .credentials(steps: isUserGiven ? 1 : 2))
        default: return .error(504, "5.5.4 Mechanism not supported")
        }
    }

    /// In the laboratory every login succeeds, so that the dialogue continues; elsewhere none does. Nobody checks or
    /// keeps a password.
    private var authenticated: Answer {
        switch settings.mode {
        case .learn: Answer(.other, OrdinaryReply(235, "2.7.0 Authentication successful"))
        case .safe: Answer(.other, OrdinaryReply(535, "5.7.8 Authentication failed"), .error)
        }
    }

    /// A line of an AUTH dialogue came.
    mutating func answerToCredentials() -> Answer {
        guard case .credentials(let steps) = mode else { return authenticated }
        mode = .command
        return steps > 1
            ? Answer(nil, OrdinaryReply(334, "UGFzc3dvcmQ6"), .credentials(steps: steps - 1)) : authenticated
    }

    // MARK: Content

    /// The content of a message, or a chunk, came.
    mutating func answer(toContentOf length: Int) -> Answer {
        messageLength += length
        defer { mode = .command }
        guard case .chunk(let chunk) = mode else { return messageAnswer }
        guard hasTransaction, recipients > 0 else {
            return .error(hasTransaction ? 554 : 503, "5.5.1 No valid recipients")
        }
        isChunked = true
        return chunk.isLast ? messageAnswer : Answer(nil, OrdinaryReply(250, "2.0.0 \(length) bytes received"))
    }

    /// The answer to a whole message. Nothing is ever delivered; but on an MX the sender must not believe that it was.
    private var messageAnswer: Answer {
        if messageLength > settings.limits.messageBytes {
            return Answer(nil, OrdinaryReply(552, "5.3.4 Message too big"), .reset)
        }
        switch settings.mode {
        case .learn: return Answer(.endOfData, OrdinaryReply(250, "2.0.0 Ok: taken and dropped"), .reset)
        case .safe: return Answer(.endOfData, OrdinaryReply(451, "4.3.2 Please try another MX"), .reset)
        }
    }

    // MARK: What answers change

    /// The answer was given.
    mutating func settle(_ effect: Effect, _ manner: Manner) {
        switch effect {
        case .nothing, .error, .quit: break
        case .mail where manner == .refused, .recipient where manner == .refused: break
        case .mail:
            endTransaction()
            hasTransaction = true
        case .recipient: recipients += 1
        case .data:
            messageLength = 0
            mode = manner == .asIs ? .message : .messageOrCommand
        case .reset: endTransaction()
        case .startTLS: if manner != .refused { mode = .tlsOrCommand }
        case .credentials(let steps): mode = .credentials(steps: steps)
        }
    }

    /// What was open is decided.
    mutating func continueWith(_ mode: Mode) { self.mode = mode }

    /// TLS is on: the dialogue begins again, without a greeting.
    mutating func beginTLS() {
        isUnderTLS = true
        heloArgument = nil
        mode = .command
        endTransaction()
    }

    private mutating func endTransaction() {
        hasTransaction = false
        isChunked = false
        recipients = 0
        messageLength = 0
    }

    /// Whether a word such as `FROM` and a colon come after the verb, whatever the blanks and the letter case.
    private static func hasPath(_ line: [UInt8], after word: String) -> Bool {
        let rest = line.filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }.dropFirst(4)
        return String(decoding: rest.prefix(word.utf8.count + 1), as: UTF8.self).uppercased() == word + ":"
            && rest.count > word.utf8.count + 1
    }
}

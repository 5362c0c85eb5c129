import SMTP

/// Takes passwords and other secrets out of an SMTP conversation, whoever recorded it: what both sides say goes in, in the
/// order in which it was said and in pieces of any size, and what may be written comes out.
///
/// After AUTH nothing that the client says is written until a reply settles that it was a command again, whatever packets
/// or replies are missing; from then on lines are written that are known commands. The same holds where the beginning was
/// not recorded, and after bytes of the client that are missing: they may have been an AUTH. Content of messages is no
/// secret of this kind; it is written as long as it is certain that it is content. A conversation without AUTH, and without
/// gaps, comes out as it went in.
public struct SecretRedactor: Sendable {
    /// What a piece of the client's bytes may be written as.
    public struct Text: Sendable {
        /// A stretch of a message's content.
        public struct Content: Sendable {
            /// How a stretch ends.
            public enum End: Sendable { case open, dot, chunk }
            /// Where it lies in ``Text/bytes``.
            public var range: Range<Int>
            /// Whether a message or chunk begins with it.
            public var begins: Bool
            /// Whether it ends there.
            public var end: End
        }

        /// The bytes, what is secret masked.
        public internal(set) var bytes: [UInt8] = []
        /// Where content is in them, in order.
        public internal(set) var contents: [Content] = []
    }

    /// What is known of the client's lines.
    enum Trust: Sendable {
        /// Nothing was said that may be part of a login.
        case open
        /// A line that is no known command may be part of a login.
        case wary
        /// Every line may.
        case guarded
    }

    /// What the client's next bytes are.
    enum State: Sendable {
        case command
        /// Content after DATA; `matched` bytes of its end have been seen.
        case content(matched: Int)
        /// Octets after BDAT of which so many are left.
        case chunk(left: Int)
        /// The BDAT was refused before an octet of it came: octets or a command follow.
        case chunkOrCommand(left: Int)
    }

    /// Whether content is shown; logs show none.
    private let showsContent: Bool
    var trust: Trust
    var state = State.command
    /// Whether it is certain that what is read as content is content.
    var isContentCertain = false
    var line = PendingLine()
    var outstanding = OutstandingCommands()
    /// Whether replies or commands may be missing, so that counting them settles nothing.
    var isUnsure: Bool
    /// Whether a challenge waits for its answer.
    var isChallenged = false
    /// Whether nothing was said yet.
    private var isFresh = true
    /// Whether the server was heard since the last gap in what it says.
    private var isServerHeard = false
    private var replies = ReplyCodes()
    private var mask = ReplyMask()

    /// Whether the server agreed to STARTTLS last, and the client has not spoken since.
    public private(set) var isTLSAgreed = false

    /// Masked lines of which nobody can tell whether they were part of a login or commands.
    public internal(set) var uncertainLines = 0

    /// A redactor of one conversation.
    ///
    /// - Parameters:
    ///   - beginsMidway: whether the beginning of the connection may be missing. A greeting first shows that it is not.
    ///   - showsContent: whether the content of messages is among what the client says.
    public init(beginsMidway: Bool = false, showsContent: Bool = true) {
        self.showsContent = showsContent
        trust = beginsMidway ? .wary : .open
        isUnsure = beginsMidway
    }

    /// The client says something. O(number of bytes).
    public mutating func client(_ bytes: ArraySlice<UInt8>) -> Text {
        isFresh = isFresh && bytes.isEmpty
        isTLSAgreed = false
        var text = Text()
        text.bytes.reserveCapacity(bytes.count)
        var rest = bytes
        while !rest.isEmpty {
            switch state {
            case .command: rest = readLine(rest, &text)
            case .content(let matched): rest = readContent(rest, matched: matched, &text)
            case .chunk(let left): rest = readChunk(rest, left: left, &text)
            case .chunkOrCommand(let left):
                let isCommand = line.isEmpty && SMTPVerb(command: rest.prefix { $0 != 0x0a }) != nil
                state = isCommand ? .command : .chunk(left: left)
                isContentCertain = false
            }
        }
        return text
    }

    /// The server says something. O(number of bytes).
    public mutating func server(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        if isFresh, !bytes.isEmpty {
            isFresh = false
            if bytes.starts(with: "220".utf8) {
                trust = .open
                isUnsure = false
            }
        }
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var rest = bytes
        while !rest.isEmpty {
            let end = rest.firstIndex(of: 0x0a).map { $0 + 1 } ?? rest.endIndex
            let part = rest[..<end]
            mask.write(part, replyLevel, to: &output)
            for code in replies.read(part) { hear(code) }
            rest = rest[end...]
        }
        return output
    }

    /// How much of a reply may be an echo of a secret.
    private var replyLevel: ReplyMask.Level {
        switch trust {
        case .open:
            // A reply to nothing that was heard: it may quote it.
            if case .command = state, outstanding.isEmpty, line.isEmpty { return .refusals }
            return isUnsure ? .refusals : .nothing
        case .wary: return .refusals
        case .guarded: return .everything
        }
    }

    /// Bytes of the client are missing.
    public mutating func clientGap(_ count: Int) {
        isFresh = false
        isUnsure = true
        isContentCertain = false
        if trust == .open { trust = .wary }
        switch state {
        case .command: line.lose()
        case .content: state = .content(matched: 0)
        case .chunk(let left), .chunkOrCommand(let left):
            state = count < left ? .chunk(left: left - count) : .command
            if count > left { line.lose() }
        }
    }

    /// Bytes of the server are missing.
    public mutating func serverGap() {
        isFresh = false
        isUnsure = true
        isServerHeard = false
        isContentCertain = false
        replies.skip()
        mask.lose()
    }

    /// What comes next is known to be a command, from somebody who can tell: a log that shows nothing else, say.
    public mutating func expectCommand() {
        if trust == .guarded { settle() }
    }

    // MARK: Replies

    /// Follows a reply as far as it changes how the client's bytes are to be read.
    private mutating func hear(_ code: Int) {
        isServerHeard = true
        guard trust != .guarded else { return hearGuarded(code) }
        if code == 354 { beginContent() }
        guard let command = outstanding.first else {
            if code == 334 { return expectLogin() }
            // A reply to content that has not ended, for this reader: the server saw an end in it.
            if code != 354 { endContent() }
            return
        }
        switch (command, code) {
        case (_, 334): return expectLogin()
        case (.startTLS, 200..<300): isTLSAgreed = true
        case (.data, 300..<400):
            isContentCertain = true
            if !showsContent { outstanding.append(.other) }
        case (.data, _): endContent()
        case (.chunk, 400...): refuseChunk()
        // Whatever was refused, it may have been the last command.
        case (_, 400...) where isUnsure:
            refuseChunk()
            if !isContentCertain { endContent() }
        default: break
        }
        outstanding.removeFirst()
    }

    /// A challenge to an AUTH that is not in the record.
    private mutating func expectLogin() {
        if case .command = state {} else { endContent() }
        state = .command
        trust = .guarded
        isUnsure = true
        isChallenged = true
        outstanding.removeAll()
    }

    private mutating func hearGuarded(_ code: Int) {
        if 300..<400 ~= code {
            _ = outstanding.removeThroughLogin()
            isChallenged = true
            return
        }
        // Said while the server waits for the client: late, or a farewell. It settles nothing.
        guard let command = outstanding.first else { return }
        // Replies that only a login has (RFC 4954, 6) skip commands whose replies are missing.
        var isAnswer = command == .login
        if [235, 432, 534, 535, 538].contains(code) {
            isAnswer = outstanding.removeThroughLogin()
        } else {
            outstanding.removeFirst()
        }
        if isUnsure || isAnswer && outstanding.isEmpty { settle() }
    }

    /// What the client says from now on are commands, as far as they are known ones.
    private mutating func settle() {
        trust = .wary
        isUnsure = false
        isChallenged = false
        outstanding.removeAll()
    }

    // MARK: Content

    /// The server wants the content, if that was not known before.
    private mutating func beginContent() {
        switch state {
        case .content: isContentCertain = true
        case .command where line.count == 0 && (line.isAfterData || isUnsure):
            guard showsContent else { return }
            line.reset()
            state = .content(matched: 2)
            isContentCertain = true
            line.isContentNew = true
        default: break
        }
    }

    /// The server did not want the content, or saw an end in it.
    private mutating func endContent() {
        guard case .content = state else { return }
        state = .command
        line.reset()
    }

    /// The server did not want the chunk. Octets that are on their way come all the same.
    private mutating func refuseChunk() {
        guard case .chunk(let left) = state, line.isContentNew else { return }
        state = .chunkOrCommand(left: left)
    }

    /// A command came to its end: what follows it?
    mutating func follow(_ verb: SMTPVerb, _ text: ArraySlice<UInt8>) {
        line.isAfterData = verb == .data
        switch verb {
        case .data:
            outstanding.append(.data)
            guard showsContent else { return }
            // The content may follow at once; the reply says whether it is content.
            state = .content(matched: 2)
            isContentCertain = false
            line.isContentNew = true
        case .bdat:
            outstanding.append(.chunk)
            guard showsContent, let chunk = Chunk(command: text), chunk.size > 0 else { return }
            state = .chunk(left: chunk.size)
            // The octets come before the reply; where replies are missing they may as well be commands.
            isContentCertain = isServerHeard && !isUnsure
            line.isContentNew = true
        case .startTLS: outstanding.append(.startTLS)
        default: outstanding.append(.other)
        }
    }
}

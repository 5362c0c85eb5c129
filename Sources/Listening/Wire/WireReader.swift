public import SMTP

/// Reads an SMTP conversation from the bytes of both sides as they come: events of the wire in, steps out.
///
/// Replies belong to messages in order, as RFC 2920 has it; a message is early when it was sent before the reply to the
/// one before was complete. What bytes are (command, content, AUTH, chunk, TLS) follows what the server answered, as it
/// does for the server itself; until it has answered they wait. How bytes are spread over events changes nothing but
/// what is said of segments. Memory is bounded.
///
/// This is the reading that is most likely right. What may be written of a conversation depends on every reading that is
/// possible, which ``SecretRedactor`` keeps.
public struct WireReader: Sendable {
    /// What of a conversation can be heard.
    public enum Hearing: Sendable, Hashable {
        /// Both sides.
        case bothSides
        /// The client alone: nothing is early, since nobody can tell, and what follows DATA or AUTH is what it looks like.
        case client
        /// The client's commands alone, as a mail server shows a filter: neither content nor lines of a login.
        case commands
    }

    /// The most messages that are read; a client that goes on longer is heard no more.
    public static let maximumMessages = 10_000

    /// The most bytes that wait for a reply; beyond it what they are is decided by what they look like.
    public static let maximumWaitingBytes = 1 << 20

    private let hearing: Hearing
    private var client = ClientReader()
    private var replies = ReplyReader()
    private var steps: [WireStep] = []

    /// How many messages there were, and what the last one was.
    private var count = 0
    private var last: ClientMessage.Kind?
    /// The messages that have no reply yet, oldest first.
    private var awaiting: ArraySlice<(number: Int, kind: ClientMessage.Kind)> = []
    private var hasGreeting = false
    private var hasReply = false
    /// Whether the server sent an empty line before its greeting.
    private var startsEmpty = false
    /// Whether the server has refused the chunk before an octet of it came: a command may follow instead.
    private var isChunkRefused = false
    /// Whether what waits came before the reply that it waits for.
    private var hasWaited = false
    /// Whether what waits is read without the reply that it waits for.
    private var isForced = false
    private var isTLS = false
    private var isEncrypted = false

    /// A reader of one conversation.
    public init(hearing: Hearing = .bothSides) { self.hearing = hearing }

    /// Takes an event of the wire; returns what it completes. Amortised O(number of bytes).
    ///
    /// - Parameters:
    ///   - kind: what happened; what a milter sees is passed over.
    ///   - bytes: what was said.
    ///   - time: when, in microseconds since the session began.
    public mutating func take(_ kind: SessionEvent.Kind, _ bytes: ArraySlice<UInt8> = [], at time: UInt64) -> [WireStep]
    {
        guard count < Self.maximumMessages, !isEncrypted else { return [] }
        switch kind {
        case .client: hear(client: bytes, at: time)
        case .server: hear(server: bytes, at: time)
        case .tls: beginTLS(at: time)
        case .encrypted:
            takeUnfinishedReply(at: time)
            beginTLS(at: time)
            isEncrypted = true
            steps.append(.encrypted)
        case .clientGap, .serverGap: steps.append(.gap(isOfClient: kind == .clientGap))
        default: break
        }
        return takeSteps()
    }

    /// Nothing follows; returns what was left open.
    public mutating func finish(at time: UInt64) -> [WireStep] {
        if isUndecided {
            // Nobody answered.
            awaiting = []
            decide(isCommand: client.looksLikeCommand)
            read()
        } else if isChunkRefused, client.waitingBytes > 0 {
            isChunkRefused = false
            if client.looksLikeCommand { client.expect(.command) }
            read()
        }
        let isChunk = isChunk
        if !isEncrypted, let message = client.end() { take(message, isChunk: isChunk) }
        if let reply = replies.end(at: time) { answer(reply) }
        return takeSteps()
    }

    private mutating func takeSteps() -> [WireStep] {
        defer { steps.removeAll(keepingCapacity: true) }
        return steps
    }

    // MARK: The server's side

    private mutating func hear(server bytes: ArraySlice<UInt8>, at time: UInt64) {
        for outcome in replies.read(bytes, at: time) {
            switch outcome {
            case .reply(let reply):
                answer(reply)
                // What has waited may be what the next reply answers.
                read()
            case .emptyLine: if hasGreeting || hasReply { steps.append(.emptyLine) } else { startsEmpty = true }
            }
        }
    }

    private var isGreetingDue: Bool { !hasGreeting && !isTLS }

    private mutating func answer(_ reply: ServerReply) {
        if isGreetingDue, !hasReply {
            hasGreeting = true
            var greeting = reply
            if startsEmpty { greeting.form.insert(.malformed) }
            return steps.append(.greeting(greeting))
        }
        guard let (number, kind) = awaiting.popFirst() else { return steps.append(.reply(reply, to: nil)) }
        hasReply = true
        steps.append(.reply(reply, to: number))
        if isChunk, !client.isInMessage, number == count - 1, reply.code >= 400 {
            isChunkRefused = true
        }
        // Only the last message's reply says what the next bytes are.
        guard awaiting.isEmpty else { return }
        switch (kind, reply.code) {
        case (.command(.data), 300...399): client.expect(.content)
        case (.command(.auth), 300...399), (.authentication, 300...399): client.expect(.authentication)
        default: break
        }
    }

    /// A client that waited and speaks now took what the server had sent for a whole reply.
    private mutating func takeUnfinishedReply(at time: UInt64) {
        if replies.isPending, awaiting.count + (isGreetingDue ? 1 : 0) <= 1, let reply = replies.end(at: time) {
            answer(reply)
        }
    }

    // MARK: The client's side

    private mutating func hear(client bytes: ArraySlice<UInt8>, at time: UInt64) {
        guard !bytes.isEmpty else { return }
        takeUnfinishedReply(at: time)
        client.append(bytes, at: time)
        read()
        if isUndecided, client.waitingBytes > Self.maximumWaitingBytes {
            decide(isCommand: client.looksLikeCommand)
            read()
        }
    }

    /// Whether the last message's reply decides what the next bytes are, and has not come.
    private var isUndecided: Bool {
        guard !awaiting.isEmpty, !isForced, hearing != .commands else { return false }
        switch last {
        case .command(.data), .command(.auth), .authentication: return true
        default: return false
        }
    }

    /// Reads what is there as far as it is decided what it is.
    private mutating func read() {
        while true {
            if isUndecided {
                guard hearing == .client, let isCommand = client.beginsWithCommand else { break }
                decide(isCommand: isCommand)
            }
            if isChunkRefused, !client.isInMessage {
                guard let isCommand = client.beginsWithCommand else { return }
                isChunkRefused = false
                if isCommand { client.expect(.command) }
            }
            let isEarly = hearing == .bothSides && (hasWaited || !awaiting.isEmpty || isGreetingDue)
            let isChunk = isChunk
            guard let message = client.next(isEarly: isEarly) else { break }
            take(message, isChunk: isChunk)
        }
        hasWaited = client.waitingBytes > 0
    }

    /// Decides what waits without the reply that says it: what looks like no command is content or a line of a login.
    private mutating func decide(isCommand: Bool) {
        if !isCommand { client.expect(last == .command(.data) ? .content : .authentication) }
        isForced = true
    }

    private var isChunk: Bool { if case .chunk = client.expectation { true } else { false } }

    private mutating func take(_ message: ClientMessage, isChunk: Bool) {
        if message.verb == .bdat, hearing != .commands, let chunk = Chunk(command: message.bytes), chunk.size > 0 {
            client.expect(.chunk(chunk.size))
        }
        // A chunk's reply is that to its BDAT.
        if !isChunk { awaiting.append((count, message.kind)) }
        add(message)
    }

    private mutating func beginTLS(at time: UInt64) {
        guard !isTLS else { return }
        isTLS = true
        add(ClientMessage(kind: .tls, bytes: [], lineEnd: .none, time: time))
    }

    private mutating func add(_ message: ClientMessage) {
        count += 1
        last = message.kind
        isForced = false
        steps.append(.message(message))
    }
}

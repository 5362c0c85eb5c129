import Conversations
import SMTP
import Tap
import Wire

/// Reads a conversation while it is held: what both sides say in, findings out at once.
///
/// What a client's bytes are (command, content, line of a login, TLS) follows what the server answered, as it does for the
/// server. Content is passed over, and need not be there: a mail's large segments are not captured. Memory is bounded.
struct LiveDialogue {
    /// Bytes that wait for a reply that says what they are; a client that sends more without waiting is not followed.
    static let maximumWaitingBytes = 64 * 1_024

    /// Commands without a reply.
    static let maximumAwaiting = 1_024

    /// What has become of the conversation.
    enum State: Hashable {
        /// It is followed.
        case followed
        /// TLS has begun, and its first message is being read.
        case hello
        /// TLS.
        case encrypted
        /// It cannot be followed.
        case lost
    }

    /// What has become of the conversation.
    private(set) var state = State.followed

    /// Whether the client has said QUIT.
    private(set) var hasQuit = false

    private var client = ClientReader(lineBytes: 4 * 1_024)
    private var replies = ReplyScanner()
    private var hello: [UInt8] = []
    /// The messages without a reply, oldest first, and the last message of all.
    private var awaiting: ArraySlice<ClientMessage.Kind> = []
    private var last: ClientMessage.Kind?
    private var hasGreeting = false
    private var hasSpoken = false
    private var isTLSAgreed = false
    private var hasWaited = false
    private var offersPipelining = false

    /// Bytes held, roughly.
    var cost: Int { client.waitingBytes + hello.count + awaiting.count * 16 }

    /// Whether the client's next bytes are content, of which none need be there.
    var isInContent: Bool {
        switch client.expectation {
        case .content, .chunk: true
        case .command, .authentication: false
        }
    }

    /// The client says something. O(number of bytes).
    mutating func client(_ bytes: ArraySlice<UInt8>, at time: UInt64) -> [TapFinding] {
        guard !bytes.isEmpty else { return [] }
        if state == .followed, isTLSAgreed || !hasSpoken && !hasGreeting, ClientHello.begins(bytes) { state = .hello }
        hasSpoken = true
        isTLSAgreed = false
        switch state {
        case .encrypted, .lost: return []
        case .hello: return readHello(bytes)
        case .followed:
            client.append(bytes, at: time)
            return read()
        }
    }

    /// The server says something. O(number of bytes).
    mutating func server(_ bytes: ArraySlice<UInt8>) -> [TapFinding] {
        guard state == .followed else { return [] }
        var findings: [TapFinding] = []
        for reply in replies.read(bytes) {
            findings.append(.reply(reply.code, toLine: hasGreeting && Self.isLine(awaiting.first)))
            hear(reply)
            findings += read()
        }
        return findings
    }

    /// So many bytes of the client are missing, and will not come.
    mutating func clientGap(_ count: Int) -> [TapFinding] {
        switch (state, client.expectation) {
        case (.encrypted, _), (.lost, _): return []
        case (.hello, _): return endHello()
        case (.followed, .content) where !isUndecided:
            client = ClientReader(lineBytes: 4 * 1_024)
            client.expect(.content)
            return []
        case (.followed, .chunk(let left)) where count <= left:
            client = ClientReader(lineBytes: 4 * 1_024)
            if count < left { client.expect(.chunk(left - count)) }
            return []
        case (.followed, _): return lose(.clientGap)
        }
    }

    /// Bytes of the server are missing, and will not come.
    mutating func serverGap() -> [TapFinding] { lose(.serverGap) }

    /// Gives the conversation up.
    mutating func lose(_ loss: TapLoss) -> [TapFinding] {
        guard state == .followed || state == .hello else { return [] }
        end(as: .lost)
        return [.lost(loss)]
    }

    private mutating func end(as state: State) {
        self.state = state
        client = ClientReader(lineBytes: 1)
        hello = []
        awaiting = []
    }

    // MARK: The server's side

    /// Whether a message is a command line, of which argotd is told.
    private static func isLine(_ kind: ClientMessage.Kind?) -> Bool {
        switch kind {
        case .command?, .unknownCommand?: true
        case .authentication?, .content?, .tls?, nil: false
        }
    }

    private mutating func hear(_ reply: ReplyScanner.Reply) {
        let code = reply.code
        guard hasGreeting else {
            hasGreeting = true
            return
        }
        guard let kind = awaiting.popFirst() else {
            // The reply to content whose end was not captured.
            if isInContent { client = ClientReader(lineBytes: 4 * 1_024) }
            return
        }
        if kind == .command(.ehlo), 200..<300 ~= code { offersPipelining = reply.offersPipelining }
        guard awaiting.isEmpty, !client.isInMessage else { return }
        switch (kind, code) {
        case (.command(.data), 300..<400): client.expect(.content)
        case (.command(.auth), 300..<400), (.authentication, 300..<400): client.expect(.authentication)
        case (.command(.startTLS), 200..<300): isTLSAgreed = true
        default: break
        }
    }

    // MARK: The client's side

    /// Whether the reply that says what comes next has not come.
    private var isUndecided: Bool {
        guard !awaiting.isEmpty else { return false }
        switch last {
        case .command(.data), .command(.auth), .authentication: return true
        default: return false
        }
    }

    private mutating func read() -> [TapFinding] {
        var findings: [TapFinding] = []
        while !isUndecided {
            let isEarly = hasWaited || !awaiting.isEmpty || !hasGreeting
            let isChunk = if case .chunk = client.expectation { true } else { false }
            guard let message = client.next(isEarly: isEarly) else { break }
            if message.verb == .bdat, let chunk = Chunk(command: message.bytes), chunk.size > 0 {
                client.expect(.chunk(chunk.size))
            }
            // A chunk's reply is that to its BDAT.
            if !isChunk { awaiting.append(message.kind) }
            last = message.kind
            if message.verb == .quit { hasQuit = true }
            let early: LineMarks = !hasGreeting ? .beforeGreeting : offersPipelining ? .earlyOffered : .early
            if let line = TapLine(message, early: early) { findings.append(.line(line)) }
        }
        hasWaited = client.waitingBytes > 0
        if client.waitingBytes > Self.maximumWaitingBytes || awaiting.count > Self.maximumAwaiting {
            findings += lose(.bounds)
        }
        return findings
    }

    // MARK: TLS

    private mutating func readHello(_ bytes: ArraySlice<UInt8>) -> [TapFinding] {
        hello += bytes.prefix(ClientHello.maximumBytes - hello.count)
        guard let length = ClientHello.length(hello[...]), hello.count < length, hello.count < ClientHello.maximumBytes
        else { return endHello() }
        return []
    }

    private mutating func endHello() -> [TapFinding] {
        let fingerprint = ClientHello(hello[...])?.ja4 ?? ""
        end(as: .encrypted)
        return [.tls(ja4: fingerprint)]
    }
}

/// Finds the codes of replies in what a server says; of a reply of several lines the last line counts.
struct ReplyScanner {
    /// What is seen of a reply.
    struct Reply: Hashable {
        /// The code of its last line.
        var code: UInt16
        /// Whether a line of it offers PIPELINING (RFC 2920).
        var offersPipelining: Bool
    }

    private static let pipelining = Array("PIPELINING".utf8)

    private var head: [UInt8] = []
    private var offersPipelining = false

    /// Reads bytes as they come, in pieces of any size. O(number of bytes).
    mutating func read(_ bytes: ArraySlice<UInt8>) -> [Reply] {
        var replies: [Reply] = []
        for byte in bytes {
            guard byte == 0x0a else {
                // One more than is looked for, so that a longer word is another one.
                if head.count < 5 + Self.pipelining.count { head.append(byte) }
                continue
            }
            let digits = head.prefix(3)
            if head.dropFirst(4).prefix(while: { $0 != 0x0d && $0 != 0x20 })
                .elementsEqual(Self.pipelining, by: { $0 & 0xdf == $1 })
            {
                offersPipelining = true
            }
            if digits.count == 3, digits.allSatisfy({ 0x30...0x39 ~= $0 }), head.dropFirst(3).first != 0x2d {
                let code = digits.reduce(0) { $0 * 10 + UInt16($1 - 0x30) }
                replies.append(Reply(code: code, offersPipelining: offersPipelining))
                offersPipelining = false
            }
            head.removeAll(keepingCapacity: true)
        }
        return replies
    }
}

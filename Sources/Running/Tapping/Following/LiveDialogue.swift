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
        for code in replies.read(bytes) {
            findings.append(.reply(code))
            hear(code)
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

    private mutating func hear(_ code: UInt16) {
        guard hasGreeting else {
            hasGreeting = true
            return
        }
        guard let kind = awaiting.popFirst() else {
            // The reply to content whose end was not captured.
            if isInContent { client = ClientReader(lineBytes: 4 * 1_024) }
            return
        }
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
            if let line = TapLine(message) { findings.append(.line(line)) }
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
    private var head: [UInt8] = []

    /// Reads bytes as they come, in pieces of any size. O(number of bytes).
    mutating func read(_ bytes: ArraySlice<UInt8>) -> [UInt16] {
        var codes: [UInt16] = []
        for byte in bytes {
            guard byte == 0x0a else {
                if head.count < 4 { head.append(byte) }
                continue
            }
            let digits = head.prefix(3)
            if digits.count == 3, digits.allSatisfy({ 0x30...0x39 ~= $0 }), head.dropFirst(3).first != 0x2d {
                codes.append(digits.reduce(0) { $0 * 10 + UInt16($1 - 0x30) })
            }
            head.removeAll(keepingCapacity: true)
        }
        return codes
    }
}

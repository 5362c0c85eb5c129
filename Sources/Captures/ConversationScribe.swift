import SMTP

/// Writes down what the two sides say: pieces in order in, events out.
///
/// It follows the dialogue as far as needed to know content from commands. Of content beyond the limit only `[CUT]` is
/// kept, of TLS one `[TLS]` a side, of what AUTH carries only its length; what is missing becomes `[GAP n]`, n in bytes.
struct ConversationScribe {
    /// Whether the first words are SMTP's.
    enum Dispute { case open, smtp, foreign }

    private struct Entry {
        var time: UInt64
        var end: Int
        var isFromClient: Bool
    }

    private let limits: CaptureLimits
    private var arena: [UInt8] = []
    private var entries: [Entry] = []
    private var client: ClientText
    private var replies = ReplyCodes()
    private var outstanding = OutstandingCommands()
    private var isTLSOffered = false
    private var isTLS = false
    private var hasSpokenTLS = (client: false, server: false)
    private var hasGreeting = false

    /// How often bytes are missing, and events that were not kept because of a limit.
    private(set) var gaps = 0
    /// Who spoke last.
    private(set) var lastSpeaker = Conversation.Side.client
    /// What the first words say.
    private(set) var dispute = Dispute.open

    init(limits: CaptureLimits) {
        self.limits = limits
        client = ClientText(contentLimit: limits.contentBytes)
    }

    /// Whether nobody has said anything.
    var isEmpty: Bool { entries.isEmpty && !hasSpokenTLS.client && !hasSpokenTLS.server }

    /// Whether there is nothing but TLS.
    var isOnlyTLS: Bool { isTLS && !hasGreeting }

    /// Bytes held, roughly.
    var cost: Int { arena.capacity + entries.capacity * MemoryLayout<Entry>.stride }

    /// One side says something.
    mutating func say(_ bytes: ArraySlice<UInt8>, from side: Conversation.Side, at time: UInt64) {
        lastSpeaker = side
        judge(bytes, from: side)
        if !isTLS, side == .client, isTLSOffered || entries.isEmpty { isTLS = Self.beginsTLS(bytes) }
        guard !isTLS else {
            let isFirst = side == .client ? !hasSpokenTLS.client : !hasSpokenTLS.server
            if side == .client { hasSpokenTLS.client = true } else { hasSpokenTLS.server = true }
            if isFirst { append(Array("[TLS]".utf8), from: side, at: time) }
            return
        }
        switch side {
        case .client:
            isTLSOffered = false
            append(client.write(bytes) { outstanding.append($0) }, from: .client, at: time)
        case .server:
            hasGreeting = true
            for code in replies.read(bytes) { hear(code) }
            append(Array(bytes), from: .server, at: time)
        }
    }

    /// Bytes of one side are missing.
    mutating func gap(_ count: Int, from side: Conversation.Side) {
        gaps += 1
        guard !isTLS else { return }
        if side == .client { client.skip(count) } else { replies.skip() }
        append(Array("[GAP \(count)]".utf8), from: side, at: entries.last?.time ?? 0)
    }

    /// The events, their times counted from `began`.
    func events(since began: UInt64) -> EventLog {
        var log = EventLog(reservingBytes: arena.count, events: entries.count)
        var start = 0
        for entry in entries {
            log.append(
                entry.isFromClient ? .client : .server, arena[start..<entry.end],
                at: entry.time > began ? entry.time - began : 0)
            start = entry.end
        }
        return log
    }

    private mutating func append(_ bytes: [UInt8], from side: Conversation.Side, at time: UInt64) {
        guard !bytes.isEmpty else { return }
        guard entries.count < limits.events, arena.count + bytes.count <= limits.transcriptBytes else {
            gaps += 1
            return
        }
        arena += bytes
        // A piece that was captured late is told when the peer could read it.
        let time = max(time, entries.last?.time ?? 0)
        entries.append(Entry(time: time, end: arena.count, isFromClient: side == .client))
    }

    /// Follows a reply as far as it changes how the client's bytes are to be read.
    private mutating func hear(_ code: Int) {
        if code == 354 { client.beginContent() }
        guard let command = outstanding.first else {
            // A reply to content that has not ended, for this reader: the server saw an end in it.
            client.endContent()
            return
        }
        switch (command, code) {
        case (.auth, 300..<400):
            client.expectSecret()
            return
        case (.startTLS, 200..<300): isTLSOffered = true
        case (.data, 300..<400): break
        case (.data, _): client.endContent()
        default: break
        }
        outstanding.removeFirst()
    }

    /// SMTP begins with 220 of the server and HELO or EHLO of the client; a server on another port may speak FTP.
    private mutating func judge(_ bytes: ArraySlice<UInt8>, from side: Conversation.Side) {
        guard dispute == .open else { return }
        switch side {
        case .server:
            let isGreeting = bytes.starts(with: "220 ".utf8) || bytes.starts(with: "220-".utf8)
            if !hasGreeting, !isGreeting { dispute = .foreign }
        case .client:
            let verb = bytes.prefix(5).map { $0 | 0x20 }
            dispute = verb == Array("helo ".utf8) || verb == Array("ehlo ".utf8) ? .smtp : .foreign
        }
    }

    /// Whether bytes are the beginning of a TLS handshake: a record of version 3, or the hello of version 2.
    private static func beginsTLS(_ bytes: ArraySlice<UInt8>) -> Bool {
        let head = Array(bytes.prefix(3))
        return head.count == 3 && (head[0] == 0x16 && head[1] == 3 || head[0] & 0x80 != 0 && head[2] == 1)
    }
}

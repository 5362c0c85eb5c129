import SMTP

/// Writes down what the two sides say: pieces in order in, events out.
///
/// It follows the dialogue as far as needed to know content from commands. Of content beyond the limit only `[CUT]` is
/// kept, and secrets are masked (``SecretRedactor``). Where TLS begins and where bytes are missing, events of their own say
/// so: nothing that a client says can be taken for them.
struct ConversationScribe {
    /// Whether the first words are SMTP's.
    enum Dispute { case open, smtp, foreign }

    private struct Entry {
        var time: UInt64
        var end: Int
        var kind: SessionEvent.Kind
    }

    /// Segments that wait for the server's first word.
    private static let mostEarly = 8
    private static let mostEarlyBytes = 2_048

    private let limits: CaptureLimits
    private var arena: [UInt8] = []
    private var entries: [Entry] = []
    private var redactor: SecretRedactor?
    private var cutter: ContentCutter
    private var isTLS = false
    /// What looks like TLS and came before the server said anything: a server that speaks plain SMTP shows that it is not.
    private var early: [(bytes: ArraySlice<UInt8>, time: UInt64)] = []
    private var hasGreeting = false

    /// How often bytes are missing, and events that were not kept because of a limit.
    private(set) var gaps = 0
    /// Who spoke last.
    private(set) var lastSpeaker = Conversation.Side.client
    /// What the first words say.
    private(set) var dispute = Dispute.open

    init(limits: CaptureLimits) {
        self.limits = limits
        cutter = ContentCutter(limit: limits.contentBytes)
    }

    /// Whether nobody has said anything.
    var isEmpty: Bool { entries.isEmpty && early.isEmpty }

    /// Whether there is nothing but TLS.
    var isOnlyTLS: Bool { isTLS && !hasGreeting }

    /// Bytes held, roughly.
    var cost: Int {
        arena.capacity + entries.capacity * MemoryLayout<Entry>.stride + early.count * Self.mostEarlyBytes
    }

    /// Bytes follow; whether the beginning of the connection may be missing is known by the time of the first ones.
    mutating func begin(midway: Bool) {
        if redactor == nil { redactor = SecretRedactor(beginsMidway: midway) }
    }

    /// One side says something.
    mutating func say(_ bytes: ArraySlice<UInt8>, from side: Conversation.Side, at time: UInt64) {
        lastSpeaker = side
        begin(midway: true)
        judge(bytes, from: side)
        if !early.isEmpty {
            guard side == .server else {
                if early.count < Self.mostEarly { early.append((bytes.prefix(Self.mostEarlyBytes), time)) }
                return
            }
            settleEarly(isTLS: !(bytes.first.map { 0x32...0x35 ~= $0 } ?? false))
        }
        guard !isTLS else { return }
        if side == .client, Self.beginsTLS(bytes) {
            if entries.isEmpty { return early.append((bytes.prefix(Self.mostEarlyBytes), time)) }
            if redactor?.isTLSAgreed == true { return beginTLS(at: time) }
        }
        write(bytes, from: side, at: time)
    }

    private mutating func beginTLS(at time: UInt64) {
        isTLS = true
        append([], .encrypted, at: time)
    }

    /// It is known now what the client's first bytes were.
    private mutating func settleEarly(isTLS: Bool) {
        let said = early
        early = []
        guard let first = said.first else { return }
        guard !isTLS else { return beginTLS(at: first.time) }
        for (bytes, time) in said { write(bytes, from: .client, at: time) }
    }

    private mutating func write(_ bytes: ArraySlice<UInt8>, from side: Conversation.Side, at time: UInt64) {
        switch side {
        case .client:
            guard let text = redactor?.client(bytes) else { return }
            let kept = cutter.cut(text)
            if !kept.isEmpty { append(kept, .client, at: time) }
        case .server:
            hasGreeting = true
            append(redactor?.server(bytes) ?? [], .server, at: time)
        }
    }

    /// Bytes of one side are missing.
    mutating func gap(_ count: Int, from side: Conversation.Side) {
        gaps += 1
        settleEarly(isTLS: true)
        guard !isTLS else { return }
        begin(midway: true)
        if side == .client {
            redactor?.clientGap(count)
            cutter.skip(count)
        } else {
            redactor?.serverGap()
        }
        append(Array(String(count).utf8), side == .client ? .clientGap : .serverGap, at: entries.last?.time ?? 0)
    }

    /// Nothing follows.
    mutating func finish() {
        settleEarly(isTLS: true)
        // What was masked may have been commands: as good as missing.
        if let redactor, redactor.uncertainLines > 0 { gaps += 1 }
    }

    /// The events, their times counted from `began`.
    func events(since began: UInt64) -> EventLog {
        var log = EventLog(reservingBytes: arena.count, events: entries.count)
        var start = 0
        for entry in entries {
            log.append(entry.kind, arena[start..<entry.end], at: entry.time > began ? entry.time - began : 0)
            start = entry.end
        }
        return log
    }

    private mutating func append(_ bytes: [UInt8], _ kind: SessionEvent.Kind, at time: UInt64) {
        guard entries.count < limits.events, arena.count + bytes.count <= limits.transcriptBytes else {
            gaps += 1
            return
        }
        arena += bytes
        // A piece that was captured late is told when the peer could read it.
        let time = max(time, entries.last?.time ?? 0)
        entries.append(Entry(time: time, end: arena.count, kind: kind))
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

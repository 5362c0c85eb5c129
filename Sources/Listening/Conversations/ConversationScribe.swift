import SMTP
import Wire

/// Hands what the two sides say to a ``WireRecorder``: pieces in order in, events out. It knows TLS from SMTP, and SMTP
/// from what is none.
///
/// Where TLS begins and where bytes are missing, events of their own say so: nothing that a client says can be taken for
/// them.
struct ConversationScribe {
    /// Whether the first words are SMTP's.
    enum Dispute { case open, smtp, foreign }

    /// Segments that wait for the server's first word.
    private static let mostEarly = 8
    private static let mostEarlyBytes = 2_048

    private let limits: WireRecorder.Limits
    private var recorder: WireRecorder?
    private var isTLS = false
    /// What looks like TLS and came before the server said anything: a server that speaks plain SMTP shows that it is not.
    private var early: [(bytes: ArraySlice<UInt8>, time: UInt64)] = []
    private var hasGreeting = false
    /// The shape of the client's SYN, if that was captured.
    private var syn: String?
    /// The client's first words of TLS, until their fingerprint is known.
    private var hello: [UInt8] = []
    private var ja4: String?

    /// Who spoke last.
    private(set) var lastSpeaker = Conversation.Side.client
    /// What the first words say.
    private(set) var dispute = Dispute.open

    init(limits: CaptureLimits) {
        self.limits = WireRecorder.Limits(
            events: limits.events, bytes: limits.transcriptBytes, contentBytes: limits.contentBytes)
    }

    /// How often bytes are missing, and events that were not kept because of a limit.
    var gaps: Int { recorder?.gaps ?? 0 }

    private var hasEvents: Bool { recorder.map { !$0.events.isEmpty } ?? false }

    /// Whether nobody has said anything.
    var isEmpty: Bool { !hasEvents && early.isEmpty }

    /// Whether there is nothing but TLS.
    var isOnlyTLS: Bool { isTLS && !hasGreeting }

    /// Bytes held, roughly.
    var cost: Int { (recorder?.cost ?? 0) + hello.count + early.count * Self.mostEarlyBytes }

    /// Bytes follow; whether the beginning of the connection may be missing is known by the time of the first ones.
    mutating func begin(midway: Bool) {
        if recorder == nil { recorder = WireRecorder(limits: limits, beginsMidway: midway) }
    }

    /// The client asks for the connection.
    mutating func open(syn: String) { if self.syn == nil { self.syn = syn } }

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
        guard !isTLS else {
            if side == .client { readHello(bytes) }
            return
        }
        if side == .client, Self.beginsTLS(bytes) {
            if !hasEvents { return early.append((bytes.prefix(Self.mostEarlyBytes), time)) }
            if recorder?.isTLSAgreed == true {
                beginTLS(at: time)
                return readHello(bytes)
            }
        }
        write(bytes, from: side, at: time)
    }

    private mutating func beginTLS(at time: UInt64) {
        isTLS = true
        record(.encrypted, [], at: time)
    }

    /// Reads the client's hello, which may come in pieces; nothing of it is kept but its fingerprint.
    private mutating func readHello(_ bytes: ArraySlice<UInt8>) {
        guard ja4 == nil else { return }
        hello += bytes.prefix(ClientHello.maximumBytes - hello.count)
        if let length = ClientHello.length(hello[...]), hello.count < length, hello.count < ClientHello.maximumBytes {
            return
        }
        ja4 = ClientHello(hello[...])?.ja4 ?? ""
        hello = []
    }

    /// It is known now what the client's first bytes were.
    private mutating func settleEarly(isTLS: Bool) {
        let said = early
        early = []
        guard let first = said.first else { return }
        guard !isTLS else {
            beginTLS(at: first.time)
            for (bytes, _) in said { readHello(bytes) }
            return
        }
        for (bytes, time) in said { write(bytes, from: .client, at: time) }
    }

    private mutating func write(_ bytes: ArraySlice<UInt8>, from side: Conversation.Side, at time: UInt64) {
        if side == .server { hasGreeting = true }
        record(side == .client ? .client : .server, bytes, at: time)
    }

    /// Bytes of one side are missing.
    mutating func gap(_ count: Int, from side: Conversation.Side) {
        settleEarly(isTLS: true)
        begin(midway: true)
        guard !isTLS else {
            recorder?.miss()
            return
        }
        record(side == .client ? .clientGap : .serverGap, Array(String(count).utf8)[...], at: 0)
    }

    /// Nothing follows.
    mutating func finish() {
        settleEarly(isTLS: true)
        recorder?.finish()
    }

    /// The events, their times counted from `began`.
    func events(since began: UInt64) -> EventLog {
        guard let events = recorder?.events else { return EventLog() }
        var log = EventLog(reservingBytes: events.byteCount, events: events.count)
        func time(_ event: SessionEvent) -> UInt64 { event.time > began ? event.time - began : 0 }
        if let syn, !events.isEmpty { log.append(.tcp, Array(syn.utf8)[...], at: 0) }
        for event in events {
            if event.kind == .encrypted, let ja4, !ja4.isEmpty {
                log.append(.hello, Array(ja4.utf8)[...], at: time(event))
            }
            log.append(event.kind, event.bytes, at: time(event))
        }
        return log
    }

    private mutating func record(_ kind: SessionEvent.Kind, _ bytes: ArraySlice<UInt8>, at time: UInt64) {
        // A piece that was captured late is told when the peer could read it.
        let time = max(time, recorder?.events.last?.time ?? 0)
        recorder?.take(kind, bytes, at: time)
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

import Dialects
import Sink
import SMTP

/// A session without sockets: events by hand, what the sink sent as text.
struct PlannedSession {
    var plan: SessionPlan
    var now: UInt64 = 0
    private(set) var sent = ""
    private(set) var isClosed = false
    private(set) var handshake: [UInt8]?

    init(
        mode: SinkMode = .learn, offer: ServiceOffer = .usual, variations: String = "", limits: SinkLimits? = nil,
        choice: SessionPlan.Choice? = nil, client: ProbedClient = ProbedClient(address: ClientAddress("192.0.2.1"))
    ) {
        let script = variations.split(separator: ",").compactMap { ScriptedVariation($0) }
        precondition(script.count == variations.split(separator: ",").count, "unknown variation in \(variations)")
        plan = SessionPlan(
            settings: SessionPlan.Settings(mode: mode, offer: offer, limits: limits, serverName: "mx"),
            choice: choice ?? .script(script), client: client)
        hand(.opened)
    }

    mutating func hand(_ event: SessionPlan.Event) {
        for action in plan.handle(event, at: now) {
            switch action {
            case .send(let bytes): sent += String(decoding: bytes, as: UTF8.self)
            case .beginTLS(let bytes): handshake = bytes
            case .close: isClosed = true
            }
        }
    }

    /// Takes what was sent since the last time.
    mutating func takeSent() -> String {
        defer { sent = "" }
        return sent
    }

    /// The client sends text; what the sink sends at once.
    @discardableResult
    mutating func client(_ text: String) -> String {
        sent = ""
        hand(.received(ArraySlice(text.utf8)))
        return sent
    }

    /// Time passes, the sink being woken whenever it asks for it; what it sends meanwhile.
    @discardableResult
    mutating func wait(seconds: Double) -> String {
        sent = ""
        let end = now + UInt64(seconds * 1_000_000)
        while let wake = plan.wakeTime, wake <= end {
            now = max(now, wake)
            hand(.wake)
        }
        now = end
        return sent
    }

    var transcript: SessionTranscript {
        plan.transcript(
            id: "1", source: "test", began: 1_000_000, peers: SessionPeers(), label: "legit", kind: "test")
    }

    /// What the client was recorded to have sent, and the sink.
    func recorded(_ kind: SessionEvent.Kind) -> [String] {
        plan.events.filter { $0.kind == kind }.map { String(decoding: $0.bytes, as: UTF8.self) }
    }
}

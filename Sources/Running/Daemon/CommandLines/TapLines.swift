import SMTP
import Tap
import Threads

/// The command lines of one session as a tap tells them.
///
/// The tap captures a line before the mail server reads it, and tells it at about the same time; an event that a line causes
/// waits for it for the desk's patience at most, and all events of a session together for four times as long. A session
/// whose line has not come by then goes on without lines, and does not wait again.
struct TapLines: LineSource {
    private let desk: TapDesk
    private let key: TapDesk.Key
    /// Whether it is worth while to wait for the first line.
    private let isPatient: Bool
    private var box: TapBox?
    private var isOver = false
    private var traits: TapTraits
    private var waited = Duration.zero

    let tellsReplies = true

    init(desk: TapDesk, key: TapDesk.Key, isPatient: Bool) {
        self.desk = desk
        self.key = key
        self.isPatient = isPatient
        traits = TapTraits(desk: desk, key: key)
    }

    /// What was told before this event, its line included. Waits; see above.
    mutating func before(_ kind: SessionEvent.Kind, check: UInt16 = 0) -> ToldLines {
        guard !isOver else { return .fits([]) }
        guard let causes = LineEvents.causes(kind) else {
            // DATA was answered before its content came; what is answered next is the message.
            return .fits(kind == .eoh ? (box?.takeReply().map(Self.events) ?? []) : [])
        }
        let isFirst = box == nil
        // Not sooner: by now the tap has told of the connection, unless another one had its ends a moment ago.
        let box = self.box ?? desk.bind(key)
        self.box = box
        let finding = look(for: causes, check, in: box)
        if isFirst { desk.note(isKnown: !box.isFresh) }
        switch finding {
        case .found(let told): return .fits(told.flatMap(Self.events))
        case .nothing: return lose(.late)
        case .lost: return lose(.lost)
        case .encrypted: return lose(.encrypted)
        }
    }

    /// The shape of the client's SYN, and the fingerprint of its TLS hello, each once.
    mutating func takeTraits() -> [(kind: SessionEvent.Kind, bytes: [UInt8])] { traits.take(from: box) }

    /// The session is over: what is left of it. Its last line and how it ended may be on their way, and are waited for like
    /// others.
    mutating func end() -> [(kind: SessionEvent.Kind, bytes: [UInt8])] {
        // A client that has said nothing that a filter is told.
        box = box ?? desk.bind(known: key)
        guard let box else { return [] }
        defer { desk.close(key, box) }
        guard !isOver else { return [] }
        let end = ContinuousClock.now + patience
        let semaphore = Semaphore()
        while desk.isConnected, !box.isOver(waiting: semaphore), semaphore.wait(until: end) {}
        var told = box.takeRest()
        // What it was answered to QUIT tells nothing.
        if case .reply(..<400)? = told.last { told.removeLast() }
        return told.flatMap(Self.events)
    }

    /// How long the next event may wait.
    private var patience: Duration { min(desk.patience, desk.patience * 4 - waited) }

    /// Looks for a line, and waits for it as long as it may.
    private mutating func look(for causes: (SMTPVerb?) -> Bool, _ check: UInt16, in box: TapBox) -> TapBox.Finding {
        var semaphore: Semaphore?
        let began = ContinuousClock.now
        let patience = isPatient ? self.patience : .zero
        defer { waited += ContinuousClock.now - began }
        while true {
            let finding = box.take(causes, check, waiting: semaphore)
            guard finding == .nothing, patience > .zero, desk.isConnected else { return finding }
            guard let waiting = semaphore else {
                // Asked again with something to wait for.
                semaphore = Semaphore()
                continue
            }
            guard waiting.wait(until: began + patience) else { return box.take(causes, check, waiting: nil) }
        }
    }

    private mutating func lose(_ end: TapDesk.End) -> ToldLines {
        isOver = true
        desk.end(end)
        return .lost
    }

    private static func events(of told: TapBox.Told) -> [(kind: SessionEvent.Kind, bytes: [UInt8])] {
        switch told {
        // That it went well is all that is told elsewhere.
        case .reply(let code): return [(.replied, Array("\(code < 400 ? 250 : code)".utf8))]
        case .line(let line): return [(.line, line.event)]
        }
    }
}

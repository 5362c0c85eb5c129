public import Dialects
public import SMTP
import Wire

/// The sink's side of one session as a value: events in, actions out. It knows neither sockets nor clocks.
///
/// It cuts lines, answers them, puts variations in the place of replies, keeps pauses and deadlines, and records both
/// directions. Whoever moves the bytes hands it every event with its time, performs the actions in order, and comes
/// back with ``Event/wake`` at ``wakeTime``. Replies are given one after the other: while one is still being sent, what
/// the client says waits (bounded: see ``wantsInput``), but is recorded when it comes.
public struct SessionPlan: Sendable {
    /// What all sessions of a sink share.
    public struct Settings: Sendable {
        /// What the sink is for.
        public var mode: SinkMode
        /// What the answer to EHLO offers.
        public var offer: ServiceOffer
        /// The bounds.
        public var limits: SinkLimits
        /// The name in the greeting.
        public var serverName: String

        /// Settings from their parts.
        public init(
            mode: SinkMode, offer: ServiceOffer = .usual, limits: SinkLimits? = nil,
            serverName: String = "mx.example.org"
        ) {
            self.mode = mode
            self.offer = offer
            self.limits = limits ?? SinkLimits(mode: mode)
            self.serverName = serverName
        }
    }

    /// Who chooses the variations.
    public enum Choice: Sendable {
        /// These, each at its occurrence of its stage.
        case script([ScriptedVariation])
        /// An advisor, who is shown what was asked before.
        case advisor(any VariationAdvisor, ProbeHistory)
    }

    /// What happens to a session.
    public enum Event: Sendable {
        /// The connection is there.
        case opened
        /// The client sent this.
        case received(ArraySlice<UInt8>)
        /// ``wakeTime`` has come.
        case wake
        /// TLS is on.
        case tlsBegan(version: String, cipher: String)
        /// The client has no more to send (FIN).
        case inputClosed
        /// The connection broke off (RST, or a failure of TLS).
        case broken
        /// The sink shuts down.
        case draining
    }

    /// What to do next.
    public enum Action: Sendable, Equatable {
        /// Send this.
        case send([UInt8])
        /// Begin TLS as the server; these bytes of the client belong to it.
        case beginTLS(received: [UInt8])
        /// Close when all is sent.
        case close
    }

    /// When to come back with ``Event/wake``, in microseconds since the session began; `nil` when it is over.
    public private(set) var wakeTime: UInt64?

    /// Whether more input can be taken; if not, reading must pause.
    public var wantsInput: Bool { reader.waitingBytes < settings.limits.waitingBytes }

    /// Whether the session is over: the sink has closed its side, or the connection broke off. How the client then
    /// closes is still recorded.
    public private(set) var isOver = false

    /// What was played.
    public private(set) var played: [ScriptedVariation] = []

    /// Which stages came up.
    public var reached: Set<ProbeStage> { Set(occurrences.keys) }

    /// Who the client is, as far as it said.
    public private(set) var client: ProbedClient

    private let settings: Settings
    private let choice: Choice
    private var dialogue: ServerDialogue
    private var reader: ClientReader
    private var recording: SessionRecording
    private var redactor = SecretRedactor()
    private var occurrences: [ProbeStage: Int] = [:]
    private var pending: [(due: UInt64, bytes: [UInt8])] = []
    private var receivedBytes = 0
    private var commands = 0
    private var errors = 0
    private var hasInputEnded = false
    private var closesWhenSent = false
    private var stageBegan: UInt64 = 0
    private var probeRecord: ProbeRecord?

    /// A session with a client.
    public init(settings: Settings, choice: Choice, client: ProbedClient) {
        self.settings = settings
        self.choice = choice
        self.client = client
        dialogue = ServerDialogue(settings: settings)
        // One byte more shows that a line is too long.
        reader = ClientReader(lineBytes: settings.limits.lineBytes + 1)
        recording = SessionRecording(limits: settings.limits)
    }

    /// The conversation so far.
    public var events: EventLog { recording.events }

    /// Takes an event at a time, in microseconds since the session began, never earlier than the event before.
    public mutating func handle(_ event: Event, at now: UInt64) -> [Action] {
        guard !isOver else {
            // How the client leaves is part of its dialect.
            if case .inputClosed = event { recording.closed(byClient: true, .fin, at: now) }
            if case .broken = event { recording.closed(byClient: true, .rst, at: now) }
            return []
        }
        var actions: [Action] = []
        switch event {
        case .opened: say(dialogue.greeting, at: now, &actions)
        case .received(let bytes): receive(bytes, at: now, &actions)
        case .wake: break
        case .tlsBegan(let version, let cipher):
            recording.tls(version: version, cipher: cipher, at: now)
            dialogue.beginTLS()
            stageBegan = now
        case .inputClosed:
            recording.closed(byClient: true, .fin, at: now)
            hasInputEnded = true
        case .broken:
            recording.closed(byClient: true, .rst, at: now)
            isOver = true
        case .draining: end(with: "421 4.3.2 Shutting down", at: now, &actions)
        }
        advance(at: now, &actions)
        return actions
    }

    /// The transcript; `peers`, `began` and the labels are the caller's.
    public func transcript(
        id: String, source: String, began: Double, peers: SessionPeers, label: String?, kind: String?
    ) -> SessionTranscript {
        SessionTranscript(
            id: id, source: source, began: began, vantage: .wire, peers: peers, events: recording.events,
            ending: .unknown, closings: recording.closings, gaps: recording.gaps, labelGuess: label, kind: kind,
            origin: "sink", note: played.isEmpty ? "none" : played.map(\.description).joined(separator: " "))
    }

    // MARK: Input

    private mutating func receive(_ bytes: ArraySlice<UInt8>, at now: UInt64, _ actions: inout [Action]) {
        record(bytes, at: now)
        receivedBytes += bytes.count
        guard receivedBytes <= settings.limits.sessionBytes else {
            end(with: "421 4.7.0 Too much input", at: now, &actions)
            return
        }
        reader.append(bytes, at: now)
    }

    private mutating func record(_ bytes: ArraySlice<UInt8>, at now: UInt64) {
        // What already waits comes first, so what these bytes are is only known when nothing does.
        let mode = reader.waitingBytes == 0 ? dialogue.mode : .command
        // The handshake is not kept; the event that says how it went is.
        if mode == .tlsOrCommand, bytes.first == Self.handshakeRecord { return }
        let kept = redactor.client(bytes).bytes[...]
        let isMessage = mode.isContent
        let end = isMessage ? reader.contentEnd(in: bytes) : nil
        recording.received(kept, isMessage: isMessage, messageEnd: end, at: now)
    }

    private mutating func recordSent(_ bytes: [UInt8], at now: UInt64) {
        recording.sent(redactor.server(bytes[...]), at: now)
    }

    /// Goes on as far as input and pauses allow, and sets the next wake time.
    private mutating func advance(at now: UInt64, _ actions: inout [Action]) {
        repeat { sendDue(at: now, &actions) } while pending.isEmpty && !isOver && step(at: now, &actions)
        guard !isOver else {
            wakeTime = nil
            return
        }
        if pending.isEmpty, closesWhenSent || hasInputEnded {
            close(at: now, &actions)
            return
        }
        let limits = settings.limits
        let stageEnd = max(stageBegan, pending.last?.due ?? 0) + UInt64(limits.stageSeconds) * 1_000_000
        let deadline = min(stageEnd, UInt64(limits.sessionSeconds) * 1_000_000)
        if now >= deadline {
            recording.closed(byClient: true, .timeout, at: now)
            end(with: "421 4.4.2 Timeout", at: now, &actions)
            close(at: now, &actions)
        } else {
            wakeTime = min(deadline, pending.first?.due ?? .max)
        }
    }

    /// Takes one line, message or chunk from the input; `false` when nothing whole is there.
    private mutating func step(at now: UInt64, _ actions: inout [Action]) -> Bool {
        guard !closesWhenSent else { return false }
        switch dialogue.mode {
        case .command, .credentials, .message, .chunk:
            if dialogue.mode.isContent, reader.waitingBytes > 0 { stageBegan = now }
            guard let message = reader.next() else { return false }
            stageBegan = now
            take(message, at: now, &actions)
        case .messageOrCommand:
            guard let isCommand = reader.beginsWithCommand else { return false }
            dialogue.continueWith(isCommand ? .command : .message)
        case .tlsOrCommand:
            guard let first = reader.rest.first else { return false }
            dialogue.continueWith(.command)
            guard first != Self.handshakeRecord else {
                actions.append(.beginTLS(received: reader.takeRest()))
                return false
            }
        }
        expect(at: now, &actions)
        return true
    }

    /// Tells the reader what comes next, as far as that is decided.
    private mutating func expect(at now: UInt64, _ actions: inout [Action]) {
        if case .chunk(let chunk) = dialogue.mode, chunk.size == 0 {
            say(dialogue.answer(toContentOf: 0), at: now, &actions)
        }
        if let expectation = dialogue.mode.expectation { reader.expect(expectation) }
    }

    /// The first byte of a TLS handshake.
    private static let handshakeRecord: UInt8 = 0x16

    private mutating func take(_ message: ClientMessage, at now: UInt64, _ actions: inout [Action]) {
        guard message.kind != .content else {
            return say(dialogue.answer(toContentOf: message.length), at: now, &actions)
        }
        commands += 1
        guard commands <= settings.limits.commands else {
            end(with: "421 4.7.0 Too many commands", at: now, &actions)
            return
        }
        let answer: ServerDialogue.Answer
        if case .credentials = dialogue.mode {
            answer = dialogue.answerToCredentials()
        } else {
            answer = dialogue.answer(to: message)
        }
        client.greetedAs = dialogue.heloArgument ?? client.greetedAs
        if case .chunk = dialogue.mode { return }
        say(answer, at: now, &actions)
    }

    // MARK: Output

    private mutating func say(_ answer: ServerDialogue.Answer, at now: UInt64, _ actions: inout [Action]) {
        if answer.effect == .error {
            errors += 1
            guard errors <= settings.limits.errors else {
                end(with: "421 4.7.0 Too many errors", at: now, &actions)
                return
            }
        }
        let variation = answer.stage.flatMap { chooseVariation(at: $0) }
        let pieces = variation?.pieces(insteadOf: answer.reply) ?? [ReplyPiece(answer.reply.bytes)]
        var due = now
        for piece in pieces {
            due += UInt64(piece.pause) * 1_000
            pending.append((due, piece.bytes))
        }
        let manner: ServerDialogue.Manner =
            variation.map { $0.form.isRefusal ? .refused : .varied } ?? .asIs
        dialogue.settle(answer.effect, manner)
        switch answer.effect {
        // After an odd answer to QUIT the client shows whether it leaves.
        case .quit: closesWhenSent = variation == nil
        // What was sent in the clear after STARTTLS must not count as said under TLS.
        case .startTLS: if variation == nil, reader.rest.first != Self.handshakeRecord { _ = reader.takeRest() }
        default: break
        }
        sendDue(at: now, &actions)
    }

    private mutating func sendDue(at now: UInt64, _ actions: inout [Action]) {
        while let piece = pending.first, piece.due <= now {
            pending.removeFirst()
            recordSent(piece.bytes, at: now)
            actions.append(.send(piece.bytes))
            // The client's turn begins when the last piece has gone out.
            stageBegan = now
        }
    }

    /// The variation that is played at this stage now, if one is.
    private mutating func chooseVariation(at stage: ProbeStage) -> ReplyVariation? {
        occurrences[stage, default: 0] += 1
        let occurrence = occurrences[stage, default: 0]
        let chosen: ScriptedVariation?
        switch choice {
        case .script(let script):
            chosen = script.first {
                $0.variation.stage == stage && ($0.occurrence ?? occurrence) == occurrence && isAllowed($0.variation)
            }
        case .advisor(let advisor, let history):
            let candidates = VariationCatalogue.variations(at: stage).filter { isAllowed($0) }
            guard !candidates.isEmpty else { return nil }
            if probeRecord == nil || stage == .ehlo || stage == .helo { probeRecord = history.record(of: client) }
            let moment = ProbeMoment(
                client: client, stage: stage, candidates: candidates, conversation: recording.events,
                played: played.map(\.variation), record: probeRecord ?? ProbeRecord(), mode: settings.mode)
            chosen = advisor.variation(for: moment).flatMap {
                candidates.contains($0) ? ScriptedVariation($0, occurrence: occurrence) : nil
            }
        }
        if let chosen, played.count < 32 { played.append(chosen) }
        return chosen?.variation
    }

    private func isAllowed(_ variation: ReplyVariation) -> Bool {
        settings.mode == .learn || variation.harm == .none
    }

    private mutating func end(with line: String, at now: UInt64, _ actions: inout [Action]) {
        guard !closesWhenSent, !isOver else { return }
        let bytes = Array((line + "\r\n").utf8)
        pending = []
        recordSent(bytes, at: now)
        actions.append(.send(bytes))
        closesWhenSent = true
    }

    private mutating func close(at now: UInt64, _ actions: inout [Action]) {
        guard !isOver else { return }
        recording.closed(byClient: false, .fin, at: now)
        actions.append(.close)
        isOver = true
        wakeTime = nil
    }
}

import Decision
import Dialects
import Milter
import Memory
import Policy
import SMTP
import Sessions
import Tap
import Threads

/// One milter session: turns callbacks into events for recorder and judge, and decisions into replies. It decides
/// nothing itself; verdicts are given at RCPT only.
final class SMTPSessionHandler: MilterSession {
    private let state: DaemonState
    private let began = MonotonicTime.now
    private var id = ""
    private var judge: SessionJudge?
    /// Makes the judge when the client says something: a connection that is only held open costs little.
    private var beginsJudging: (() -> SessionJudge)?
    /// Writes the session down; `nil` where no transcripts are wanted.
    private var recorder: Recording?
    private var peers = SessionPeers()
    private var generation: UInt64 = 0
    private var hasTLS = false
    private var hasGreeting = false
    private var verdicts = 0
    /// The session's command lines, as long as all of them are told.
    private var lines: (any LineSource)?
    /// The mail server's name for the message, once DATA has come.
    private var queueID = ""
    /// Verdicts that wait for the end of the message; Postfix tells the queue id at DATA only.
    private var pending: [VerdictRecord] = []

    /// The message under way, where it is to be grouped with others.
    private var campaign: CampaignMessage?
    /// Whether a piece of the body has come.
    private var hasBody = false

    private static let maximumPending = 100

    /// The macros that are asked for. The lists are short on purpose: they travel with every connection.
    static let macros: [MilterStage: [MilterMacro]] = [
        .connect: [
            .hostName, .version, .daemonAddress, .daemonPort, .clientName, .clientPTR, .clientPort, .clientResolve,
            .clientConnections, .argotProcess,
        ],
        .helo: [.tlsVersion, .cipher],
        .mail: [.tlsVersion, .cipher, .authenticatedName, .authenticationType, .receivedProtocol, .queueID],
        .recipient: [.recipientMailer, .recipientHost, .recipientAddress, .queueID],
        .data: [.queueID],
    ]

    /// What is asked of the mail server while transcripts are written, or messages are grouped into campaigns.
    static let recording = MilterNegotiation(unanswered: [.header, .endOfHeaders], macros: macros)

    /// What is asked of it otherwise: verdicts do not depend on bodies.
    static let judging = MilterNegotiation(
        unanswered: [.header, .endOfHeaders], wantsBody: false, macros: macros)

    init(state: DaemonState) {
        self.state = state
        state.metrics.sessionBegan()
    }

    deinit { state.metrics.sessionEnded() }

    func connect(_ peer: MilterPeer, _ context: borrowing MilterContext) -> MilterConnectResponse {
        let begin = MonotonicTime.now
        defer { note(.connect, since: begin) }
        peers = Self.peers(peer, context)
        // A local submission looks like a client without brackets and must never meet a refusal: nobody would retry.
        if context.macro(.daemonPort) == "0" || peers.clientPort == 0 { return .accept }
        generation = state.generation
        let now = DaemonState.now
        id = state.nextSessionID(at: now)
        let plain = Vantage(milterUnder: peers.mta, hasPolicyService: state.greetings != nil)
        if peers.mta == .postfix, let desk = state.lines, let process = context.macro(.argotProcess) {
            lines = SessionLines(desk: desk, process: process, traits: state.tap?.traits(of: peers))
        }
        var vantage = lines == nil ? plain : .milterPostfixWire
        if lines == nil, let tapped = state.tap?.open(peers) {
            lines = tapped
            vantage = .tapped(milterUnder: peers.mta)
        }
        let (id, peers, memory, snapshot, scores) = (id, peers, state.memory, state.snapshot, state.senders?.scores)
        beginsJudging = {
            SessionJudge(
                id: id, snapshot: snapshot, memory: memory, peers: peers, vantage: vantage, fallback: plain,
                scores: scores)
        }
        if state.journal.wantsTranscripts {
            recorder = Recording(SessionRecorder(id: id, began: now, peers: peers, vantage: vantage))
        }
        // That codes are told is known before the first line.
        if lines?.tellsReplies == true { hand(.replied, Array("220".utf8).span) }
        return .continue
    }

    func helo(_ name: Span<UInt8>, _ context: borrowing MilterContext) -> MilterResponse {
        let begin = MonotonicTime.now
        defer { note(.helo, since: begin) }
        noteTLS(context)
        take(.helo, name)
        return .continue
    }

    func mail(_ arguments: Span<UInt8>, _ context: borrowing MilterContext) -> MilterResponse {
        let begin = MonotonicTime.now
        defer { note(.mail, since: begin) }
        noteTLS(context)
        if context.macro(.authenticatedName) != nil {
            // The login name is nobody's business.
            take(.auth, parts: context.macro(.authenticationType) ?? "")
        }
        if let proto = context.macro(.receivedProtocol) { take(.proto, parts: proto) }
        campaign = nil
        take(.mail, arguments)
        return .continue
    }

    func recipient(_ arguments: Span<UInt8>, _ context: borrowing MilterContext) -> MilterResponse {
        let begin = MonotonicTime.now
        defer { note(.rcpt, since: begin) }
        noteGreeting()
        if let (code, text) = Self.refusal(by: context) {
            take(.refused, parts: code, text)
        } else {
            adoptLists()
        }
        return answer(take(.rcpt, arguments), context) ?? .continue
    }

    func data(_ context: borrowing MilterContext) {
        let begin = MonotonicTime.now
        defer { note(.data, since: begin) }
        take(.data)
        hasBody = false
        queueID = context.macro(.queueID) ?? ""
        for index in pending.indices where pending[index].queueID.isEmpty { pending[index].queueID = queueID }
    }

    func unknown(_ command: Span<UInt8>, _ context: borrowing MilterContext) -> MilterUnknownResponse {
        let begin = MonotonicTime.now
        defer { note(.unknown, since: begin) }
        take(.unknown, command)
        return .continue
    }

    func header(_ field: Span<UInt8>, nameLength: Int, _ context: borrowing MilterContext) -> MilterResponse {
        let begin = MonotonicTime.now
        defer { note(.header, since: begin) }
        take(.header, field)
        campaign?.take(.header, field)
        return .continue
    }

    func endOfHeaders(_ context: borrowing MilterContext) -> MilterResponse {
        let begin = MonotonicTime.now
        defer { note(.eoh, since: begin) }
        take(.eoh)
        campaign?.take(.eoh, [UInt8]().span)
        return .continue
    }

    func body(_ chunk: Span<UInt8>, _ context: borrowing MilterContext) -> MilterBodyResponse {
        let begin = MonotonicTime.now
        defer { note(.body, since: begin) }
        // Only transcripts tell of bodies, and of their beginning; what decides is not shown them.
        if recorder != nil, !hasBody { take(.body, chunk) }
        hasBody = true
        campaign?.take(.body, chunk)
        return campaign?.wantsBody == true ? .continue : .skip
    }

    func endOfMessage(_ context: borrowing MilterMessageContext) -> MilterResponse {
        let begin = MonotonicTime.now
        defer { note(.eom, since: begin) }
        let outcome = take(.eom)
        if var decision = outcome?.decision {
            decision.record.queueID = context.macro(.queueID) ?? ""
            publish(decision)
            if let reply = decision.reply {
                record(.answer, reply.description)
                publishPending { addLesson(context.macro(.queueID), to: &$0) }
                campaign = nil
                return .refuse(reply)
            }
        }
        publishPending { items in
            if let changes = outcome?.changes, !changes.isEmpty { items.append(.changes(changes)) }
            addLesson(context.macro(.queueID), to: &items)
            if let campaign { items.append(.campaign(campaign.sighting(session: id, at: DaemonState.unixTime))) }
        }
        campaign = nil
        return .continue
    }

    func abort() {
        campaign = nil
        take(.abort)
        publishPending { addLesson(to: &$0) }
    }

    /// Adds what the message that has just ended leaves to learn from. Mail servers hand out messages that have come whole: an
    /// abort behind DATA is somebody else's refusal.
    private func addLesson(_ queueID: String? = nil, to items: inout [JournalItem]) {
        defer { self.queueID = "" }
        if let lesson = judge?.lesson(queueID: queueID ?? self.queueID, at: DaemonState.unixTime) {
            items.append(.lesson(lesson))
        }
    }

    func close() {
        let rest = lines?.end() ?? []
        for one in (lines?.takeTraits() ?? []) + rest { hand(one.kind, one.bytes.span) }
        lines = nil
        judge?.finish()
        publishPending { last in
            // Sendmail leaves out some aborts.
            addLesson(to: &last)
            if let lesson = judge?.lessonOfSession(at: DaemonState.unixTime) { last.append(.lesson(lesson)) }
            if verdicts == 0, let judge, let dialect = judge.hostileLabel {
                last.append(
                    .session(
                        SessionSummary(
                            id: id, client: peers.client?.description ?? "", clientName: peers.clientName ?? "",
                            helo: judge.heloArgument ?? "", dialect: dialect)))
            }
            if let transcript = recorder?.recorder.finish() { last.append(.transcript(transcript)) }
        }
        recorder = nil
    }

    /// Hands an event to recorder and judge, and what it tells of the client's targets to the slow side.
    @discardableResult
    private func take(_ kind: SessionEvent.Kind, _ bytes: Span<UInt8>) -> Outcome? {
        if lines != nil { takeLines(before: kind, bytes) }
        return hand(kind, bytes)
    }

    /// What the mail server has told of the client's lines before an event.
    private func takeLines(before kind: SessionEvent.Kind, _ bytes: Span<UInt8>) {
        let hasAddress = kind == .mail || kind == .rcpt
        let check = hasAddress ? TapLine.check(of: EventReader.argument(bytes)) : 0
        let told = lines?.before(kind, check: check)
        for one in lines?.takeTraits() ?? [] { hand(one.kind, one.bytes.span) }
        switch told {
        case .fits(let told)?: for one in told { hand(one.kind, one.bytes.span) }
        case .lost?:
            lines = nil
            hand(.linesLost, [UInt8]().span)
        case nil: break
        }
    }

    @discardableResult
    private func hand(_ kind: SessionEvent.Kind, _ bytes: Span<UInt8>) -> Outcome? {
        if let recorder { recorder.recorder.take(kind, bytes, at: elapsed) }
        beginJudging()
        let outcome = judge?.take(kind, bytes, at: DaemonState.unixTime)
        if kind == .rcpt, case .recipient(_, let aim?) = outcome { state.senders?.note(aim) }
        return outcome
    }

    /// The same of the text of its parts.
    @discardableResult
    private func take(_ kind: SessionEvent.Kind, parts: String...) -> Outcome? {
        let bytes = Array(parts.joined(separator: "\0").utf8)
        return take(kind, bytes.span)
    }

    /// Publishes the decision on a recipient, and says what is answered to it.
    private func answer(_ outcome: Outcome?, _ context: borrowing MilterContext) -> MilterResponse? {
        guard var decision = outcome?.decision else { return nil }
        decision.record.queueID = context.macro(.queueID) ?? ""
        record(.answer, decision.reply?.description ?? "accept")
        publish(decision)
        noteCampaign(decision)
        return decision.reply.map { .refuse($0) }
    }

    /// Notes a recipient whose messages are grouped into campaigns.
    private func noteCampaign(_ decision: Decision) {
        guard let desk = state.journal.campaigns, desk.isOn else { return }
        let greylist = state.snapshot.policy.configuration.greylist
        if let recipient = desk.recipient(of: decision, from: peers, greylist) {
            if campaign == nil { campaign = desk.message() }
            campaign?.add(recipient)
        }
        desk.note(decision.lieChanges)
    }

    /// What the administrator has said since the session began.
    private func adoptLists() {
        let newest = state.generation
        guard newest != generation else { return }
        generation = newest
        beginJudging()
        judge?.adoptLists(of: state.snapshot)
    }

    private func beginJudging() {
        guard let beginsJudging else { return }
        judge = beginsJudging()
        self.beginsJudging = nil
    }

    private func note(_ callback: DaemonMetrics.Callback, since begin: MonotonicTime) {
        state.metrics.histogram(callback).note(MonotonicTime.now.microseconds(since: begin))
    }

    private var elapsed: UInt64 { MonotonicTime.now.microseconds(since: began) }

    /// What the transcript says beside the events, where there is one.
    private func record(_ kind: SessionEvent.Kind, _ text: @autoclosure () -> String) {
        if let recorder { recorder.recorder.take(kind, parts: text(), at: elapsed) }
    }

    /// Refusals are journalled at once; who was let in is journalled with the end of the message, when the queue id is
    /// known and one hand-over serves all.
    private func publish(_ decision: Decision) {
        verdicts += 1
        var items: [JournalItem] = []
        let changes = decision.changes + decision.lieChanges
        if !changes.isEmpty { items.append(.changes(changes)) }
        if let trip = decision.trip { items.append(.breakerTripped(trip, decision.record)) }
        if decision.reply == nil, pending.count < Self.maximumPending {
            pending.append(decision.record)
        } else {
            items.append(.verdict(decision.record))
        }
        if !items.isEmpty { state.journal.submit(items) }
    }

    /// Hands over the verdicts that waited, and what `add` adds to them.
    private func publishPending(_ add: (inout [JournalItem]) -> Void) {
        var items: [JournalItem] = []
        if !pending.isEmpty {
            items.reserveCapacity(pending.count + 2)
            for record in pending { items.append(.verdict(record)) }
            pending = []
        }
        add(&items)
        if !items.isEmpty { state.journal.submit(items) }
    }

    /// What Postfix has told the policy service about the greeting, a moment before it asks about the recipient.
    private func noteGreeting() {
        guard !hasGreeting, let isExtended = state.greetings?.isExtended(peers) else { return }
        hasGreeting = true
        take(.proto, parts: isExtended ? "ESMTP" : "SMTP")
    }

    private func noteTLS(_ context: borrowing MilterContext) {
        guard !hasTLS, let version = context.macro(.tlsVersion), !version.isEmpty else { return }
        hasTLS = true
        take(.tls, parts: version, context.macro(.cipher) ?? "")
    }

    /// Why the mail server itself refuses the recipient, as its macros tell; `nil` when it does not.
    ///
    /// Under Postfix the mailer is `error` for every recipient in a virtual alias domain, too, with the reason that
    /// would apply if there were no alias as its host; only a bare status code as the host means that it is refused.
    private static func refusal(by context: borrowing MilterContext) -> (code: String, text: String)? {
        guard context.macro(.recipientMailer) == "error" else { return nil }
        let code = context.macro(.recipientHost) ?? ""
        if context.mta == .postfix, EnhancedStatusCode(code) == nil { return nil }
        return (code, context.macro(.recipientAddress) ?? "")
    }

    private static func peers(_ peer: MilterPeer, _ context: borrowing MilterContext) -> SessionPeers {
        var peers = SessionPeers(mta: context.mta)
        if case .network(let address, let port) = peer.origin {
            peers.client = address
            peers.clientPort = context.macro(.clientPort).flatMap { UInt16($0) } ?? port
        }
        peers.resolution = HostResolution(macro: context.macro(.clientResolve))
        let name = context.macro(.clientPTR) ?? context.macro(.clientName) ?? peer.hostName
        if name != "unknown", !name.hasPrefix("["), !name.isEmpty { peers.clientName = MailDomain.folded(name) }
        peers.server = context.macro(.daemonAddress).flatMap { ClientAddress($0) }
        peers.serverPort = context.macro(.daemonPort).flatMap { UInt16($0) }
        peers.serverName = context.macro(.hostName).map { MailDomain.folded($0) }
        peers.connections = context.macro(.clientConnections).flatMap { Int($0) }
        return peers
    }
}

/// A recorder by itself: most sessions have none, and do not pay for its room.
private final class Recording {
    var recorder: SessionRecorder

    init(_ recorder: SessionRecorder) { self.recorder = recorder }
}

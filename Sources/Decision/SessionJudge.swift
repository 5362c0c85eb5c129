public import Dialects
import KeyedHashing
public import Policy
public import SMTP

/// Follows one session and decides on its recipients: events in, decisions out.
///
/// Everything a front end needs of Argot, and no front end's types. Synchronous and bounded: a step of the decision
/// machine per event, the policy and a few keyed hashes per recipient.
public struct SessionJudge: Sendable {
    private let snapshot: DecisionSnapshot
    private let memory: DecisionMemory
    private let client: ClientKeys?
    private var session: SessionObserver
    private var aims: AimObserver
    /// The first recipient of the message that was let in, for a verdict on the message.
    private var admitted: (evidence: Evidence, isKnown: Bool)?
    private var isMessageClean = true
    private var hasAsked = false
    /// What the breaker was told of this session: whether it met with a refusal.
    private var worstNoted: Bool?

    /// A judge for a session that begins now, seen from `vantage`, or from that of a milter under the peers' mail server.
    public init(
        snapshot: DecisionSnapshot, memory: DecisionMemory, peers: SessionPeers, vantage: Vantage? = nil,
        scores: SenderScores? = nil
    ) {
        self.snapshot = snapshot
        self.memory = memory
        client = peers.client.map { memory.key.keys(of: $0) }
        session = SessionObserver(
            snapshot: snapshot, peers: peers, vantage: vantage ?? Vantage(milterUnder: peers.mta))
        aims = AimObserver(snapshot: snapshot, client: peers.client, scores: scores)
    }

    /// What the decision machine says so far.
    public var match: DialectMatch { session.matcher.match }

    /// The same in a word for logs.
    public var label: String { session.label }

    /// The states that the session can be in.
    public var states: String { session.matcher.states }

    /// What the last recipient tells of whom the client writes to; `nil` before one, and for clients that are none:
    /// those that have logged in, trusted networks, local submissions.
    public var aim: SenderAim? { aims.last }

    /// The last HELO argument.
    public var heloArgument: String? { session.helo }

    /// HELO or EHLO.
    public mutating func helo(_ argument: Span<UInt8>) { session.helo(argument) }

    /// TLS has begun.
    public mutating func startTLS() { session.startTLS() }

    /// What the mail server calls the protocol, told before MAIL.
    public mutating func proto(_ name: String) { session.proto(name) }

    /// The client has logged in.
    public mutating func authenticated() { session.authenticated() }

    /// MAIL; the arguments are separated by NUL.
    public mutating func mail(_ arguments: Span<UInt8>) {
        isMessageClean = true
        admitted = nil
        session.mail(arguments)
    }

    /// RCPT that the mail server refuses, for the reason given by its macros. Its words for an unknown user are
    /// remembered, to be used when Argot lies: see ``Policy/GenuineReplyTable``.
    public mutating func refusedRecipient(_ arguments: Span<UInt8>, enhancedCode: String, text: String) {
        let recipient = SessionObserver.address(arguments)
        let reply = GenuineReply(
            enhancedCode: enhancedCode, text: text, mta: session.peers.mta, recipient: recipient,
            strangers: session.saidByClient)
        if let reply { memory.learn(reply, about: recipient, from: session.peers) }
        note(recipient)
        session.recipient(
            arguments, isUnknown: GenuineReply.isAboutUnknownUser(enhancedCode: enhancedCode, text: text))
        session.answered(isTemporary: enhancedCode.hasPrefix("4"))
    }

    /// RCPT that the mail server accepts: decides on the recipient.
    public mutating func recipient(_ arguments: Span<UInt8>, at now: UnixTime) -> Decision {
        session.recipient(arguments)
        let recipient = SessionObserver.address(arguments)
        let standing = client.map { memory.standing(of: $0, at: now) }
        note(recipient)
        var evidence = session.evidence(on: recipient, hasGoodHistory: standing?.isGood ?? false)
        evidence.senderFinding = aims.finding(at: now)
        aims.complete(with: evidence, at: now)
        let isKnown = standing?.isKnown ?? false
        let decision = decide(evidence, isKnown: isKnown, at: now)
        if let reply = decision.reply {
            session.answered(isTemporary: reply.isTemporary)
        } else if admitted == nil {
            admitted = (evidence, isKnown)
        }
        return decision
    }

    private mutating func note(_ recipient: MailAddress) {
        aims.note(recipient, from: session.peers, isAuthenticated: session.isAuthenticated)
    }

    /// DATA.
    public mutating func data() { session.data() }

    /// A header.
    public mutating func header(name: Span<UInt8>, value: Span<UInt8>) { session.header(name: name, value: value) }

    /// The end of the headers.
    public mutating func endOfHeaders() { session.endOfHeaders() }

    /// An unknown command.
    public mutating func unknown(_ command: Span<UInt8>) { session.unknown(command) }

    /// The transaction ended without a message. May come without one, and twice, when it means nothing.
    public mutating func abort() { session.abort() }

    /// The end of a message whose recipients were let in: decides again if its headers speak against its client, and
    /// did not before. `nil` when they do not. Only greylisting can follow: the client is asked to come back.
    public mutating func message(at now: UnixTime) -> Decision? {
        guard snapshot.policy.configuration.judgesHeaders, let admitted else { return nil }
        let evidence = session.afterHeaders(admitted.evidence)
        let earlier = Set(snapshot.policy.signals(in: admitted.evidence))
        guard !Set(snapshot.policy.signals(in: evidence)).isSubset(of: earlier) else { return nil }
        self.admitted = nil
        return decide(evidence, isKnown: admitted.isKnown, isAtEnd: true, at: now)
    }

    /// The message was taken. A client that nothing of weight spoke against is remembered for it.
    public mutating func endOfMessage(at now: UnixTime) -> [MemoryChange] {
        session.endOfMessage()
        guard isMessageClean, !session.isAuthenticated, let client else { return [] }
        return memory.noteCleanMessage(from: client, at: now)
    }

    /// Asks a question at most once a session, and never of a client that is known.
    private mutating func decide(
        _ evidence: Evidence, isKnown: Bool, isAtEnd: Bool = false, at now: UnixTime
    ) -> Decision {
        var deliberation = Deliberation(on: evidence, session: session, snapshot: snapshot, memory: memory, at: now)
        if !deliberation.isClean { isMessageClean = false }
        deliberation.weigh(isAtEnd: isAtEnd)
        if snapshot.policy.configuration.asksLive, !hasAsked, !isKnown, !isAtEnd, let question = session.question {
            deliberation.ask(question)
            hasAsked = deliberation.question != nil
        }
        return deliberation.decision { refused in isKnown && tripsBreaker(refused: refused, at: now) }
    }

    /// Tells the breaker what a client that has passed before met with: once a session, or twice when it was let in
    /// first and refused later. Sessions count, not recipients.
    private mutating func tripsBreaker(refused: Bool, at now: UnixTime) -> Bool {
        guard snapshot.policy.configuration.mode == .enforce, worstNoted != true, refused || worstNoted == nil else {
            return false
        }
        worstNoted = refused
        return memory.noteVerdictOnKnownClient(refused: refused, at: now)
    }
}

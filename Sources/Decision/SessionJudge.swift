public import Dialects
import KeyedHashing
public import Policy
public import SMTP

/// Follows one session and decides on its recipients: events in, decisions out.
///
/// Everything a front end needs of Argot, and no front end's types. Synchronous and bounded: a step of the decision
/// machine per event, the policy and a few keyed hashes per recipient.
public struct SessionJudge: Sendable {
    private var snapshot: DecisionSnapshot
    private let memory: DecisionMemory
    private let keys: ClientKeys?
    private var session: SessionObserver
    private var aims: AimObserver
    /// The recipient of the message that was let in and that a verdict on the message goes by: the first one that is not
    /// always let in.
    private var admitted: Evidence?
    private var isAdmittedProtected = false
    /// Whether a recipient was let in only until the message has come.
    private var isPostponed = false
    private var cleanliness = Cleanliness.clean
    private var hasAsked = false
    private var hasEndedHistory = false
    /// What the breaker was told of this session: whether it met with a refusal.
    private var worstNoted: Bool?

    /// What was held against a message.
    private enum Cleanliness: Int, Comparable {
        /// Something of weight.
        case tainted
        /// What honest devices and scripts cannot help showing.
        case harmless
        /// Nothing.
        case clean

        init(_ judgement: Judgement) {
            self = judgement.isClean ? .clean : judgement.isHarmless ? .harmless : .tainted
        }

        static func < (left: Cleanliness, right: Cleanliness) -> Bool { left.rawValue < right.rawValue }
    }

    /// A judge for a session that begins now, seen from `vantage`, or from that of a milter under the peers' mail server.
    public init(
        snapshot: DecisionSnapshot, memory: DecisionMemory, peers: SessionPeers, vantage: Vantage? = nil,
        scores: SenderScores? = nil
    ) {
        self.snapshot = snapshot
        self.memory = memory
        keys = peers.client.map { memory.key.keys(of: $0) }
        let (peers, isOwnHost) = memory.meet(peers, snapshot.policy.configuration.nameLookups)
        session = SessionObserver(
            snapshot: snapshot, peers: peers, vantage: vantage ?? Vantage(milterUnder: peers.mta), isOwnHost: isOwnHost)
        aims = AimObserver(snapshot: snapshot, client: peers.client, scores: scores)
    }

    /// Takes over who is let in and who is kept out from a snapshot published since: what the administrator says of them
    /// holds at once, in sessions under way too.
    public mutating func adoptLists(of other: DecisionSnapshot) {
        snapshot = snapshot.under(snapshot.policy.configuration.withLists(of: other.policy.configuration))
    }

    /// What the decision machine says so far.
    public var match: DialectMatch { session.matcher.match }

    /// Whether the session can only be a hostile engine's, as far as it has come.
    public var isHostile: Bool { session.isHostile }

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
        cleanliness = .clean
        admitted = nil
        isPostponed = false
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
        let standing = standing(at: now)
        note(recipient)
        var evidence = session.evidence(on: recipient, hasGoodHistory: standing.isGood)
        evidence.networkHasDelivered = standing.networkHasDelivered
        evidence.senderFinding = aims.finding(at: now)
        aims.complete(with: evidence, at: now)
        let (decision, judgement) = decide(evidence, standing: standing, at: now)
        if let reply = decision.reply {
            session.answered(isTemporary: reply.isTemporary)
        } else {
            admit(evidence, judgement)
        }
        return decision
    }

    /// Remembers who was let in, for a verdict on the message.
    private mutating func admit(_ evidence: Evidence, _ judgement: Judgement) {
        if judgement.exemption == .allowedSender { isPostponed = true }
        let isProtected = judgement.exemption == .protectedRecipient || judgement.limit == .protectedRecipient
        if admitted == nil || isAdmittedProtected && !isProtected {
            admitted = evidence
            isAdmittedProtected = isProtected
        }
    }

    private func standing(at now: UnixTime) -> ClientStanding {
        keys.map { memory.standing(of: $0, at: now) } ?? ClientStanding()
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
    /// did not before, or if the verdict was put off to here. `nil` when there is nothing to say. Only greylisting can
    /// follow: the client is asked to come back.
    public mutating func message(at now: UnixTime) -> Decision? {
        let policy = snapshot.policy
        guard let admitted, policy.configuration.judgesHeaders || isPostponed else { return nil }
        let standing = standing(at: now)
        var evidence = policy.configuration.judgesHeaders ? session.afterHeaders(admitted) : admitted
        evidence.hasGoodHistory = standing.isGood
        let earlier = Set(policy.signals(in: admitted))
        let hasNews = !Set(policy.signals(in: evidence)).isSubset(of: earlier)
        guard hasNews || isPostponed && policy.judgement(for: evidence, isAtEnd: true).desert != .accept else {
            return nil
        }
        self.admitted = nil
        return decide(evidence, standing: standing, isAtEnd: true, at: now).decision
    }

    /// The message was refused at its end.
    public mutating func refusedMessage() { session.endOfMessage() }

    /// The message was taken. A client that nothing of weight spoke against is remembered for it, and its network for one
    /// that nothing but weak signals spoke against.
    public mutating func endOfMessage(at now: UnixTime) -> [MemoryChange] {
        session.endOfMessage()
        guard !session.isAuthenticated, let keys else { return [] }
        switch cleanliness {
        case .clean: return memory.noteCleanMessage(from: keys, at: now)
        case .harmless: return memory.noteDelivery(from: keys, at: now)
        case .tainted: return []
        }
    }

    /// Asks a question at most once a session, and never of a client whose network has delivered before.
    private mutating func decide(
        _ evidence: Evidence, standing: ClientStanding, isAtEnd: Bool = false, at now: UnixTime
    ) -> (decision: Decision, judgement: Judgement) {
        var deliberation = Deliberation(
            on: evidence, session: session, snapshot: snapshot, memory: memory, isAtEnd: isAtEnd, at: now)
        let judgement = deliberation.judgement
        cleanliness = min(cleanliness, Cleanliness(judgement))
        deliberation.weigh()
        if snapshot.policy.configuration.asksLive, !hasAsked, !isAtEnd, !standing.isKnown,
            !standing.networkHasDelivered, let question = session.question
        {
            deliberation.ask(question)
            hasAsked = deliberation.question != nil
        }
        let trip = tell(judgement, on: evidence, standing: standing, at: now)
        var decision = deliberation.decision(trip: trip)
        // Somebody else may have made an honest server bounce to a trap.
        let isBounce = evidence.sender.form == .null && judgement.alone != .certain
        if judgement.endsHistory, !isBounce, !hasEndedHistory, let keys {
            hasEndedHistory = true
            decision.changes += memory.revoke(keys, at: now)
        }
        return (decision, judgement)
    }

    /// Tells the breaker what a client with a good history has met with, exemptions aside: once a session, or twice when
    /// nothing was held against it first. What a hostile dialect or a trap does to it counts only while model and lists
    /// are new, since it can choose to do that.
    private mutating func tell(
        _ judgement: Judgement, on evidence: Evidence, standing: ClientStanding, at now: UnixTime
    ) -> BreakerTrip? {
        guard standing.isGood, snapshot.policy.configuration.mode == .enforce, worstNoted != true,
            judgement.exemption?.reach != .everything, let subject = subject(of: evidence)
        else { return nil }
        let causes = snapshot.policy.causes(of: judgement, for: evidence)
        guard !causes.isEmpty || worstNoted == nil else { return nil }
        if causes.contains(where: \.isHostile), !memory.isOnProbation(at: now) { return nil }
        worstNoted = !causes.isEmpty
        return memory.note(subject, refusedFor: causes, at: now)
    }

    /// Whom the breaker counts a client as: its organisation by its verified name, else its network.
    private func subject(of evidence: Evidence) -> KeyedHash? {
        if evidence.resolution == .ok, let organisation = OrganisationName(host: evidence.clientName) {
            return memory.key.hash(organisation: organisation)
        }
        return keys?.network
    }
}

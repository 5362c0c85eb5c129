public import Dialects
import KeyedHashing
import Memory
public import Policy
public import SMTP

/// Follows one session and decides on its recipients: events in, decisions out.
///
/// Everything a front end needs of Argot, and no front end's types. Synchronous and bounded: a step of the decision
/// machine per event, the policy and a few keyed hashes per recipient. One for each session, and nobody else's: it is made
/// when the session begins, and never copied.
public final class SessionJudge {
    /// What the session is called in logs and in the journal.
    public let id: String

    private var snapshot: DecisionSnapshot
    private let memory: DecisionMemory
    private let keys: ClientKeys?
    private var session: SessionObserver
    /// What can be learned from the session; `nil` where nothing is.
    private var lessons: LessonObserver?
    /// Why the mail server refuses the recipient that comes next.
    private var refusal: (enhancedCode: String, text: String)?
    /// The recipient of the message that was let in and that a verdict on the message goes by: the first one that is not
    /// always let in.
    private var admitted: Admission?
    private var isAdmittedProtected = false
    /// Whether a recipient was let in only until the message has come.
    private var isPostponed = false
    private var cleanliness = Cleanliness.clean
    private var hasAsked = false
    private var hasEndedHistory = false
    /// What the breaker was told of this session: whether it met with a refusal.
    private var worstNoted: Bool?

    /// The evidence on a recipient, by itself: it is only there between RCPT and the end of the message.
    private final class Admission {
        let evidence: Evidence

        init(_ evidence: Evidence) { self.evidence = evidence }
    }

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
    ///
    /// - Parameter fallback: the vantage from the moment on at which command lines are lost; the one without them.
    public init(
        id: String, snapshot: DecisionSnapshot, memory: DecisionMemory, peers: SessionPeers, vantage: Vantage? = nil,
        fallback: Vantage? = nil, scores: SenderScores? = nil
    ) {
        self.id = id
        self.snapshot = snapshot
        self.memory = memory
        keys = peers.client.map { memory.keys(of: $0) }
        let policy = snapshot.policy
        let (peers, isOwnHost) = memory.meet(peers, policy.configuration.nameLookups)
        let seenFrom = vantage ?? Vantage(milterUnder: peers.mta)
        let key = memory.key
        let organisation = peers.resolution == .ok ? peers.clientName.flatMap { OrganisationName(host: $0) } : nil
        let naming = GreetingNaming(organisation: organisation) { key.hash(greetingName: $0) }
        session = SessionObserver(
            snapshot: snapshot, peers: peers, vantage: seenFrom,
            fallback: fallback ?? seenFrom.withoutCommandLines(), scores: scores,
            isOwnHost: isOwnHost, naming: naming)
        if let rules = snapshot.learning, !policy.trusts(peers.client) {
            lessons = LessonObserver(peers: peers, organisation: organisation, rules: rules)
        }
    }

    /// Takes over who is let in and who is kept out from a snapshot published since: what the administrator says of them
    /// holds at once, in sessions under way too.
    public func adoptLists(of other: DecisionSnapshot) {
        snapshot = snapshot.under(snapshot.policy.configuration.withLists(of: other.policy.configuration))
    }

    /// What the decision machine says so far.
    public var match: DialectMatch { session.detectors.ofSpeech { $0.dialect.matcher.match } }

    /// The dialect of a session that can only be a hostile engine's, as far as it has come: by its lines, or by what the filter
    /// is handed. `nil` for any other.
    public var hostileLabel: String? {
        if session.detectors.ofSpeech({ $0.isHostile }) { return label }
        return session.detectors.handed.isHostile ? labelHanded : nil
    }

    /// What the decision machine says, in a word for logs.
    public var label: String { session.detectors.label }

    /// The same by what the filter is handed alone, without command lines.
    public var labelHanded: String { session.detectors.handed.label }

    /// Where the session is seen from: without command lines once one has been lost.
    public var vantage: Vantage { session.detectors.ofSpeech { $0.vantage } }

    /// The session is over.
    public func finish() { session.finish() }

    /// The states that the session can be in.
    public var states: String { session.detectors.states }

    /// How likely the client is of each kind, as far as the session has come; `nil` where hard sets decide.
    public var posterior: DialectPosterior? { session.detectors.reading.posterior }

    /// What the detectors have found so far that would count at `recipient`: for showing, and without any consequence.
    public func findings(on recipient: MailAddress, at now: UnixTime) -> [Signal] {
        session.evidence(
            on: recipient, standing: standing(at: now), front: memory.front, under: snapshot.policy, at: now
        ).signals
    }

    /// The last HELO argument.
    public var heloArgument: String? { session.helo }

    /// Takes an event, whose bytes are its parts, separated by NUL, and says what follows from it: at RCPT a decision on
    /// the recipient, at the end of the message perhaps one on the message.
    ///
    /// `refused` before RCPT says that the mail server itself refuses the recipient, and why: nothing is decided then.
    /// O(number of bytes), a step of the decision machine, and at RCPT the policy and a few keyed hashes.
    ///
    /// - Parameter now: the time, which is asked for where a verdict is due.
    public func take(
        _ kind: SessionEvent.Kind, _ bytes: Span<UInt8>, at now: @autoclosure () -> UnixTime
    ) -> Outcome {
        guard let event = session.take(kind, bytes) else { return .nothing }
        lessons?.take(event, bytes)
        switch event {
        case .mail:
            cleanliness = .clean
            admitted = nil
            isPostponed = false
        case .refused(let code, let text): refusal = (code, text)
        case .syn: noteWay(bytes)
        case .rcpt(let recipient):
            let policy = snapshot.policy
            if lessons != nil, policy.isTrap(recipient) { lessons?.noteTrap() }
            return self.recipient(recipient, at: now())
        case .eom: return message(at: now())
        default: break
        }
        return .nothing
    }

    /// What the message that has just ended leaves to learn from, whatever was answered: after its end, or after an abort
    /// behind DATA, by which a mail server tells that somebody else has refused it. `nil` when there is nothing.
    public func lesson(queueID: String, at now: UnixTime) -> Lesson? {
        guard lessons?.hasMessage == true, let envelope = session.detectors.envelope?.observer, let identity else {
            return nil
        }
        let lesson = lessons?.message(queueID: queueID, of: identity, envelope: envelope, at: now)
        if snapshot.policy.configuration.lies, let organisation = lesson?.authenticated {
            memory.noteAuthenticated(organisation, of: identity.keys.network)
        }
        return lesson
    }

    /// What a session leaves to learn from that ends without a message; `nil` when there is nothing.
    public func lessonOfSession(at now: UnixTime) -> Lesson? {
        guard lessons?.leavesSession == true, let envelope = session.detectors.envelope?.observer, let identity else {
            return nil
        }
        return lessons?.end(of: identity, envelope: envelope, at: now)
    }

    /// Whose session it is; `nil` for a client without an address.
    private var identity: LessonObserver.Identity? {
        guard let keys, let client = session.peers.client else { return nil }
        return session.detectors.ofSpeech {
            LessonObserver.Identity(
                id: id, client: client, keys: keys, vantage: $0.vantage, fingerprint: $0.fingerprint)
        }
    }

    /// How far the client's SYN has come, for ``FrontWatch``.
    private func noteWay(_ bytes: Span<UInt8>) {
        let text = String(decoding: EventReader.argument(bytes), as: UTF8.self)
        guard let keys, let seen = SYNPattern.seen(text) else { return }
        memory.front.note(keys.network, hopsLeft: seen.hopsLeft)
    }

    /// RCPT: decides on the recipient, unless the mail server refuses it.
    private func recipient(_ recipient: MailAddress, at now: UnixTime) -> Outcome {
        if let refusal {
            self.refusal = nil
            learn(refusal, about: recipient, at: now)
            noteUnknown(refusal, at: now)
            session.answered(isTemporary: refusal.enhancedCode.hasPrefix("4"))
            return .recipient(nil, aim: session.detectors.senders.aim(at: now))
        }
        let standing = standing(at: now)
        let policy = snapshot.policy
        let evidence = session.evidence(
            on: recipient, standing: standing, front: memory.front, under: policy, at: now)
        let aim = session.detectors.senders.aim(at: now, with: evidence)
        let (decision, judgement) = decide(evidence, standing: standing, at: now)
        if let reply = decision.reply {
            session.answered(isTemporary: reply.isTemporary)
        } else {
            admit(evidence, judgement)
        }
        return .recipient(decision, aim: aim)
    }

    /// Remembers the mail server's words for an unknown user, to be used when Argot lies: see
    /// ``Policy/GenuineReplyTable``.
    private func learn(
        _ refusal: (enhancedCode: String, text: String), about recipient: MailAddress, at now: UnixTime
    ) {
        let reply = GenuineReply(
            enhancedCode: refusal.enhancedCode, text: refusal.text, mta: session.peers.mta, recipient: recipient,
            strangers: session.saidByClient)
        if let reply { memory.learn(reply, about: recipient, from: session.peers, at: now) }
    }

    /// Counts a recipient that does not exist, by which the share of such recipients is known.
    private func noteUnknown(_ refusal: (enhancedCode: String, text: String), at now: UnixTime) {
        guard snapshot.policy.configuration.lies, let keys, !session.isAuthenticated,
            !snapshot.policy.leavesAlone(session.peers.client),
            GenuineReply.isAboutUnknownUser(enhancedCode: refusal.enhancedCode, text: refusal.text)
        else { return }
        memory.noteRequest(from: keys.network, isUnknown: true, at: now)
    }

    /// Remembers who was let in, for a verdict on the message.
    private func admit(_ evidence: Evidence, _ judgement: Judgement) {
        if judgement.exemption == .allowedSender { isPostponed = true }
        let isProtected = judgement.exemption == .protectedRecipient || judgement.limit == .protectedRecipient
        if admitted == nil || isAdmittedProtected && !isProtected {
            admitted = Admission(evidence)
            isAdmittedProtected = isProtected
        }
    }

    private func standing(at now: UnixTime) -> ClientStanding {
        keys.map { memory.standing(of: $0, at: now) } ?? ClientStanding()
    }

    /// The end of a message whose recipients were let in: decides again if its headers count against its client, and
    /// did not before, or if the verdict was put off to here. Only greylisting can follow: the client is asked to come
    /// back.
    private func message(at now: UnixTime) -> Outcome {
        let decision = verdictOnMessage(at: now)
        // Who is refused is not remembered for anything good.
        return .message(decision, changes: decision?.reply == nil ? noteTaken(at: now) : [])
    }

    private func verdictOnMessage(at now: UnixTime) -> Decision? {
        let policy = snapshot.policy
        guard let admitted = admitted?.evidence, policy.configuration.judgesHeaders || isPostponed else { return nil }
        let standing = standing(at: now)
        var evidence =
            policy.configuration.judgesHeaders
            ? session.afterHeaders(admitted, front: memory.front, under: policy, at: now) : admitted
        evidence.hasGoodHistory = standing.isGood
        let hasNews = !evidence.signals.allSatisfy(admitted.signals.contains)
        guard hasNews || isPostponed && policy.judgement(for: evidence, isAtEnd: true).desert != .accept else {
            return nil
        }
        self.admitted = nil
        return decide(evidence, standing: standing, isAtEnd: true, at: now).decision
    }

    /// The message was taken. A client that nothing of weight counted against is remembered for it, and its network for
    /// one that nothing but weak signals counted against.
    private func noteTaken(at now: UnixTime) -> [MemoryChange] {
        guard !session.isAuthenticated, let keys else { return [] }
        if snapshot.policy.configuration.lies, cleanliness > .tainted,
            !snapshot.policy.leavesAlone(session.peers.client)
        {
            memory.noteCarrier(keys.client)
        }
        switch cleanliness {
        case .clean: return memory.noteCleanMessage(from: keys, at: now)
        case .harmless: return memory.noteDelivery(from: keys, at: now)
        case .tainted: return []
        }
    }

    /// Asks a question at most once a session, and never of a client whose network has delivered before.
    private func decide(
        _ evidence: Evidence, standing: ClientStanding, isAtEnd: Bool = false, at now: UnixTime
    ) -> (decision: Decision, judgement: Judgement) {
        var deliberation = Deliberation(
            on: evidence, id: id, mta: session.peers.mta, reading: session.detectors.reading, snapshot: snapshot,
            memory: memory, network: keys?.network, isAtEnd: isAtEnd, at: now)
        let judgement = deliberation.judgement
        cleanliness = min(cleanliness, Cleanliness(judgement))
        deliberation.weigh()
        if snapshot.policy.configuration.asksLive, !hasAsked, !isAtEnd, !standing.isKnown,
            !standing.networkHasDelivered, let question = session.detectors.ofSpeech({ $0.dialect.question })
        {
            deliberation.ask(question)
            hasAsked = deliberation.question != nil
        }
        let trip = tell(judgement, on: evidence, standing: standing, at: now)
        var decision = deliberation.decision(
            trip: trip, label: session.detectors.label, states: session.detectors.states)
        decision.record.clientHash = keys?.client
        // Somebody else may have made an honest server bounce to a trap.
        let isBounce = evidence.attempt.sender.form == .null && judgement.alone != .certain
        if judgement.endsHistory, !isBounce, !hasEndedHistory, let keys {
            hasEndedHistory = true
            decision.changes += memory.revoke(keys, at: now)
        }
        return (decision, judgement)
    }

    /// Tells the breaker what a client with a good history has met with, exemptions aside: once a session, or twice when
    /// nothing was held against it first. What a hostile dialect or a trap does to it counts only while model and lists
    /// are new, since it can choose to do that.
    private func tell(
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
        if evidence.attempt.resolution == .ok, let organisation = OrganisationName(host: evidence.attempt.clientName) {
            return memory.key.hash(organisation: organisation)
        }
        return keys?.network
    }
}

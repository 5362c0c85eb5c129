public import Dialects
import Envelopes
import KeyedHashing
public import Policy
public import SMTP
import Sessions
import SpamTracker

/// Follows one session and decides on its recipients: events in, decisions out.
///
/// Everything a front end needs of Argot, and no front end's types. Synchronous and bounded: a step of the decision
/// machine per event, the policy and a few keyed hashes per recipient.
public struct SessionJudge: Sendable {
    private let snapshot: DecisionSnapshot
    private let memory: DecisionMemory
    private let peers: SessionPeers
    /// The senders' scores in force when the session began; `nil` without any.
    private let scores: SenderScores?
    private let senderKey: SenderKey?
    private var aims: [UInt64] = []
    private let client: KeyedHash?
    private let network: AddressPrefix?
    private let vantage: Vantage
    private var matcher: DialectMatcher
    /// What the envelope is like; `nil` without a model that could judge it.
    private var envelope: EnvelopeObserver?
    private var claims = ClaimObserver()
    /// The first recipient of the message that was let in, for a verdict on the message.
    private var admitted: (evidence: Evidence, isKnown: Bool)?
    /// MAIL that waits for what Postfix tells about the greeting with the first recipient.
    private var heldMail: [UInt8]?
    private var knowsGreeting = false
    private var helo: String?
    private var heloShape: HELOShape?
    private var isAuthenticated = false
    private var isInTransaction = false
    private var sender = MailAddress(argument: Array("<>".utf8))
    private var recipients = 0
    private var unknownRecipients = 0
    private var isMessageClean = true
    private var hasAsked = false
    /// What the breaker was told of this session: whether it met with a refusal.
    private var worstNoted: Bool?

    /// What is kept of strangers' text is bounded as in transcripts.
    private static let limits = RecorderLimits()

    /// Recipients of one session that its score looks at.
    private static let maximumAims = 100

    private static let greylistedReply = try? RefusalReply.greylisted()
    private static let policyReply = try? RefusalReply.refusedByPolicy()

    /// A judge for a session that begins now, seen from `vantage`, or from that of a milter under the peers' mail server.
    public init(
        snapshot: DecisionSnapshot, memory: DecisionMemory, peers: SessionPeers, vantage: Vantage? = nil,
        scores: SenderScores? = nil
    ) {
        self.scores = scores
        senderKey = scores.flatMap { scores in peers.client.map { scores.sender($0) } }
        self.snapshot = snapshot
        self.memory = memory
        self.peers = peers
        client = peers.client.map { memory.key.hash(client: $0) }
        let greylist = snapshot.policy.configuration.greylist
        network = peers.client.map {
            $0.network(prefixLength: $0.family == .ipv4 ? greylist.ipv4PrefixLength : greylist.ipv6PrefixLength)
        }
        envelope = snapshot.envelopes == nil ? nil : EnvelopeObserver(peers: peers)
        self.vantage = vantage ?? Vantage(milterUnder: peers.mta)
        matcher = DialectMatcher(machine: snapshot.machine(for: self.vantage), peers: peers)
    }

    /// What the decision machine says so far.
    public var match: DialectMatch { matcher.match }

    /// The same in a word for logs.
    public var label: String {
        switch snapshot.matching {
        case .paper: matcher.label
        case .likelihood: matcher.posterior.label
        }
    }

    /// The states that the session can be in.
    public var states: String { matcher.states }

    /// What the last recipient tells of whom the client writes to; `nil` before one, and for clients that are none:
    /// those that have logged in, trusted networks, local submissions.
    public private(set) var aim: SenderAim?

    /// The last HELO argument.
    public var heloArgument: String? { helo }

    /// HELO or EHLO.
    public mutating func helo(_ argument: Span<UInt8>) {
        let bytes = (0..<min(argument.count, Self.limits.argumentBytes)).map { argument[$0] }
        let shape = HELOShape(
            of: bytes, client: peers.client, ptr: peers.clientName, server: peers.serverName,
            serverAddress: peers.server)
        helo = String(decoding: bytes, as: UTF8.self)
        heloShape = shape
        matcher.helo(argument, shape: shape)
        envelope?.helo(argument, shape: shape)
        claims.helo(argument, clientName: peers.clientName, resolution: peers.resolution)
    }

    /// TLS has begun.
    public mutating func startTLS() { matcher.startTLS() }

    /// What the mail server calls the protocol, told before MAIL.
    public mutating func proto(_ name: String) {
        knowsGreeting = true
        matcher.proto(isExtended: name.hasPrefix("ESMTP"))
        envelope?.proto(isExtended: name.hasPrefix("ESMTP"))
    }

    /// The client has logged in.
    public mutating func authenticated() {
        isAuthenticated = true
        matcher.authenticated()
    }

    /// MAIL; the arguments are separated by NUL.
    public mutating func mail(_ arguments: Span<UInt8>) {
        sender = Self.address(arguments)
        isMessageClean = true
        isInTransaction = true
        admitted = nil
        envelope?.mail(arguments)
        claims.beginMessage()
        if vantage == .milterPostfixPolicy, !knowsGreeting {
            heldMail = (0..<min(arguments.count, Self.limits.argumentBytes)).map { arguments[$0] }
        } else {
            matcher.mail(arguments)
        }
    }

    /// Follows the MAIL that was held back, now that all is known that will be.
    private mutating func releaseMail() {
        guard let mail = heldMail else { return }
        heldMail = nil
        matcher.mail(mail.span)
    }

    /// RCPT that the mail server refuses, for the reason given by its macros. Its words for an unknown user are
    /// remembered, to be used when Argot lies.
    public mutating func refusedRecipient(_ arguments: Span<UInt8>, enhancedCode: String, text: String) {
        releaseMail()
        recipients += 1
        let recipient = Self.address(arguments)
        if let reply = GenuineReply(enhancedCode: enhancedCode, text: text, mta: peers.mta) {
            unknownRecipients += 1
            memory.learn(reply, for: recipient.foldedDomain)
        }
        noteAim(at: recipient)
        matcher.recipient(arguments)
        matcher.answered(enhancedCode.hasPrefix("4") ? .transient : .permanent)
    }

    /// RCPT that the mail server accepts: decides on the recipient.
    public mutating func recipient(_ arguments: Span<UInt8>, at now: UnixTime) -> Decision {
        releaseMail()
        recipients += 1
        matcher.recipient(arguments)
        let recipient = Self.address(arguments)
        let standing = client.map { memory.standing(of: $0, at: now) }
        noteAim(at: recipient)
        var evidence = evidence(on: recipient, hasGoodHistory: standing?.isGood ?? false)
        evidence.senderFinding = senderFinding(at: now)
        noteDialect(evidence, at: now)
        let isKnown = standing?.isKnown ?? false
        let decision = decide(evidence, isKnown: isKnown, question: isKnown ? nil : question(on: evidence), at: now)
        if let reply = decision.reply {
            matcher.answered(reply.isTemporary ? .transient : .permanent)
        }
        if decision.reply == nil, admitted == nil {
            admitted = (evidence, isKnown)
        }
        return decision
    }

    /// The question to a client of which the machine cannot say whether it is hostile; one a session.
    private func question(on evidence: Evidence) -> DistinguishingReply? {
        guard snapshot.policy.configuration.asksLive, !hasAsked, isAmbiguous else { return nil }
        return snapshot.question(to: matcher, for: vantage)
    }

    private var isAmbiguous: Bool {
        switch snapshot.matching {
        case .paper: Set(matcher.match.dialects.map(\.dialectClass.isHostile)).count == 2
        case .likelihood: matcher.posterior.verdict == .ambiguous
        }
    }

    /// Remembers whom the client writes to.
    private mutating func noteAim(at recipient: MailAddress) {
        aim = nil
        let policy = snapshot.policy.configuration
        guard let client = peers.client, peers.clientPort != 0, !isAuthenticated, !recipient.foldedDomain.isEmpty,
            !policy.trustedNetworks.contains(where: { $0.contains(client) })
        else { return }
        aim = SenderAim(
            client: client, domain: recipient.foldedDomain, time: UnixTime(seconds: 0),
            isTrap: snapshot.policy.isTrap(recipient))
        if let scores, aims.count < Self.maximumAims { aims.append(scores.domain(recipient.foldedDomain)) }
    }

    /// Completes what the recipient tells: a bot's dialect counts only if the score took no part in the verdict.
    private mutating func noteDialect(_ evidence: Evidence, at now: UnixTime) {
        aim?.time = now
        guard aim != nil, evidence.dialect.signal == .dialectBot else { return }
        aim?.isBotDialect = !snapshot.policy.signals(in: evidence).contains(.senderCluster)
    }

    private func senderFinding(at now: UnixTime) -> SenderFinding? {
        guard let scores, let senderKey, aim != nil else { return nil }
        return scores.finding(on: senderKey, domains: aims, at: now)
    }

    /// DATA.
    public mutating func data() {
        releaseMail()
        matcher.data()
    }

    /// A header.
    public mutating func header(name: Span<UInt8>, value: Span<UInt8>) {
        matcher.header(name: name, value: value)
        envelope?.header(name: name, value: value)
        claims.header(name: name, value: value)
    }

    /// The end of the headers.
    public mutating func endOfHeaders() { matcher.endOfHeaders() }

    /// An unknown command.
    public mutating func unknown(_ command: Span<UInt8>) {
        releaseMail()
        matcher.unknown(command)
    }

    /// The transaction ended without a message. May come without one, and twice, when it means nothing.
    public mutating func abort() {
        releaseMail()
        if isInTransaction { matcher.abort() }
        isInTransaction = false
    }

    /// The end of a message whose recipients were let in: decides again if its headers speak against its client, and
    /// did not before. `nil` when they do not. Only greylisting can follow: the client is asked to come back.
    public mutating func message(at now: UnixTime) -> Decision? {
        guard snapshot.policy.configuration.judgesHeaders, let admitted else { return nil }
        var evidence = admitted.evidence
        let earlier = Set(snapshot.policy.signals(in: evidence))
        evidence.dialect = snapshot.finding(of: matcher, for: vantage)
        evidence.envelope = envelopeProbability(.afterHeaders)
        evidence.contradictions = contradictions(evidence.dialect)
        let signals = snapshot.policy.signals(in: evidence)
        guard !Set(signals).isSubset(of: earlier) else { return nil }
        self.admitted = nil
        return decide(evidence, isKnown: admitted.isKnown, isAtEnd: true, at: now)
    }

    /// What of the message's claims the dialect disproves, each kind once.
    private func contradictions(_ finding: DialectFinding) -> [Signal] {
        let speaker = finding.speaker
        let found = Contradiction.all(in: claims, dialect: speaker.name, dialectClass: speaker.dialectClass)
        let words = Set(found.map(\.reason))
        return Signal.allCases.filter { words.contains($0.rawValue) }
    }

    /// The message was taken. A client that no signal spoke against is remembered for it.
    public mutating func endOfMessage(at now: UnixTime) -> MemoryChange? {
        isInTransaction = false
        guard isMessageClean, !isAuthenticated, let client else { return nil }
        return memory.noteCleanMessage(from: client, at: now)
    }

    /// How likely the envelope is that of spam, when as many senders send spam as do not.
    private func envelopeProbability(_ moment: EnvelopeMoment) -> Double? {
        guard let envelope, let model = snapshot.envelopes else { return nil }
        return model.evidence(of: envelope, at: moment).probability()
    }

    private func evidence(on recipient: MailAddress, hasGoodHistory: Bool) -> Evidence {
        Evidence(
            client: peers.client, clientPort: peers.clientPort.map(Int.init), clientName: peers.clientName ?? "",
            resolution: peers.resolution, isAuthenticated: isAuthenticated, helo: helo, heloShape: heloShape,
            dialect: snapshot.finding(of: matcher, for: vantage),
            envelope: envelopeProbability(.beforeData), sender: sender,
            recipient: recipient, unknownRecipients: unknownRecipients, recipients: recipients,
            hasGoodHistory: hasGoodHistory)
    }

    private mutating func decide(
        _ evidence: Evidence, isKnown: Bool, isAtEnd: Bool = false, question: DistinguishingReply? = nil,
        at now: UnixTime
    ) -> Decision {
        let policy = snapshot.policy
        let judgement = policy.judgement(for: evidence)
        if !judgement.signals.isEmpty { isMessageClean = false }
        var reasons = [judgement.exemption?.rawValue].compactMap(\.self) + judgement.signals.map(\.rawValue)
        if isAtEnd { reasons.append("message.headers") }
        var changes: [MemoryChange] = []
        var verdict = Verdict.accept
        // What a lie that cannot be told gives way to.
        var truth = Verdict.accept
        var lie: DecisionMemory.LieSubject?
        if judgement.desert != .accept, let network {
            let (standing, noted) = memory.judge(attempt(evidence, network), at: now)
            changes = noted
            truth = standing.isPassed ? .accept : .tempfail
            let draw = memory.key.hash(lottery: evidence.recipient, network: network).unitInterval
            verdict = isAtEnd ? truth : policy.verdict(for: judgement, standing: standing, draw: draw)
            if verdict == .tempfail || verdict == .accept { reasons.insert(standing.word, at: 0) }
            if verdict == .fakeReject {
                let subject = DecisionMemory.LieSubject(
                    recipient: memory.key.hash(recipient: evidence.recipient.unquoted),
                    network: memory.key.hash(network: network))
                if memory.isUndone(subject) {
                    verdict = .accept
                    reasons.insert("lie.undone", at: 0)
                } else {
                    lie = subject
                }
            }
        }
        // Whoever is exempt is not asked, and whoever came back after the question has answered it.
        var asked: DistinguishingReply?
        if judgement.desert == .accept, judgement.exemption == nil, let question, let network {
            let (standing, noted) = memory.judge(attempt(evidence, network), at: now)
            changes = noted
            reasons.append(standing.word)
            if !standing.isPassed {
                verdict = .tempfail
                truth = .tempfail
                asked = question
                hasAsked = true
                reasons.append("probe." + question.variation.id)
            }
        }
        let domain = evidence.recipient.foldedDomain
        let isTripped = memory.isBreakerTripped(at: now)
        var applied = isTripped ? .accept : policy.applied(verdict, domain: domain)
        var reply = reply(for: applied, to: evidence.recipient, domain: domain)
        if applied == .fakeReject, reply == nil {
            applied = policy.applied(truth, domain: domain)
            reply = self.reply(for: applied, to: evidence.recipient, domain: domain)
        }
        if applied != .fakeReject { lie = nil }
        let trips = isKnown && tripsBreaker(refused: applied.isRefusal, at: now)
        let record = VerdictRecord(
            time: now, session: "", client: peers.client?.description ?? "", clientName: peers.clientName ?? "",
            helo: helo ?? "", sender: sender.unquoted, recipient: evidence.recipient.unquoted, verdict: verdict,
            applied: applied, reasons: reasons.isEmpty ? ["none"] : reasons, dialect: label,
            dialectState: matcher.states, mode: isTripped ? .observe : policy.configuration.mode,
            reply: reply?.description ?? "", senderScore: evidence.senderFinding?.description ?? "")
        return Decision(
            record: record, reply: reply, changes: changes, lie: lie, tripsBreaker: trips,
            question: reply == nil ? nil : asked)
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

    /// The reply for what is applied; `nil` for a lie that would not be byte for byte what the mail server says.
    private func reply(for applied: Verdict, to recipient: MailAddress, domain: String) -> RefusalReply? {
        switch applied {
        case .accept: return nil
        case .tempfail: return Self.greylistedReply
        case .reject: return Self.policyReply
        case .fakeReject:
            let table = snapshot.policy.configuration.unknownUserTable
            let genuine = memory.genuineReply(for: domain) ?? GenuineReply.standard(for: peers.mta, table: table)
            return genuine?.reply(to: recipient, mta: peers.mta)
        }
    }

    private func attempt(_ evidence: Evidence, _ network: AddressPrefix) -> Greylist.Attempt {
        let key = memory.key
        let triplet = key.hash(network: network, sender: evidence.sender, recipient: evidence.recipient)
        // The addresses of a botnet speak one dialect too; each must come back by itself.
        let isHostile = evidence.dialect.signal == .dialectBot || evidence.dialect.signal == .dialectAttack
        let pool = key.hash(dialect: matcher.label, sender: evidence.sender, recipient: evidence.recipient)
        return Greylist.Attempt(
            triplet: triplet, pool: isHostile ? triplet : pool, network: key.hash(network: network))
    }

    private static func address(_ arguments: Span<UInt8>) -> MailAddress {
        let length = min(arguments.count, limits.argumentBytes)
        let end = (0..<length).first { arguments[$0] == 0 } ?? length
        return MailAddress(argument: (0..<end).map { arguments[$0] })
    }
}

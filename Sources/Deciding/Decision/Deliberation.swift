import Dialects
import KeyedHashing
import Memory
import Policy
import SMTP

/// From the evidence on one recipient to a decision: what the policy makes of it, what is remembered of the client, and
/// what of that is applied. Evidence in, decision out; weighed, asked, and then answered once.
struct Deliberation {
    private let snapshot: DecisionSnapshot
    private let memory: DecisionMemory
    private let id: String
    private let mta: MTA
    private let reading: DialectReading
    private let evidence: Evidence
    let judgement: Judgement
    /// The network that the client is remembered by; `nil` for one without an address.
    private let clientNetwork: KeyedHash?
    private let isAtEnd: Bool
    private let now: UnixTime
    private var reasons: [Reason]
    private var changes: [MemoryChange] = []
    private var verdict = Verdict.accept
    /// What a lie that cannot be told gives way to.
    private var truth = Verdict.accept
    /// What would be told to whom, where a lie is due.
    private var lie: LieKey?
    /// Whether the draw has spared the recipient the lie.
    private var isSpared = false
    private(set) var question: DistinguishingReply?

    private static let greylistedReply = try? RefusalReply.greylisted()
    private static let policyReply = try? RefusalReply.refusedByPolicy()

    /// - Parameters:
    ///   - reading: what the dialect machine says of the client.
    ///   - clientNetwork: the network that the client is remembered by.
    ///   - isAtEnd: whether the message has come whole: it can only be put off then.
    init(
        on evidence: Evidence, id: String, mta: MTA, reading: DialectReading, snapshot: DecisionSnapshot,
        memory: DecisionMemory, network clientNetwork: KeyedHash?, isAtEnd: Bool, at now: UnixTime
    ) {
        self.snapshot = snapshot
        self.memory = memory
        self.id = id
        self.mta = mta
        self.reading = reading
        self.evidence = evidence
        self.now = now
        self.isAtEnd = isAtEnd
        self.clientNetwork = clientNetwork
        judgement = snapshot.policy.judgement(for: evidence, suspended: memory.suspended(at: now), isAtEnd: isAtEnd)
        reasons = []
        if let exemption = judgement.exemption { reasons.append(.exempt(exemption)) }
        for signal in judgement.signals { reasons.append(.signal(signal)) }
        if let limit = judgement.limit { reasons.append(.limited(limit)) }
        for cause in judgement.suspended.sorted() { reasons.append(.suspended(cause)) }
    }

    /// What the client gets for what it deserves, knowing what it has done before. Once a message has come whole, it can
    /// only be put off.
    mutating func weigh() {
        if isAtEnd { reasons.append(.atEndOfMessage) }
        guard judgement.desert != .accept, let network else { return }
        let standing = standing(in: network)
        truth = standing.isPassed ? .accept : .tempfail
        verdict = isAtEnd ? truth : self.verdict(standing, network)
        if verdict == .tempfail || verdict == .accept { reasons.insert(.standing(standing), at: 0) }
        guard verdict == .fakeReject, let lie, memory.standing(of: lie).isUndone else { return }
        self.lie = nil
        verdict = .accept
        reasons.insert(.lieUndone, at: 0)
    }

    /// What the policy makes of it, and of a lie that is due what keeps it from being told. One that was told is told again,
    /// whatever limits and the draw say by now: an address does not begin to exist.
    private mutating func verdict(_ standing: GreylistStanding, _ network: AddressPrefix) -> Verdict {
        let policy = snapshot.policy
        let recipient = evidence.attempt.recipient
        guard judgement.desert == .certain, policy.configuration.lies, let clientNetwork else {
            return policy.verdict(for: judgement, standing: standing, draw: 1)
        }
        let subject = LieKey(
            recipient: memory.key.hash(recipient: recipient.unquoted), network: memory.key.hash(network: network))
        lie = subject
        let known = memory.standing(of: subject)
        if known.isUndone { return .fakeReject }
        let isHostile = evidence.attempt.dialect.signal?.isHostile ?? false
        var obstacle = policy.lieObstacle(in: evidence)
        obstacle = obstacle ?? memory.obstacle(toLyingTo: clientNetwork, isHostile: isHostile)
        if obstacle == nil, !known.isTold {
            obstacle = memory.limit(
                on: subject, about: recipient.foldedDomain, to: clientNetwork,
                under: policy.configuration.lieLimits, at: now)
            let draw = memory.key.hash(lottery: recipient).unitInterval
            if obstacle == nil, draw >= policy.configuration.fakeRejectFraction { obstacle = .spared }
        }
        guard let obstacle else { return .fakeReject }
        isSpared = obstacle == .spared
        reasons.append(.noLie(obstacle))
        return policy.verdict(for: judgement, standing: standing, draw: 1)
    }

    /// Asks a client that nothing speaks against what would tell most about its dialect. Whoever is exempt is not asked,
    /// and whoever came back after the question has answered it.
    mutating func ask(_ question: DistinguishingReply) {
        guard judgement.desert == .accept, judgement.exemption == nil, let network else { return }
        let standing = standing(in: network)
        reasons.append(.standing(standing))
        guard !standing.isPassed else { return }
        verdict = .tempfail
        truth = .tempfail
        self.question = question
        reasons.append(.asked(question.variation.id))
    }

    /// What is applied of a verdict: nothing while observing, and nothing but the administrator's own refusals while the
    /// breaker is open. Those hold in mode `enforce` whatever else is switched on, in all domains.
    private func applied(_ verdict: Verdict) -> Verdict {
        let policy = snapshot.policy
        if memory.isObserving { return .accept }
        if judgement.desert == .denied { return policy.configuration.mode == .enforce ? verdict : .accept }
        if memory.isBreakerTripped(at: now) { return .accept }
        return policy.applied(verdict, domain: evidence.attempt.recipient.foldedDomain)
    }

    /// What is said to the client, and why.
    ///
    /// - Parameters:
    ///   - trip: what the breaker switches off with it.
    ///   - label: what the client speaks, in a word.
    ///   - states: the states that its session can be in.
    mutating func decision(trip: BreakerTrip?, label: String, states: String) -> Decision {
        let policy = snapshot.policy
        let isObserving = memory.isObserving || trip == .whole || memory.isBreakerTripped(at: now)
        var applied = applied(verdict)
        var reply = reply(for: applied)
        if applied == .fakeReject, reply == nil {
            applied = self.applied(truth)
            reply = self.reply(for: applied)
            reasons.append(.noLie(.wording))
        }
        let record = VerdictRecord(
            time: now, session: id, client: evidence.attempt.client?.description ?? "",
            clientName: evidence.attempt.clientName,
            helo: evidence.helo ?? "", sender: evidence.attempt.sender.unquoted,
            recipient: evidence.attempt.recipient.unquoted,
            verdict: verdict, applied: applied, reasons: reasons.isEmpty ? [.none] : reasons,
            dialect: label, dialectState: states,
            mode: isObserving ? .observe : policy.configuration.mode,
            reply: reply?.description ?? "", senderScore: evidence.attempt.senderFinding?.description ?? "")
        noteRequest(isLie: applied == .fakeReject)
        // Whoever could not be lied to was not spared it.
        let isSpared = isSpared && self.applied(.fakeReject) == .fakeReject && self.reply(for: .fakeReject) != nil
        var decision = Decision(
            record: record, reply: reply, changes: changes, lie: applied == .fakeReject ? lie : nil,
            spared: isSpared ? lie : nil, trip: trip, question: reply == nil ? nil : question)
        decision.isJudgedSpam = judgement.desert == .certain || judgement.desert == .denied
        let isAlwaysLetIn = judgement.exemption?.reach == .everything
        decision.isOfGoodClient = isAlwaysLetIn || evidence.hasGoodHistory && !judgement.endsHistory
        return decision
    }

    /// What is remembered of the request for the lies that may follow.
    private func noteRequest(isLie: Bool) {
        let recipient = evidence.attempt.recipient
        if isLie, let lie { memory.tell(lie, about: recipient.foldedDomain, at: now) }
        guard snapshot.policy.configuration.lies, !isAtEnd, judgement.exemption?.reach != .everything,
            let clientNetwork
        else { return }
        memory.noteRequest(
            from: clientNetwork, sender: evidence.attempt.sender.foldedDomain, isUnknown: isLie,
            isDue: judgement.desert == .certain, at: now)
    }

    /// The client's network, as greylist and lies know it; `nil` without an address.
    private var network: AddressPrefix? {
        let greylist = snapshot.policy.configuration.greylist
        return evidence.attempt.client.map {
            $0.network(prefixLength: $0.family == .ipv4 ? greylist.ipv4PrefixLength : greylist.ipv6PrefixLength)
        }
    }

    /// What the greylist says of the attempt, which it remembers.
    private mutating func standing(in network: AddressPrefix) -> GreylistStanding {
        let key = memory.key
        let triplet = key.hash(network: network, sender: evidence.attempt.sender, recipient: evidence.attempt.recipient)
        // The addresses of a botnet speak one dialect too; each must come back by itself.
        let isHostile = evidence.attempt.dialect.signal?.isHostile ?? false
        let pool = key.hash(
            dialect: reading.poolWord, sender: evidence.attempt.sender,
            recipient: evidence.attempt.recipient)
        let attempt = Greylist.Attempt(
            triplet: triplet, pool: isHostile ? triplet : pool, network: key.hash(network: network),
            client: evidence.attempt.client.map { key.keys(of: $0) })
        let (standing, noted) = memory.judge(attempt, at: now)
        changes = noted
        return standing
    }

    /// The reply for what is applied; `nil` for a lie that would not be byte for byte what the mail server says.
    private func reply(for applied: Verdict) -> RefusalReply? {
        switch applied {
        case .accept: return nil
        case .tempfail: return Self.greylistedReply
        case .reject: return Self.policyReply
        case .fakeReject:
            let table = snapshot.policy.configuration.unknownUserTable
            let learned = memory.genuineReply(for: evidence.attempt.recipient.foldedDomain)
            let genuine = learned ?? GenuineReply.standard(for: mta, table: table)
            return genuine?.reply(to: evidence.attempt.recipient, mta: mta)
        }
    }
}

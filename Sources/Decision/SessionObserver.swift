import Dialects
import Envelopes
import Policy
import SMTP
import Sessions

/// What a client has shown in its session so far: feeds the observers of dialect, envelope and claims with events, and
/// says what they have found. Never decides.
struct SessionObserver: Sendable {
    let peers: SessionPeers
    private let snapshot: DecisionSnapshot
    private let vantage: Vantage
    private(set) var matcher: DialectMatcher
    /// What the envelope is like; `nil` without a model that could judge it.
    private var envelope: EnvelopeObserver?
    private var claims = ClaimObserver()
    /// MAIL that waits for what Postfix tells about the greeting with the first recipient.
    private var heldMail: [UInt8]?
    private var knowsGreeting = false
    private(set) var helo: String?
    private var heloShape: HELOShape?
    private(set) var isAuthenticated = false
    private var isInTransaction = false
    private var hasTLS = false
    /// Whether the last greeting was HELO, as far as the mail server tells.
    private var saidHELO = false
    /// Whether the client is the host that the mail server runs on.
    private let isOwnHost: Bool
    /// Whether the client's whole address stands in its name.
    private let nameHoldsAddress: Bool
    private var sender = MailAddress(argument: Array("<>".utf8))
    private var recipients = 0
    private var unknownRecipients = 0

    /// What is kept of strangers' text is bounded as in transcripts.
    private static let limits = RecorderLimits()

    init(snapshot: DecisionSnapshot, peers: SessionPeers, vantage: Vantage, isOwnHost: Bool = false) {
        self.isOwnHost = isOwnHost
        self.snapshot = snapshot
        self.peers = peers
        self.vantage = vantage
        envelope = snapshot.envelopes == nil ? nil : EnvelopeObserver(peers: peers)
        matcher = DialectMatcher(machine: snapshot.machine(for: vantage), peers: peers)
        nameHoldsAddress =
            peers.client.map { AddressTrace(of: $0).isWhole(in: Array((peers.clientName ?? "").utf8)) } ?? false
    }

    /// What the decision machine says, in a word for logs.
    var label: String {
        switch snapshot.matching {
        case .paper: matcher.label
        case .likelihood: matcher.posterior.label
        }
    }

    /// What the client has said and what it is called, where a refusal may quote it.
    var saidByClient: [String] { [helo ?? "", peers.clientName ?? "", sender.unquoted] }

    /// What stands for the dialect in the greylist's keys: the same for all addresses of a sender's pool.
    var poolWord: String {
        switch snapshot.matching {
        case .paper: matcher.label
        case .likelihood: matcher.posterior.poolWord
        }
    }

    /// Whether the session can only be a hostile engine's.
    var isHostile: Bool {
        switch snapshot.finding(of: matcher, for: vantage).signal {
        case .dialectBot, .dialectAttack: true
        default: false
        }
    }

    /// The temporary refusal that would tell most about a client that may be hostile and may not, where its reaction can
    /// change the verdict.
    var question: DistinguishingReply? {
        switch snapshot.matching {
        case .paper:
            guard Set(matcher.match.dialects.map(\.dialectClass.isHostile)).count == 2 else { return nil }
            return snapshot.question(to: matcher, for: vantage)
        case .likelihood:
            let posterior = matcher.posterior
            guard posterior.verdict == .ambiguous else { return nil }
            // No bot is known that both takes the trouble of TLS and speaks like known software.
            if hasTLS, posterior.knownSoftware > posterior.hostile { return nil }
            guard let question = snapshot.question(to: matcher, for: vantage),
                question.chanceOfConviction(under: posterior) >= Self.leastChance
            else { return nil }
            return question
        }
    }

    /// How likely the reaction to a question must convict the client for it to be asked: every question delays a mail.
    private static let leastChance = 0.25

    mutating func helo(_ argument: Span<UInt8>) {
        let bytes = (0..<min(argument.count, Self.limits.argumentBytes)).map { argument[$0] }
        let shape = HELOShape(
            of: bytes, client: peers.client, ptr: peers.clientName, server: isOwnHost ? nil : peers.serverName,
            serverAddress: isOwnHost ? nil : peers.server)
        helo = String(decoding: bytes, as: UTF8.self)
        heloShape = shape
        matcher.helo(argument, shape: shape)
        envelope?.helo(argument, shape: shape)
        claims.helo(argument, clientName: peers.clientName, resolution: peers.resolution)
    }

    mutating func startTLS() {
        hasTLS = true
        matcher.startTLS()
    }

    mutating func proto(_ name: String) {
        knowsGreeting = true
        saidHELO = name == "SMTP"
        matcher.proto(isExtended: name.hasPrefix("ESMTP"))
        envelope?.proto(isExtended: name.hasPrefix("ESMTP"))
    }

    mutating func authenticated() {
        isAuthenticated = true
        matcher.authenticated()
    }

    mutating func mail(_ arguments: Span<UInt8>) {
        sender = Self.address(arguments)
        isInTransaction = true
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

    /// RCPT; `isUnknown` when the mail server refuses it because nobody is there.
    mutating func recipient(_ arguments: Span<UInt8>, isUnknown: Bool = false) {
        releaseMail()
        recipients += 1
        if isUnknown { unknownRecipients += 1 }
        matcher.recipient(arguments)
    }

    /// What RCPT was answered.
    mutating func answered(isTemporary: Bool) { matcher.answered(isTemporary ? .transient : .permanent) }

    mutating func data() {
        releaseMail()
        matcher.data()
    }

    mutating func header(name: Span<UInt8>, value: Span<UInt8>) {
        matcher.header(name: name, value: value)
        envelope?.header(name: name, value: value)
        claims.header(name: name, value: value)
    }

    mutating func endOfHeaders() { matcher.endOfHeaders() }

    mutating func unknown(_ command: Span<UInt8>) {
        releaseMail()
        matcher.unknown(command)
    }

    /// The transaction ended without a message.
    mutating func abort() {
        releaseMail()
        if isInTransaction { matcher.abort() }
        isInTransaction = false
    }

    /// The message was taken.
    mutating func endOfMessage() { isInTransaction = false }

    /// What speaks for and against the client at a recipient that the mail server accepts.
    func evidence(on recipient: MailAddress, hasGoodHistory: Bool) -> Evidence {
        var evidence = Evidence(
            client: peers.client, clientPort: peers.clientPort.map(Int.init), clientName: peers.clientName ?? "",
            resolution: peers.resolution, isAuthenticated: isAuthenticated, helo: helo, heloShape: heloShape,
            dialect: snapshot.finding(of: matcher, for: vantage), envelope: envelopeProbability(.beforeData),
            sender: sender, recipient: recipient, unknownRecipients: unknownRecipients, recipients: recipients,
            hasGoodHistory: hasGoodHistory)
        evidence.nameHoldsAddress = nameHoldsAddress
        evidence.saidHELO = saidHELO
        evidence.isOwnHost = isOwnHost
        return evidence
    }

    /// The same evidence with what the headers have added to it.
    func afterHeaders(_ evidence: Evidence) -> Evidence {
        var evidence = evidence
        evidence.dialect = snapshot.finding(of: matcher, for: vantage)
        evidence.envelope = envelopeProbability(.afterHeaders)
        evidence.contradictions = contradictions(evidence.dialect)
        return evidence
    }

    /// What of the message's claims the dialect disproves, each kind once.
    private func contradictions(_ finding: DialectFinding) -> [Signal] {
        let speaker = finding.speaker
        let found = Contradiction.all(in: claims, dialect: speaker.name, dialectClass: speaker.dialectClass)
        let words = Set(found.map(\.reason))
        return Signal.allCases.filter { words.contains($0.rawValue) }
    }

    /// How likely the envelope is that of spam, when as many senders send spam as do not.
    private func envelopeProbability(_ moment: EnvelopeMoment) -> Double? {
        guard let envelope, let model = snapshot.envelopes else { return nil }
        return model.evidence(of: envelope, at: moment).probability()
    }

    /// The address in the arguments of MAIL or RCPT, which are separated by NUL.
    static func address(_ arguments: Span<UInt8>) -> MailAddress {
        let length = min(arguments.count, limits.argumentBytes)
        let end = (0..<length).first { arguments[$0] == 0 } ?? length
        return MailAddress(argument: (0..<end).map { arguments[$0] })
    }
}

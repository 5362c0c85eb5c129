public import SMTP

/// Walks the decision machine along one session: events in, a match and a posterior out. Its size is ``byteCount``, whatever
/// the model's.
public struct DialectMatcher: Sendable {
    private let machine: DecisionMachine
    private var here: DecisionMachine.Whereabouts
    private var reply = ReplyPattern.Class.unknown
    private var isResetPending = false
    private var isExtended: Bool?
    private var sender: Fingerprint?
    private var headers = HeaderTable.Progress()
    private var trail = LikelihoodTrail()
    private var signs = BehaviourSigns()
    private var isAuthenticated = false
    private var heloDomain: Fingerprint?
    /// What the mail server is about to answer the recipient that comes next.
    private var refusal: ReplyPattern.Class?
    /// What lines show by themselves; only where they come one by one beside what a filter is handed.
    private var lines: LineSigns?

    /// Whether the client is none of the server's own network, as far as addresses tell.
    private let isStranger: Bool

    /// How many bytes of a session's memory a matcher takes.
    public static var byteCount: Int { MemoryLayout<DialectMatcher>.size }

    /// A matcher for a connection that has just been opened.
    public init(machine: DecisionMachine, peers: SessionPeers = SessionPeers()) {
        self.machine = machine
        here = DecisionMachine.Whereabouts(common: machine.start, own: machine.dead)
        isStranger = peers.client.map { !$0.isLocal } ?? true
        if machine.vantage.pairsCommandLines { lines = LineSigns(peers: peers) }
        if peers.serverPort == 587 || peers.serverPort == 465 { signs.insert(.usesSubmissionPort) }
        if let client = peers.client, let server = peers.server, client.isPrivate, server.isPrivate {
            signs.insert(.staysInside)
        }
    }

    /// Everything that the session can be in.
    var place: Place { machine.place(at: here) }

    /// What is known so far, as hard sets: a dialect is possible or not. O(number of dialects possible).
    public var match: DialectMatch { machine.match(at: place) }

    /// The dialect, when one is left. O(1) for a place where sessions come by.
    public var decided: DialectMatch.DialectName? { machine.report(on: place).decided }

    /// The classes of the dialects that are possible. O(1) for a place where sessions come by.
    public var classes: Set<DialectClass> { machine.report(on: place).classes }

    /// What is known so far, in a word for logs. O(1) for a place where sessions come by.
    public var label: String { machine.report(on: place).label }

    /// The states that the session can be in, as `dialect:state`, separated by blanks; `+N` stands for N others. O(1) for a
    /// place where sessions come by.
    public var states: String { machine.report(on: place).states }

    /// How likely the client is of each kind. O(1) for what sessions do as a rule, else O(number of dialects).
    public var posterior: DialectPosterior {
        machine.likelihood.posterior(of: trail, signs: signs, isAuthenticated: isAuthenticated)
    }

    /// How likely the client is of each kind, with all that follows from it. O(wordings of the session) for what sessions do as
    /// a rule, else O(number of dialects).
    public var opinion: DialectOpinion {
        machine.likelihood.opinion(of: trail, signs: signs, isAuthenticated: isAuthenticated)
    }

    // MARK: What a milter is told

    /// Takes an event and its bytes.
    ///
    /// Inside a transaction a milter is told of an abort before HELO, whether the client sent RSET or not, so both are
    /// possible; what an abort was shows with the next event.
    public mutating func take(_ event: ObservedEvent, _ bytes: Span<UInt8>) {
        switch event {
        case .helo(let shape): greeted(bytes, shape, spelling: 0)
        case .proto(let isExtended): if let isExtended { proto(isExtended: isExtended) }
        case .tls:
            note(.startsTLS)
            if lines == nil { step(.startTLS, Wording(.startTLS)) }
        case .auth: isAuthenticated = true
        case .mail:
            flushReset()
            mail(bytes, spelling: 0)
        case .rcpt:
            flushReset()
            recipient(bytes, spelling: 0)
            reply = refusal ?? .positive
            refusal = nil
        case .answered(let isTemporary): answered(isTemporary ? .transient : .permanent)
        case .data: step(.data, Wording(.data))
        case .header(let length):
            machine.index.message.read(
                &headers, name: bytes.extracting(first: length), value: bytes.extracting(droppingFirst: length + 1))
        case .eoh: step(.message, machine.index.message.wording(for: headers))
        case .unknown: unknown(bytes)
        case .abort: isResetPending = true
        case .refused(let code, _): refusal = code.first == "4" ? .transient : .permanent
        case .eom: lines?.takeMessage()
        case .command(let verb, let arguments, let shape, let marks):
            command(verb, line: bytes, arguments, shape, marks)
        case .replied(let code): replied(code)
        case .syn, .hello, .body, .line, .linesLost: break
        }
    }

    /// What the mail server calls the protocol, told at MAIL before the event itself. Passed over at a vantage that does
    /// not tell HELO from EHLO.
    private mutating func proto(isExtended: Bool) {
        guard machine.vantage.tellsHELOFromEHLO else { return }
        self.isExtended = isExtended
        if !isExtended { note(.beginsWithHELO) }
        trail.note(isExtended: isExtended)
    }

    /// An unknown command. HELP and the like come as unknown from a mail server that does not carry them out, and as
    /// nothing from others: no dialect counts on seeing them.
    private mutating func unknown(_ command: Span<UInt8>) {
        if let verb = SMTPVerb(line: (0..<min(command.count, 8)).map { command[$0] }), Self.unseen.contains(verb) {
            return
        }
        flushReset()
        step(.unknown, machine.index.unknownWording(of: command))
        reply = .permanent
    }

    private static let unseen: Set<SMTPVerb> = [.noop, .vrfy, .expn, .help, .etrn]

    /// What the last message was answered, where more is known of it than that it was refused.
    public mutating func answered(_ reply: ReplyPattern.Class) { self.reply = reply }

    /// The client did something that engines do more often than software, or the other way round.
    public mutating func note(_ sign: BehaviourSign) { signs.insert(sign) }

    // MARK: What lines show beside it

    /// A command, put together from its line and what the filter was handed of it.
    private mutating func command(
        _ verb: SMTPVerb?, line: Span<UInt8>, _ arguments: [UInt8], _ shape: HELOShape?, _ marks: LineMarks
    ) {
        let text = (0..<line.count).map { line[$0] }
        for sign in lines?.take(verb, text, marks) ?? [] { note(sign) }
        command(TemplateIndex.Slot(verb), line: line, arguments: arguments.span, shape: shape)
    }

    private mutating func replied(_ code: UInt16) {
        for sign in lines?.replied(code) ?? [] { note(sign) }
        switch code {
        case 200..<400: answered(.positive)
        case 400..<500: answered(.transient)
        case 500..<600: answered(.permanent)
        default: break
        }
    }

    // MARK: What the wire shows

    /// A command line without its end. HELO needs its argument's `shape`, MAIL and RCPT their arguments, separated by
    /// NUL.
    package mutating func command(
        _ slot: TemplateIndex.Slot, line: Span<UInt8>, arguments: Span<UInt8>, shape: HELOShape? = nil
    ) {
        let count = SpellingTable.fixedCount(of: line, slot: slot)
        let spelling = machine.index.spelling(slot, line.extracting(0..<count))
        switch slot {
        case .helo:
            guard let shape else { return }
            greeted(arguments, shape, spelling: spelling)
        case .mail: mail(arguments, spelling: spelling)
        case .recipient: recipient(arguments, spelling: spelling)
        case .unknown: step(.unknown, machine.index.unknownWording(of: line))
        default:
            var wording = Wording(slot)
            wording.spelling = spelling
            step(slot, wording)
        }
    }

    // MARK: Steps

    private mutating func greeted(_ argument: Span<UInt8>, _ shape: HELOShape, spelling: UInt32) {
        HELOSigns.add(to: &signs, argument: argument, shape: shape, isStranger: isStranger)
        heloDomain = shape.form == .fqdn && isStranger ? Fingerprint.folded(argument, 0..<argument.count) : nil
        let slot: TemplateIndex.Slot = isResetPending ? .heloAfterAbort : .helo
        isResetPending = false
        var wording = machine.index.wording(ofHELO: argument, shape: shape)
        wording.spelling = spelling
        step(slot, wording)
    }

    private mutating func mail(_ arguments: Span<UInt8>, spelling: UInt32) {
        var (wording, address) = machine.index.wording(ofMail: arguments)
        wording.spelling = spelling
        sender = address
        headers = HeaderTable.Progress()
        if arguments.count > 0, arguments[0] != UInt8(ascii: "<") { note(.bareAddressPath) }
        if arguments.indices.contains(where: { arguments[$0] == 0 }) { note(.usesParameters) }
        step(.mail, wording)
    }

    private mutating func recipient(_ arguments: Span<UInt8>, spelling: UInt32) {
        if let heloDomain, heloDomain == Self.domain(of: arguments) { note(.claimsRecipientDomain) }
        var wording = machine.index.wording(ofRecipient: arguments, sender: sender)
        wording.spelling = spelling
        step(.recipient, wording)
    }

    /// The domain of an address as it stands in RCPT, letter case aside.
    private static func domain(of arguments: Span<UInt8>) -> Fingerprint? {
        var end = 0
        var at: Int?
        while end < arguments.count, arguments[end] != 0, arguments[end] != UInt8(ascii: ">") {
            if arguments[end] == UInt8(ascii: "@") { at = end }
            end += 1
        }
        return at.map { Fingerprint.folded(arguments, ($0 + 1)..<end) }
    }

    private mutating func flushReset() {
        guard isResetPending else { return }
        isResetPending = false
        step(.reset, Wording(.reset))
    }

    private mutating func step(_ slot: TemplateIndex.Slot, _ wording: Wording) {
        trail.note(slot, wording, after: reply, machine.index)
        here = machine.step(
            from: here, slot, wording, after: reply, isExtended: slot == .mail ? isExtended : nil)
        reply = .unknown
    }
}

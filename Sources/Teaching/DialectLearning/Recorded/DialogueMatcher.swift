public import Dialects
public import SMTP

/// Walks the decision machine along a recorded conversation, as an observer at the machine's vantage would have seen it.
///
/// Where the wire itself shows, every message counts; elsewhere what the mail server passes on: see ``MilterView``.
public struct DialogueMatcher {
    /// The conversation.
    public let dialogue: Dialogue

    /// The machine's walk so far.
    public private(set) var matcher: DialectMatcher

    /// How many messages have been taken.
    public private(set) var position = 0

    private let machine: DecisionMachine
    private let reader: EventReader
    private var wire: WireSigns
    private var view: MilterView
    /// Where command lines come beside what a filter is handed.
    private var assembler: LineAssembler?

    /// A walk that has not begun.
    public init(machine: DecisionMachine, dialogue: Dialogue) {
        self.machine = machine
        self.dialogue = dialogue
        matcher = DialectMatcher(machine: machine, peers: dialogue.peers)
        var peers = dialogue.peers
        peers.serverName = peers.serverName ?? Self.name(in: dialogue.greeting)
        reader = EventReader(peers: peers)
        wire = WireSigns(dialogue, peers: peers)
        view = MilterView(vantage: machine.vantage, of: dialogue)
        if machine.vantage.pairsCommandLines { assembler = LineAssembler(peers: peers) }
    }

    /// The message that comes next; `nil` at the end.
    public var upcoming: ClientMessage? {
        position < dialogue.exchanges.count ? dialogue.exchanges[position].message : nil
    }

    /// Takes the next message; returns whether there was one.
    @discardableResult
    public mutating func step() -> Bool {
        guard position < dialogue.exchanges.count else { return false }
        if machine.vantage.filteredServer == nil { takeLine() } else { takeAtMilter() }
        position += 1
        return true
    }

    /// Takes all messages that are left, and the way the conversation ended.
    public mutating func finish() {
        while step() {}
        assembler?.finish { matcher.take($0, $1) }
        guard machine.vantage.seesConnection else { return }
        for sign in wire.signsAtEnd() { matcher.note(sign) }
    }

    // MARK: Command lines

    private mutating func takeLine() {
        let message = dialogue.exchanges[position].message
        if machine.vantage.seesConnection {
            matcher.answered(ReplyPattern.Class(dialogue.cause(ofMessageAt: position)))
            for sign in wire.take() { matcher.note(sign) }
        }
        if wire.isAuthenticated(beforeMessageAt: position) { matcher.take(.auth, [UInt8]().span) }
        let line = message.bytes
        switch message.kind {
        case .command(let verb): command(verb, line)
        case .unknownCommand: matcher.command(.unknown, line: line.span, arguments: line.span)
        case .content: content(message)
        case .authentication, .tls: break
        }
    }

    private mutating func command(_ verb: SMTPVerb, _ line: [UInt8]) {
        let slot = TemplateIndex.Slot(verb)
        switch verb {
        case .helo, .ehlo:
            let argument = CommandArguments.greeting(line)
            matcher.command(slot, line: line.span, arguments: argument.span, shape: reader.shape(of: argument))
        case .mail, .rcpt: matcher.command(slot, line: line.span, arguments: CommandArguments.path(line).span)
        default: matcher.command(slot, line: line.span, arguments: line.span)
        }
    }

    private mutating func content(_ message: ClientMessage) {
        for (name, value) in message.headers {
            let bytes = Array(name) + [0] + Array(value)
            matcher.take(.header(nameLength: name.count), bytes.span)
        }
        matcher.take(.eoh, [UInt8]().span)
    }

    // MARK: A milter

    private mutating func takeAtMilter() {
        let exchange = dialogue.exchanges[position]
        let reply = ReplyPattern.Class(exchange.reply)
        for event in view.events(of: exchange) {
            let bytes = Array(event.bytes)
            guard let observed = reader.read(event.kind, bytes.span) else { continue }
            if assembler != nil {
                assembler?.take(observed, bytes.span) { matcher.take($0, $1) }
                continue
            }
            matcher.take(observed, bytes.span)
            if event.kind == .rcpt, reply != .unknown { matcher.answered(reply) }
        }
    }

    /// The name that a server gives in its greeting, if it is a full one.
    private static func name(in greeting: ServerReply?) -> String? {
        guard let word = greeting?.texts.first?.split(separator: " ").first?.lowercased(), word.contains(".") else {
            return nil
        }
        let isName = word.utf8.allSatisfy { 0x61...0x7a ~= $0 || 0x30...0x39 ~= $0 || $0 == 0x2d || $0 == 0x2e }
        return isName ? word : nil
    }
}

extension ReplyPattern.Class {
    /// What a reply means; `unknown` for none, and for those of odd form, which clients read in different ways.
    init(_ reply: ServerReply?) {
        guard let reply, ReplySymbol(reply, isUsuallyLong: true).isOrdinary else {
            self = .unknown
            return
        }
        switch reply.code / 100 {
        case 2, 3: self = .positive
        case 4: self = .transient
        case 5: self = .permanent
        default: self = .unknown
        }
    }
}

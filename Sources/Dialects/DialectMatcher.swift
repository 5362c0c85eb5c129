public import SMTP

/// Walks the decision machine along one session: events in, a match out. A few dozen bytes, no allocation.
public struct DialectMatcher: Sendable {
    private let machine: DecisionMachine
    private var node = DecisionMachine.startNode
    private var reply = ReplyPattern.Class.unknown
    private var isResetPending = false
    private var isExtended: Bool?
    private var sender: Fingerprint?
    private var headers = HeaderTable.Progress()

    /// A matcher for a connection that has just been opened.
    public init(machine: DecisionMachine) {
        self.machine = machine
    }

    /// What is known so far.
    public var match: DialectMatch { machine.nodes[Int(node)].match }

    /// What is known so far, in a word for logs.
    public var label: String { machine.nodes[Int(node)].label }

    /// The states that the session can be in, as `dialect:state`, separated by blanks; `+N` stands for N others.
    public var states: String { machine.nodes[Int(node)].states }

    /// The machine's node.
    public var nodeNumber: Int { Int(node) }

    /// HELO or EHLO. Inside a transaction a milter is told of an abort first, whether the client sent RSET or not, so
    /// both are possible.
    public mutating func helo(_ argument: Span<UInt8>, shape: HELOShape) {
        let templates = machine.index.helo.mask(for: argument, shape: shape)
        let slot: TemplateIndex.Slot = isResetPending ? .heloAfterAbort : .helo
        isResetPending = false
        step(slot, templates)
    }

    /// TLS has begun.
    public mutating func startTLS() { step(.startTLS, .only(0)) }

    /// What the mail server calls the protocol, told at MAIL before the event itself.
    /// Passed over at a vantage that does not tell HELO from EHLO.
    public mutating func proto(isExtended: Bool) {
        if machine.vantage.tellsHELOFromEHLO { self.isExtended = isExtended }
    }

    /// MAIL; the arguments are separated by NUL.
    public mutating func mail(_ arguments: Span<UInt8>) {
        flushReset()
        let (templates, address) = machine.index.mail.mask(for: arguments, sender: nil)
        sender = address
        headers = HeaderTable.Progress()
        step(.mail, templates)
    }

    /// RCPT; the arguments are separated by NUL.
    public mutating func recipient(_ arguments: Span<UInt8>) {
        flushReset()
        step(.recipient, machine.index.recipient.mask(for: arguments, sender: sender).mask)
        reply = .positive
    }

    /// DATA.
    public mutating func data() { step(.data, .only(0)) }

    /// A header.
    public mutating func header(name: Span<UInt8>, value: Span<UInt8>) {
        machine.index.message.read(&headers, name: name, value: value)
    }

    /// The end of the headers: the message is known as far as its template goes.
    public mutating func endOfHeaders() { step(.message, machine.index.message.mask(for: headers)) }

    /// An unknown command.
    public mutating func unknown(_ command: Span<UInt8>) {
        flushReset()
        step(.unknown, machine.index.unknownMask(for: command))
        reply = .permanent
    }

    /// The transaction ended without a message. What that was shows with the next event.
    public mutating func abort() { isResetPending = true }

    /// What the last message was answered.
    public mutating func answered(_ reply: ReplyPattern.Class) { self.reply = reply }

    private mutating func flushReset() {
        guard isResetPending else { return }
        isResetPending = false
        step(.reset, .only(0))
    }

    private mutating func step(_ slot: TemplateIndex.Slot, _ templates: TemplateMask) {
        node = machine.step(
            from: node, slot, after: reply, isExtended: slot == .mail ? isExtended : nil, templates: templates)
        reply = .unknown
    }
}

/// One SMTP client's session as an MTA shows it to a filter.
///
/// The session keeps to what Postfix does, and in its macros to what the identity's MTA does: macros go out ahead of their command, and only
/// those the filter asked for; steps negotiated away are not sent; a step without reply is not waited for; after
/// ACCEPT or DISCARD nothing more of the message is sent; a verdict at CONNECT or HELO closes the filter's connection;
/// SKIP holds until an event of another kind. What is not sent yields an answer with an ``MilterAnswer/Omission``.
/// What needs no reply (ABORT, macros, steps without reply) is kept back and goes out in one write with the next thing
/// that needs one, or at the end: a filter learns of an ABORT no sooner.
///
/// The order of SMTP commands is the caller's business, as it is the MTA's.
public final class FakeMTASession {
    /// The connection below, for tests that step out of line.
    public let connection: FakeMTAConnection
    /// What was agreed on.
    public private(set) var negotiated: NegotiationAnswer
    /// The macros the MTA knows now; of these the filter is sent those of the stage.
    public var macros: MacroSet

    /// The verdict that holds for the rest of the connection, if there is one.
    public private(set) var connectionVerdict: MilterAnswer.Verdict?
    private var isMessageDecided = false
    private var skipped: MilterCommand?
    private let isSendmail: Bool
    private var queued = 0
    private var unsent: [MilterPacket] = []

    /// Negotiates over a fresh connection.
    public init(
        over connection: FakeMTAConnection, offer: NegotiationOffer = .postfix, identity: MTAIdentity = .postfix
    ) throws(FakeMTAError) {
        self.connection = connection
        macros = identity.macros
        isSendmail = identity.isSendmail
        negotiated = try connection.negotiate(offer)
    }

    /// Connects to a filter and negotiates.
    public convenience init(
        socket: String, fragmentation: Fragmentation = .whole, timeout: Duration = .seconds(10),
        offer: NegotiationOffer = .postfix, identity: MTAIdentity = .postfix
    ) throws(FakeMTAError) {
        let connection = try FakeMTAConnection(to: socket, fragmentation: fragmentation, timeout: timeout)
        try self.init(over: connection, offer: offer, identity: identity)
    }

    /// A client has connected.
    public func connect(_ peer: ClientPeer, macros extra: MacroSet = [:]) throws(FakeMTAError) -> MilterAnswer {
        macros.merge(isSendmail ? peer.sendmailMacros : peer.macros)
        if isSendmail {
            macros["s"] = peer.sendmailHost
            macros["r"] = "SMTP"
        }
        return try ask(.connect, isSendmail ? peer.payload(host: peer.sendmailHost) : peer.payload, extra)
    }

    /// HELO, or EHLO if `isExtended`; only Sendmail lets filters know.
    public func helo(
        _ name: String, isExtended: Bool = true, macros extra: MacroSet = [:]
    ) throws(FakeMTAError) -> MilterAnswer {
        if isSendmail {
            macros["s"] = name
            macros["r"] = isExtended ? "ESMTP" : "SMTP"
            beginQueueing()
        }
        return try ask(.helo, MilterPacket.terminated([name]), extra)
    }

    /// MAIL; the first argument is the address as the client wrote it.
    public func mail(_ arguments: String..., macros extra: MacroSet = [:]) throws(FakeMTAError) -> MilterAnswer {
        try mail(arguments: arguments, macros: extra)
    }

    /// MAIL with any number of arguments.
    public func mail(arguments: [String], macros extra: MacroSet = [:]) throws(FakeMTAError) -> MilterAnswer {
        if isMessageDecided && connectionVerdict == nil {
            throw .outOfOrder("MAIL after a decided message without ABORT; here Postfix panics")
        }
        let address = EnvelopeAddress(arguments.first ?? "")
        macros["{mail_addr}"] = address.text.lowercased()
        macros["{mail_host}"] = address.domain.lowercased()
        macros["{mail_mailer}"] = isSendmail ? "esmtp" : "smtp"
        if isSendmail { beginQueueing() }
        return try ask(.mail, MilterPacket.terminated(arguments), extra)
    }

    /// RCPT; the first argument is the address as the client wrote it.
    ///
    /// A recipient the MTA refuses itself is sent only if the filter has asked for such; the answer is without effect.
    public func rcpt(
        _ arguments: String..., refusedByMTA refusal: RecipientRefusal? = nil, macros extra: MacroSet = [:]
    ) throws(FakeMTAError) -> MilterAnswer {
        try rcpt(arguments: arguments, refusedByMTA: refusal, macros: extra)
    }

    /// RCPT with any number of arguments.
    public func rcpt(
        arguments: [String], refusedByMTA refusal: RecipientRefusal? = nil, macros extra: MacroSet = [:]
    ) throws(FakeMTAError) -> MilterAnswer {
        let address = EnvelopeAddress(arguments.first ?? "")
        macros["{rcpt_addr}"] = address.text.lowercased()
        macros["{rcpt_host}"] = address.domain.lowercased()
        macros["{rcpt_mailer}"] = "local"
        if isSendmail {
            macros["{rcpt_addr}"] = address.localPart.lowercased()
            macros["{rcpt_host}"] = ""
        }
        if let refusal {
            guard negotiated.steps.contains(.rejectedRecipients) else {
                return MilterAnswer(.continue, omission: .suppressed)
            }
            macros.merge(refusal.macros)
        }
        let answer = try ask(.rcpt, MilterPacket.terminated(arguments), extra)
        if refusal == nil && !answer.isRefusal { beginQueueing() }
        return answer
    }

    /// Gives the message a queue id, unless it has one: Postfix behind the first recipient, Sendmail at HELO already.
    private func beginQueueing() {
        guard macros["i"] == nil else { return }
        queued += 1
        macros["i"] = "4FAKE\(queued)"
    }

    /// DATA.
    public func data(macros extra: MacroSet = [:]) throws(FakeMTAError) -> MilterAnswer {
        try ask(.data, [], extra)
    }

    /// A command the MTA does not know. Postfix shows its first word only, Sendmail the line.
    public func unknown(_ command: String, macros extra: MacroSet = [:]) throws(FakeMTAError) -> MilterAnswer {
        try ask(.unknown, MilterPacket.terminated([command]), extra)
    }

    /// The message is abandoned: RSET, HELO, or the end of the connection within a transaction.
    public func abort() throws(FakeMTAError) {
        endMessage()
        guard connectionVerdict == nil else { return }
        unsent.append(MilterPacket(.abort))
    }

    /// Sends what has been kept back.
    public func flush() throws(FakeMTAError) {
        guard !unsent.isEmpty else { return }
        let packets = unsent
        unsent = []
        try connection.send(packets)
    }

    /// The client is gone. Waits for the filter to close, after which all its callbacks have run.
    public func quit() throws(FakeMTAError) {
        guard connection.isOpen else { return }
        if connectionVerdict == nil { unsent.append(MilterPacket(.quit)) }
        try drop()
    }

    /// The MTA ends the connection without a word. Waits for the filter to close.
    public func drop() throws(FakeMTAError) {
        guard connection.isOpen else { return }
        try flush()
        connection.finishWriting()
        try connection.awaitClose()
    }

    /// The client is gone, the connection to the filter is kept for another one; ``connect(_:macros:)`` comes next.
    public func quitForNewClient() throws(FakeMTAError) {
        endMessage()
        unsent.append(MilterPacket(.quitForNewClient))
    }

    /// Sends a command with its macros as far as the negotiation and earlier verdicts let it, and waits for the answer.
    func ask(
        _ command: MilterCommand, _ payload: [UInt8], _ extra: MacroSet = [:]
    ) throws(FakeMTAError) -> MilterAnswer {
        macros.merge(extra)
        if let connectionVerdict { return MilterAnswer(connectionVerdict, omission: .connectionDecided) }
        if isMessageDecided && command != .helo { return MilterAnswer(.continue, omission: .messageDecided) }
        if skipped == command { return MilterAnswer(.continue, omission: .skipped) }
        skipped = nil
        let isSuppressed = !command.suppression.isDisjoint(with: negotiated.steps)
        unsent += macroPackets(for: command)
        if isSuppressed { return MilterAnswer(.continue, omission: .suppressed) }
        unsent.append(MilterPacket(command, payload: payload))
        if !command.noReply.isDisjoint(with: negotiated.steps) { return MilterAnswer(.continue, omission: .noReply) }
        try flush()
        let answer = try connection.receiveAnswer(to: command)
        note(answer.verdict, of: command)
        return answer
    }

    /// Forgets what holds for one message.
    func endMessage() {
        isMessageDecided = false
        macros["i"] = nil
    }

    private func macroPackets(for command: MilterCommand) -> [MilterPacket] {
        guard let stage = MacroStage(command) else { return [MacroSet().packet(for: command)] }
        let chosen = negotiated.symbols[stage] ?? []
        return [macros.selecting(chosen.isEmpty ? stage.postfixDefault : chosen).packet(for: command)]
    }

    private func note(_ verdict: MilterAnswer.Verdict, of command: MilterCommand) {
        switch verdict {
        case .shutdown, .connectionFailure:
            connectionVerdict = verdict
        case .reject, .tempfail, .reply:
            if command.isAboutConnection { connectionVerdict = verdict }
        case .accept:
            if command.isAboutConnection { connectionVerdict = verdict } else { isMessageDecided = true }
        case .discard:
            if !command.isAboutConnection { isMessageDecided = true }
        case .skip:
            skipped = command
        case .continue:
            break
        }
        if connectionVerdict != nil {
            unsent = []
            connection.finishWriting()
        }
    }
}

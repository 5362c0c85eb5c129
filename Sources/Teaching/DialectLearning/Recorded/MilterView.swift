import Dialects
public import SMTP

/// What a milter is handed of a conversation: the mail server's part, message by message.
///
/// Arguments without verbs, no QUIT, a reset only inside of a transaction, and nothing of what the mail server refuses by
/// itself before it asks its filters. Checked against what Postfix 3.7 and Sendmail 8.17 hand over (`MailServerTests`:
/// `ProjectionTests`).
public struct MilterView: Sendable {
    private let vantage: Vantage
    /// Whose filter it is; `nil` where nothing is handed over.
    private let server: MTA?
    private var inTransaction = false
    private var isExtended = false
    private var isEncrypted = false
    private var hasGreetedEncrypted = false
    private var mechanism: String?
    private var isAuthenticated = false
    private var accepted = 0
    private var hasData = false
    private var hasBegun = false
    private var offersPipelining = false

    /// How many messages have been taken.
    private var position = 0
    /// How many of them were sent while it was clear whose turn it was: no mail server answers as what came then.
    private let ordered: Int

    /// The view of a conversation that has not begun. Where the observer is not a filter, no message makes an event.
    public init(vantage: Vantage, of dialogue: Dialogue) {
        self.vantage = vantage
        server = vantage.filteredServer
        ordered = dialogue.hasGaps || dialogue.greeting == nil ? 0 : WireSigns.regularCount(dialogue)
    }

    /// What the milter is told of a message and its reply; often nothing. O(number of bytes).
    ///
    /// Of TLS the event tells no version, of a mail's content there is no `body`.
    public mutating func events(of exchange: Dialogue.Exchange) -> [SessionEvent] {
        guard server != nil else { return [] }
        let handed = handed(exchange)
        guard vantage.seesCommandLines else { return handed }
        // That codes are told is said before the first line.
        let line = lineEvents(exchange)
        if exchange.message.verb == .ehlo, let reply = exchange.reply, 200..<300 ~= reply.code {
            offersPipelining = reply.offeredKeywords.contains("PIPELINING")
        }
        let beginning = hasBegun ? [] : [SessionEvent(time: 0, kind: .replied, bytes: Array("220".utf8)[...])]
        hasBegun = true
        position += 1
        return beginning + line + handed + replyEvents(exchange)
    }

    /// What a tap calls a line that is sent before its turn; `nil` where nobody tells how lines are sent.
    var earlyMark: LineMarks? {
        guard vantage.seesLineMarks else { return nil }
        guard position < ordered else { return [] }
        return !hasBegun ? .beforeGreeting : offersPipelining ? .earlyOffered : .early
    }

    /// What it is handed by the mail server itself.
    private mutating func handed(_ exchange: Dialogue.Exchange) -> [SessionEvent] {
        let message = exchange.message
        switch message.kind {
        case .command(let verb): return command(verb, exchange)
        case .unknownCommand: return unknown(exchange)
        case .content: return content(exchange)
        case .tls:
            isEncrypted = true
            return [event(.tls, [], message)]
        case .authentication:
            note(exchange.reply)
            return []
        }
    }

    /// What the milter is told when the connection is over.
    public mutating func end(at time: UInt64) -> [SessionEvent] { reset(at: time) }

    // MARK: Commands

    private mutating func command(_ verb: SMTPVerb, _ exchange: Dialogue.Exchange) -> [SessionEvent] {
        let message = exchange.message
        switch verb {
        case .helo, .ehlo: return helo(exchange)
        case .mail: return mail(exchange)
        case .rcpt: return recipient(exchange)
        case .data: return data(exchange)
        case .bdat:
            // Sendmail offers no CHUNKING, and does not know the command.
            return server == .sendmail && exchange.isRefused ? unknown(exchange) : data(exchange)
        case .rset: return exchange.isRefused ? [] : reset(at: message.time)
        case .expn, .help:
            // Sendmail knows both; Postfix knows neither.
            return server != .sendmail && exchange.isRefused ? unknown(exchange) : []
        case .auth:
            mechanism = message.bytes.split(separator: UInt8(ascii: " ")).dropFirst().first.map {
                String(decoding: $0, as: UTF8.self).uppercased()
            }
            note(exchange.reply)
            return []
        case .noop, .vrfy, .etrn, .quit, .startTLS: return []
        }
    }

    private mutating func helo(_ exchange: Dialogue.Exchange) -> [SessionEvent] {
        let message = exchange.message
        let argument = CommandArguments.greeting(message.bytes)
        // The mail server refuses by itself what is no name for it, an empty one in any case. 554 is how Sendmail ends the
        // session of a client that has not waited for the greeting.
        let isHidden = exchange.isRefused(by: server == .sendmail ? [501, 503, 554] : [501, 503])
        guard !argument.isEmpty, !isHidden else { return [] }
        isExtended = message.verb == .ehlo
        hasGreetedEncrypted = isEncrypted
        return reset(at: message.time) + [event(.helo, argument, message)]
    }

    private mutating func mail(_ exchange: Dialogue.Exchange) -> [SessionEvent] {
        guard !isHidden(exchange) else { return [] }
        var events: [SessionEvent] = []
        if server == .sendmail || vantage.greeting == .withRecipient {
            events.append(event(.proto, Array(proto.utf8), exchange.message))
        }
        events.append(event(.mail, CommandArguments.path(exchange.message.bytes), exchange.message))
        if let mechanism, isAuthenticated {
            events.insert(event(.auth, Array(mechanism.utf8), exchange.message), at: 0)
        }
        inTransaction = !exchange.isRefused
        accepted = 0
        hasData = false
        return events
    }

    private mutating func recipient(_ exchange: Dialogue.Exchange) -> [SessionEvent] {
        guard !isHidden(exchange) else { return [] }
        // Postfix shows for whom it will not relay, Sendmail does not.
        if server == .sendmail, exchange.isRefused, exchange.says("Relaying denied") { return [] }
        if exchange.isAccepted { accepted += 1 }
        return [event(.rcpt, CommandArguments.path(exchange.message.bytes), exchange.message)]
    }

    private mutating func data(_ exchange: Dialogue.Exchange) -> [SessionEvent] {
        guard accepted > 0, !hasData, !exchange.isRefused(by: [501, 503]) else { return [] }
        hasData = true
        return [event(.data, [], exchange.message)]
    }

    private mutating func unknown(_ exchange: Dialogue.Exchange) -> [SessionEvent] {
        let message = exchange.message
        // Who speaks HTTP is shown the door: 221 by Postfix, 421 by Sendmail.
        if let code = exchange.reply?.code, code / 100 == 2 || code == 421 { return [] }
        let line = message.bytes
        guard server != .sendmail else {
            return isKnownToSendmail(line) ? [] : [event(.unknown, line.prefix { $0 != 0 }, message)]
        }
        let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        let word = line.drop(while: isBlank).prefix { !isBlank($0) }
        return word.isEmpty ? [] : [event(.unknown, word, message)]
    }

    // MARK: Content

    private mutating func content(_ exchange: Dialogue.Exchange) -> [SessionEvent] {
        let message = exchange.message
        guard accepted > 0 else { return [] }
        // Filters see a message when its final dot has come, and when the mail server takes its bytes.
        guard message.isWhole, exchange.reply?.code != 421 else { return [] }
        defer {
            inTransaction = false
            accepted = 0
        }
        var events = message.headers.compactMap { header -> SessionEvent? in
            let name = Array(header.name)
            if server == .postfix, Self.dropped.contains(String(decoding: name, as: UTF8.self).lowercased()) {
                return nil
            }
            let end = name.lastIndex { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }.map { $0 + 1 } ?? 0
            return event(.header, Array(name[..<end]) + [0] + Array(header.value), message)
        }
        events.append(event(.eoh, [], message))
        events.append(event(.eom, [], message))
        return events
    }

    /// The headers that Postfix takes out before its filters see them (message_drop_headers).
    private static let dropped: Set<String> = ["bcc", "content-length", "resent-bcc", "return-path"]

    // MARK: What is common

    private mutating func reset(at time: UInt64) -> [SessionEvent] {
        defer {
            inTransaction = false
            accepted = 0
        }
        return inTransaction ? [SessionEvent(time: time, kind: .abort)] : []
    }

    /// Whether the mail server refuses MAIL or RCPT by itself, before its filters are asked: bad syntax, out of turn,
    /// parameters it does not know, a size above its limit, and under Sendmail addresses that it cannot use.
    private func isHidden(_ exchange: Dialogue.Exchange) -> Bool {
        guard exchange.isRefused else { return false }
        switch exchange.reply?.code {
        case 501, 503, 555: return true
        case 552: return exchange.says("5.3.4") || exchange.says("5.2.3")
        case 553: return server == .sendmail
        case 550: return server == .sendmail && exchange.says("5.0.0 Command rejected")
        default: return false
        }
    }

    /// The commands that Sendmail has heard of besides those of ``SMTPVerb``.
    private static let sendmailVerbs: Set<String> = ["VERB", "SEND", "SAML", "SOML", "TURN"]

    private func isKnownToSendmail(_ line: [UInt8]) -> Bool {
        let word = line.drop { $0 == UInt8(ascii: " ") }.prefix { $0 != UInt8(ascii: " ") }.prefix(5)
        return Self.sendmailVerbs.contains(String(decoding: word, as: UTF8.self).uppercased())
    }

    private mutating func note(_ reply: ServerReply?) {
        if reply?.code == 235 { isAuthenticated = true }
    }

    /// Sendmail's word for the protocol (RFC 3848). TLS shows only when the client has greeted again.
    private var proto: String {
        guard isExtended else { return "SMTP" }
        return "ESMTP" + (hasGreetedEncrypted ? "S" : "") + (isAuthenticated ? "A" : "")
    }

    private func event(
        _ kind: SessionEvent.Kind, _ bytes: some Collection<UInt8>, _ message: ClientMessage
    ) -> SessionEvent {
        SessionEvent(time: message.time, kind: kind, bytes: Array(bytes)[...])
    }
}

extension Dialogue {
    /// The events that a milter at `vantage` is handed of the conversation; see ``MilterView``. Empty where the observer is not a filter.
    public func projected(to vantage: Vantage) -> [SessionEvent] {
        var view = MilterView(vantage: vantage, of: self)
        guard vantage.filteredServer != nil else { return [] }
        return exchanges.flatMap { view.events(of: $0) } + view.end(at: exchanges.last?.message.time ?? 0)
    }
}

extension Dialogue.Exchange {
    fileprivate var isRefused: Bool { (400...599).contains(reply?.code ?? 0) }

    fileprivate var isAccepted: Bool { (200...399).contains(reply?.code ?? 0) }

    fileprivate func isRefused(by codes: Set<UInt16>) -> Bool { reply.map { codes.contains($0.code) } ?? false }

    fileprivate func says(_ words: String) -> Bool { reply?.texts.contains { $0.contains(words) } ?? false }
}

import Dialects
import SMTP

/// What only the wire shows of a client's behaviour, message by message.
///
/// Where a record may mislead (bytes missing, one side not recorded, the order of events unknown) nothing is concluded.
struct WireSigns {
    private let dialogue: Dialogue
    private let serverName: String?
    /// Whether the record shows who spoke first: it has times, and the server's side.
    private let hasOrder: Bool
    /// How many messages were sent before the server first said what no server says in earnest. Honest software has its
    /// own ways to go on after that; they tell dialects apart, not software from engines.
    private let regular: Int

    init(_ dialogue: Dialogue, serverName: String?) {
        self.dialogue = dialogue
        self.serverName = serverName
        regular = Self.regularCount(dialogue)
        hasOrder = !dialogue.hasGaps && dialogue.exchanges.contains { $0.message.time > 0 || ($0.reply?.time ?? 0) > 0 }
    }

    /// The signs that the message at `index` shows.
    func signs(ofMessageAt index: Int) -> [BehaviourSign] {
        let message = dialogue.exchanges[index].message
        guard index < regular else { return message.kind == .tls ? [.startsTLS] : [] }
        var signs = orderSigns(index)
        switch message.kind {
        case .command(let verb):
            if message.lineEnd == .lf || message.lineEnd == .cr { signs.append(.endsLinesWrongly) }
            signs += commandSigns(verb, message.bytes, index)
        case .unknownCommand: signs += LineSigns.unknown(message.bytes)
        case .tls: signs.append(.startsTLS)
        case .content, .authentication: break
        }
        return signs
    }

    /// The messages up to the first one that is answered in an odd form or with a code that means nothing there. What
    /// follows the first mail, or bytes of another protocol such as TLS, counts no more either.
    static func regularCount(_ dialogue: Dialogue) -> Int {
        if let greeting = dialogue.greeting, !isRegular(greeting, to: nil) { return 0 }
        for (index, exchange) in dialogue.exchanges.enumerated() {
            if isBinary(exchange.message) { return index }
            if exchange.message.kind == .content { return index + 1 }
            if let reply = exchange.reply, !isRegular(reply, to: exchange.message) { return index + 1 }
        }
        return dialogue.exchanges.count
    }

    private static func isBinary(_ message: ClientMessage) -> Bool {
        message.kind == .unknownCommand && LineSigns.isBinary(message.bytes)
    }

    private static func isRegular(_ reply: ServerReply, to message: ClientMessage?) -> Bool {
        guard ReplySymbol(reply, isUsuallyLong: true).isOrdinary else { return false }
        switch (message?.kind, reply.code) {
        case (.command(.data), 354): return true
        case (.command(.data), 200..<400): return false
        case (.command(.auth), 334), (.authentication, 334): return true
        case (_, 211), (_, 214), (_, 220), (_, 221), (_, 235), (_, 250...252): return true
        default: return 400..<600 ~= reply.code
        }
    }

    /// Whether the client had logged in by then.
    func isAuthenticated(beforeMessageAt index: Int) -> Bool {
        index > 0 && dialogue.exchanges[index - 1].reply?.code == 235
    }

    /// The signs of how the conversation ended.
    func signsAtEnd() -> [BehaviourSign] {
        guard regular == dialogue.exchanges.count, let last = dialogue.exchanges.last, last.message.verb != .quit,
            !dialogue.isCutByTLS, !dialogue.hasGaps,
            let closing = dialogue.closings.first, closing.isByClient, closing.manner != .timeout,
            let reply = last.reply
        else { return [] }
        switch (last.message.kind, reply.code) {
        case (.content, 200...299): return [.closesAfterDelivery]
        case (_, 400...599): return [.closesAfterRefusal]
        default: return []
        }
    }

    // MARK: Who waits for whom

    private func orderSigns(_ index: Int) -> [BehaviourSign] {
        let message = dialogue.exchanges[index].message
        guard message.isEarly, !dialogue.hasGaps else { return [] }
        if index == 0 {
            // Somebody who speaks first to a server that never speaks has been recorded on one side only.
            return dialogue.greeting == nil ? [] : [.speaksBeforeGreeting]
        }
        let before = dialogue.exchanges[index - 1]
        // The reply must be on record, or nobody knows when it came. Who gives up waiting says QUIT.
        guard before.reply != nil, message.verb != .quit else { return [] }
        let offer = dialogue.offer(beforeMessageAt: index)
        let isOffered = offer.contains("PIPELINING")
        switch before.message.kind {
        case .command(.mail), .command(.rcpt), .command(.rset), .command(.bdat), .content:
            return [isOffered ? .pipelinesOffered : .pipelinesUnoffered]
        default: return [.pipelinesUnoffered]
        }
    }

    /// Whether the message at `index` was sent in the knowledge of the reply before.
    private func hasWaited(_ index: Int) -> Bool {
        guard index > 0, !dialogue.exchanges[index].message.isEarly, dialogue.exchanges[index - 1].reply != nil else {
            return false
        }
        return hasOrder || !dialogue.offer(beforeMessageAt: index).contains("PIPELINING")
    }

    // MARK: Commands

    private func commandSigns(_ verb: SMTPVerb, _ line: [UInt8], _ index: Int) -> [BehaviourSign] {
        var signs: [BehaviourSign] = []
        if index == 0, verb != .quit, let code = dialogue.greeting?.code, code >= 400,
            !dialogue.exchanges[0].message.isEarly
        {
            signs.append(.ignoresRefusedGreeting)
        }
        switch verb {
        case .helo, .ehlo: signs += greetingSigns(verb, line, index)
        case .mail: signs += LineSigns.wording(line)
        case .rcpt:
            let mail = dialogue.exchanges[..<index].lastIndex { $0.message.verb == .mail }
            if let mail {
                if LineSigns.hasBlank(line), !LineSigns.hasBlank(dialogue.exchanges[mail].message.bytes) {
                    signs.append(.blankInRecipientOnly)
                }
                let code = dialogue.exchanges[mail].reply?.code ?? 0
                if mail == index - 1, code >= 400, hasWaited(index) { signs.append(.sendsRecipientAfterRefusedMail) }
            }
        case .data, .bdat: if isDataWithoutRecipient(index) { signs.append(.sendsDataWithoutRecipient) }
        case .rset:
            let before = index > 0 ? dialogue.exchanges[index - 1].message.verb : nil
            if before == .helo || before == .ehlo { signs.append(.resetsFirst) }
        case .auth:
            let offer = dialogue.offer(beforeMessageAt: index)
            if !offer.isEmpty, !offer.contains(where: { $0.hasPrefix("AUTH") }) {
                signs.append(.authenticatesUnoffered)
            }
            let refused = dialogue.exchanges[..<index].count { $0.reply?.code == 535 }
            if refused >= 2 { signs.append(.guessesPasswords) }
        case .vrfy, .expn: signs.append(.asksForAddresses)
        case .quit: if isRefused(index) { signs.append(.quitsAfterRefusal) }
        case .noop, .help, .startTLS, .etrn: break
        }
        return signs
    }

    private func greetingSigns(_ verb: SMTPVerb, _ line: [UInt8], _ index: Int) -> [BehaviourSign] {
        var signs: [BehaviourSign] = []
        let earlier = dialogue.exchanges[..<index].filter { $0.message.verb == .helo || $0.message.verb == .ehlo }
        if verb == .helo, earlier.isEmpty { signs.append(.beginsWithHELO) }
        let argument = CommandArguments.greeting(line)
        if argument.isEmpty, let last = earlier.last, CommandArguments.greeting(last.message.bytes).isEmpty,
            500...599 ~= last.reply?.code ?? 0
        {
            signs.append(.namesNothingAgain)
        }
        let isStranger = dialogue.peers.client.map { !$0.isLocal } ?? true
        let name = String(decoding: argument, as: UTF8.self).lowercased()
        if isStranger, name.contains("."), let serverName, serverName.hasSuffix("." + name) {
            signs.append(.claimsRecipientDomain)
        }
        return signs
    }

    /// Whether all recipients of the transaction had been refused, and the client knew.
    private func isDataWithoutRecipient(_ index: Int) -> Bool {
        guard hasWaited(index), let mail = dialogue.exchanges[..<index].lastIndex(where: { $0.message.verb == .mail })
        else { return false }
        let recipients = dialogue.exchanges[(mail + 1)..<index].filter { $0.message.verb == .rcpt }
        return !recipients.isEmpty && recipients.allSatisfy { ($0.reply?.code ?? 0) >= 400 }
    }

    private func isRefused(_ index: Int) -> Bool {
        index > 0 && (dialogue.exchanges[index - 1].reply?.code ?? 0) >= 400
    }
}

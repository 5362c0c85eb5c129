import Dialects
import SMTP

/// What only the wire shows of a client's behaviour, message by message: a value machine, the
/// messages of a record in, one after another, signs out.
///
/// Where a record may mislead (bytes missing, one side not recorded, the order of events unknown) nothing is concluded.
struct WireSigns {
    private let dialogue: Dialogue
    private var conduct: CommandConduct
    private var next = 0
    /// Whether the record shows who spoke first: it has times, and the server's side.
    private let hasOrder: Bool
    /// How many messages were sent before the server first said what no server says in earnest. Honest software has its
    /// own ways to go on after that; they tell dialects apart, not software from engines.
    private let regular: Int

    init(_ dialogue: Dialogue, peers: SessionPeers) {
        self.dialogue = dialogue
        conduct = CommandConduct(peers: peers)
        regular = Self.regularCount(dialogue)
        hasOrder = !dialogue.hasGaps && dialogue.exchanges.contains { $0.message.time > 0 || ($0.reply?.time ?? 0) > 0 }
    }

    /// The signs that the next message shows.
    mutating func take() -> [BehaviourSign] {
        let index = next
        next += 1
        let message = dialogue.exchanges[index].message
        defer { if let code = dialogue.exchanges[index].reply?.code { conduct.replied(code) } }
        guard index < regular else { return message.kind == .tls ? [.startsTLS] : [] }
        var signs = orderSigns(index)
        switch message.kind {
        case .command(let verb):
            if message.lineEnd == .lf || message.lineEnd == .cr { signs.append(.endsLinesWrongly) }
            signs += commandSigns(verb, message.bytes, index)
        case .unknownCommand:
            conduct.takeOther()
            signs += CommandConduct.unknown(message.bytes)
        case .tls:
            conduct.takeOther()
            signs.append(.startsTLS)
        case .content, .authentication: conduct.takeOther()
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
        message.kind == .unknownCommand && CommandConduct.isBinary(message.bytes)
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

    private mutating func commandSigns(_ verb: SMTPVerb, _ line: [UInt8], _ index: Int) -> [BehaviourSign] {
        var signs: [BehaviourSign] = []
        if index == 0, verb != .quit, let code = dialogue.greeting?.code, code >= 400,
            !dialogue.exchanges[0].message.isEarly
        {
            signs.append(.ignoresRefusedGreeting)
        }
        if verb == .auth {
            let offer = dialogue.offer(beforeMessageAt: index)
            if !offer.isEmpty, !offer.contains(where: { $0.hasPrefix("AUTH") }) {
                signs.append(.authenticatesUnoffered)
            }
        }
        return signs + conduct.take(verb, line, hasWaited: hasWaited(index))
    }
}

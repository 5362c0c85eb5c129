public import Dialects
public import SMTP

extension Dialogue {
    /// How the conversation speaks to an observer at `vantage`: that of its last message, or of what there is.
    ///
    /// Where the wire itself shows, every message counts; elsewhere what the mail server passes on: see ``MilterView``.
    ///
    /// - Parameter naming: see ``SessionFingerprint``.
    public func fingerprints(at vantage: Vantage, naming: GreetingNaming? = nil) -> DialectFingerprints {
        var fingerprint = SessionFingerprint(vantage: vantage, naming: naming)
        let reader = EventReader(peers: peers)
        guard vantage.filteredServer == nil else {
            var assembler = vantage.pairsCommandLines ? LineAssembler(peers: peers) : nil
            for event in projected(to: vantage) {
                let bytes = Array(event.bytes)
                guard let observed = reader.read(event.kind, bytes.span) else { continue }
                if assembler == nil { fingerprint.take(observed, bytes.span) }
                assembler?.take(observed, bytes.span) { fingerprint.take($0, $1) }
            }
            assembler?.finish { fingerprint.take($0, $1) }
            return fingerprint.fingerprints
        }
        let hasOrder = exchanges.contains { $0.message.time > 0 || ($0.reply?.time ?? 0) > 0 }
        let hasReplies = exchanges.contains { $0.reply != nil }
        var offersPipelining = false
        for exchange in exchanges {
            let message = exchange.message
            let isGreeting = message.verb == .helo || message.verb == .ehlo
            let argument = isGreeting ? CommandArguments.greeting(message.bytes) : []
            fingerprint.take(
                message, greeting: isGreeting ? (argument, reader.shape(of: argument)) : nil,
                isUnasked: vantage.seesConnection && hasOrder && message.isEarly && !offersPipelining)
            if message.verb == .ehlo, let reply = exchange.reply, reply.code / 100 == 2 {
                let keywords = reply.offeredKeywords.compactMap { $0.split(separator: " ").first.map(String.init) }
                offersPipelining = keywords.contains("PIPELINING")
            }
            if message.verb == .ehlo, hasReplies { fingerprint.noteOffer(Self.offer(exchange.reply)) }
        }
        if vantage.seesConnection { fingerprint.end(manner) }
        return fingerprint.fingerprints
    }

    /// What a reply to EHLO offers. Extensions are offered by 250 and nothing else (RFC 5321, 4.1.1.1), and clients read none
    /// in what is odd.
    private static func offer(_ reply: ServerReply?) -> [String] {
        guard let reply, reply.code == 250, reply.form.isSubset(of: .multiLine) else { return [] }
        return reply.offeredKeywords.compactMap { $0.split(separator: " ").first.map(String.init) }
    }

    /// How the client's side ended; `nil` where the record does not tell.
    private var manner: Dialect.Final.Manner? {
        guard !isCutByTLS, !hasGaps, let closing = closings.first, closing.isByClient else { return nil }
        switch closing.manner {
        case .fin: return .fin
        case .rst: return .rst
        case .timeout: return .hang
        }
    }
}

import LogLines
import SMTP

extension TransactionTable {
    /// Takes a line of Postfix.
    ///
    /// - Throws: `LogFault.fields` for a line whose form is known and that is damaged all the same.
    mutating func postfix(_ service: ArraySlice<UInt8>, _ line: LogLine, at time: UnixTime) throws(LogFault)
        -> [LoggedRecipient]
    {
        let message = line.message
        if message.begins(with: "proxy-reject: ") || message.begins(with: "proxy-accept: ") {
            return try refusal(message, id: "NOQUEUE", line, time)
        }
        guard let (id, rest) = LogText.queueID(message) else { return [] }
        if rest.begins(with: "client=") {
            begin(id, rest, line, at: time)
            return []
        }
        if rest.begins(with: "to=") {
            guard !service.elementsEqual("pickup".utf8) else { return [] }
            return try delivery(rest, of: id)
        }
        if service.elementsEqual("qmgr".utf8), rest.elementsEqual("removed".utf8) {
            end(id)
            return []
        }
        return try refusal(rest, id: id, line, time)
    }

    /// `client=NAME[ADDRESS], orig_queue_id=…, orig_client=NAME[ADDRESS], sasl_method=…, sasl_username=…`
    ///
    /// `NOQUEUE` is a proxy before the queue, whose filter hands the message on to another smtpd: the client is named there
    /// as `orig_client`, and counted there. With `orig_queue_id` a filter behind the queue hands back a message that was
    /// counted when it came.
    private mutating func begin(_ id: String, _ rest: ArraySlice<UInt8>, _ line: LogLine, at time: UnixTime) {
        let connected = ClientAddress(bracketedIn: rest)
        let hasLoggedIn = rest.end(of: ", sasl_username=") != nil
        guard id != "NOQUEUE" else {
            serve(Process(line), Session(client: connected, isOwn: hasLoggedIn))
            return
        }
        let isBack = LogText.field(", orig_queue_id=", in: rest).map { !$0.elementsEqual("NOQUEUE".utf8) } ?? false
        var client = connected
        var isOwn = hasLoggedIn || isBack
        if let original = rest.end(of: ", orig_client=") {
            client = ClientAddress(bracketedIn: rest[original...])
            isOwn = isOwn || client.map(self.hasLoggedIn) ?? true
            namesProxied = namesProxied || !isBack
        }
        begin(
            id,
            Transaction(client: client, connected: connected, time: time, isOwn: isOwn || client?.isLoopback ?? true))
    }

    /// `to=<ADDRESS>, orig_to=<ADDRESS>, relay=NAME[ADDRESS]:PORT, …, status=sent (… queued as ID)`; old ones have no
    /// brackets.
    private mutating func delivery(_ rest: ArraySlice<UInt8>, of id: String) throws(LogFault) -> [LoggedRecipient] {
        guard let (to, fields) = Self.address(rest.dropFirst(3)) else { throw .fields }
        var address = to
        if fields.begins(with: "orig_to="), let (original, _) = Self.address(fields.dropFirst(8)) {
            address = original
        }
        noteHandover(fields, of: id)
        return recipient(address, of: id).map { [$0] } ?? []
    }

    /// An address and the fields that follow it.
    private static func address(_ text: ArraySlice<UInt8>) -> (ArraySlice<UInt8>, fields: ArraySlice<UInt8>)? {
        if text.first == 0x3c {
            return LogText.path(text.dropFirst(), before: [", relay=", ", orig_to="]).map { ($0, $1.dropFirst(2)) }
        }
        guard let end = text.end(of: ", ") else { return nil }
        return (text[..<(end - 2)], text[end...])
    }

    /// A filter behind the queue that took the message and gave it back under another queue id, which is not another one.
    /// The relay's reply is believed only about what came from that relay.
    private mutating func noteHandover(_ fields: ArraySlice<UInt8>, of id: String) {
        guard let relay = fields.prefix(1_024).end(of: "relay="),
            let address = ClientAddress(bracketedIn: fields[relay...].prefix(300)),
            let start = fields.lastEnd(of: "queued as ")
        else { return }
        let other = String(decoding: fields[start...].prefix { LogText.isAlphanumeric($0) }, as: UTF8.self)
        guard other != id, let connected = self[other]?.connected, connected == address else { return }
        update(other) { $0.isOwn = true }
    }

    /// What happened to a message or recipient.
    private enum Action {
        case refused, discarded
        /// Handed through the filter before the queue. Where the log has the smtpd behind it, which names the client, the
        /// message is counted there.
        case accepted

        static let words: [(String, Action)] = [
            ("reject: ", .refused), ("milter-reject: ", .refused), ("proxy-reject: ", .refused),
            ("proxy-accept: ", .accepted), ("discard: ", .discarded), ("milter-discard: ", .discarded),
        ]
    }

    /// `reject: RCPT from CLIENT: 550 5.1.1 TEXT; FIELDS`, `discard: RCPT from …`, `milter-reject: END-OF-MESSAGE from …`,
    /// `reject: header TEXT from CLIENT; FIELDS: 5.7.1 TEXT`, `proxy-reject: END-OF-MESSAGE: 554 …; FIELDS`.
    private mutating func refusal(_ text: ArraySlice<UInt8>, id: String, _ line: LogLine, _ time: UnixTime)
        throws(LogFault) -> [LoggedRecipient]
    {
        // Every line is asked, and few begin so.
        switch text.first {
        case UInt8(ascii: "r"), UInt8(ascii: "m"), UInt8(ascii: "p"), UInt8(ascii: "d"): break
        default: return []
        }
        guard let (word, action) = Action.words.first(where: { text.begins(with: $0.0) }) else { return [] }
        if action == .accepted, namesProxied { return [] }
        let rest = text.dropFirst(word.utf8.count)
        let isContent = rest.begins(with: "header ") || rest.begins(with: "body ")
        let stage = rest.prefix { $0 != 0x20 && $0 != 0x3a }
        let isProxy = rest.dropFirst(stage.count).first == 0x3a
        let isLate = isContent || Self.lateStages.contains { stage.elementsEqual($0.utf8) }
        guard isLate || stage.elementsEqual("RCPT".utf8) else { return [] }

        let known = self[id]
        var client = known?.client ?? (isProxy ? self[Process(line)]?.client : nil)
        let isOwn = known?.isOwn ?? (isProxy ? self[Process(line)]?.isOwn ?? true : false)
        var reply = rest.dropFirst(stage.count).drop { $0 == 0x3a || $0 == 0x20 }
        var own = [stage]
        if !isContent, !isProxy {
            guard let close = reply.firstIndex(of: 0x5d) else { throw .fields }
            client = client ?? ClientAddress(bracketedIn: reply[...close])
            own.append(reply[...close].dropFirst(reply.begins(with: "from ") ? 5 : 0))
            // The port may follow the address.
            reply = reply[(close + 1)...].drop { $0 != 0x20 }.dropFirst()
        }
        // Headers are the client's, whatever they begin with.
        let subject = isContent ? [0x3c] : LogText.withoutCodes(reply)
        guard let fields = EnvelopeFields(rest, subject: subject, own: own) else {
            // After the recipients none need be named.
            if isLate { return [] }
            throw .fields
        }
        if isContent {
            reply = rest[fields.start...].lastEnd(of: ">: ").map { rest[$0...] } ?? []
            let place = rest[..<fields.start].lastEnd(of: " from ")
            client = client ?? place.flatMap { ClientAddress(bracketedIn: rest[$0..<fields.start]) }
        }
        if isLate { end(id) }
        guard let client, !isOwn, !client.isLoopback, let domain = LogText.domain(of: fields.recipient) else {
            return []
        }
        var code: Int?
        if action == .refused {
            code = LogText.code(reply) ?? (reply.first == UInt8(ascii: "4") ? 450 : 550)
        }
        return [
            LoggedRecipient(
                client: client, domain: domain, time: time, refusal: code, queueID: id == "NOQUEUE" ? "" : id,
                count: UInt32(clamping: line.count))
        ]
    }

    private static let lateStages: [String] = ["DATA", "BDAT", "END-OF-MESSAGE"]
}

import LogLines
import SMTP

extension TransactionTable {
    /// Takes a line of Sendmail.
    ///
    /// - Throws: `LogFault.fields` for a line whose form is known and that is damaged all the same.
    mutating func sendmail(_ line: LogLine, at time: UnixTime) throws(LogFault) -> [LoggedRecipient] {
        guard let (id, rest) = LogText.queueID(line.message) else { return [] }
        if LogText.begins(rest, with: "from=") { return from(rest, id, Process(line), time) }
        if LogText.begins(rest, with: "to=") { return try to(rest, id) }
        if LogText.begins(rest, with: "ruleset=check_rcpt, arg1=") { return try ruleset(rest, id, line, time) }
        if LogText.begins(rest, with: "AUTH=server, relay=") {
            serve(Process(line), Session(client: LogText.client(rest), isOwn: true))
            update(id) { $0.isOwn = true }
        } else if LogText.begins(rest, with: "Milter: to=") {
            guard let (to, fields) = Self.address(rest.dropFirst(11)),
                let start = LogText.end(of: ", reject=", in: fields), let code = LogText.code(fields[start...])
            else { return [] }
            note(to, code, id, time, count: line.count)
        } else if LogText.begins(rest, with: "Milter: data, reject=") || LogText.begins(rest, with: "Milter: reject=") {
            // The recipients are logged behind it, as if they had been taken.
            let reply = LogText.end(of: "reject=", in: rest).map { rest[$0...] } ?? []
            let code = LogText.code(reply) ?? (reply.first == UInt8(ascii: "4") ? 450 : 550)
            if self[id] == nil { begin(id, Transaction(client: nil, time: time)) }
            update(id) { $0.code = code }
        } else if LogText.begins(rest, with: "<"),
            let (to, text) = LogText.path(rest.dropFirst(), before: ["... "])
        {
            // A refusal at RCPT; the client is named when the session's message ends.
            let isTemporary = LogText.end(of: "deferred", in: text) != nil
            note(to, isTemporary ? 450 : 550, id, time, count: line.count)
        }
        return []
    }

    /// `from=<…>, size=…, nrcpts=…, msgid=<…>, proto=…, daemon=…, relay=NAME [ADDRESS]`
    ///
    /// Sender and message id are the client's and may hold what looks like a field: the last ones are the server's own.
    private mutating func from(_ rest: ArraySlice<UInt8>, _ id: String, _ process: Process?, _ time: UnixTime)
        -> [LoggedRecipient]
    {
        let known = self[id]
        let client = LogText.lastEnd(of: ", relay=", in: rest).flatMap { LogText.client(rest[$0...]) }
        let own = LogText.lastEnd(of: ", proto=", in: rest) ?? LogText.lastEnd(of: ", relay=", in: rest)
        let hasAuthID = own.map { LogText.end(of: ", authid=", in: rest[$0...]) != nil } ?? false
        let session = self[process]
        let hasLoggedIn = hasAuthID || session?.isOwn == true && session?.client == client
        let isOwn = hasLoggedIn || client?.isLoopback ?? true
        begin(id, Transaction(client: client, connected: client, time: time, isOwn: isOwn, code: known?.code))
        guard let client, !isOwn else { return [] }
        return (known?.refused ?? []).map {
            LoggedRecipient(client: client, domain: $0.domain, time: time, refusal: $0.code, queueID: id)
        }
    }

    /// `to=<…>,<…>, [ctladdr=…,] delay=…, mailer=…, stat=…`. A local recipient has no domain; what it was an alias of has.
    private mutating func to(_ rest: ArraySlice<UInt8>, _ id: String) throws(LogFault) -> [LoggedRecipient] {
        var addresses: [ArraySlice<UInt8>] = []
        var fields = rest.dropFirst(3)
        while true {
            guard let (address, behind) = Self.address(fields) else { throw .fields }
            addresses.append(address)
            fields = behind
            guard fields.first == 0x2c, fields.dropFirst().first != 0x20 else { break }
            fields = fields.dropFirst()
        }
        let control = LogText.begins(fields, with: ", ctladdr=") ? Self.address(fields.dropFirst(10)) : nil
        let tail = control?.behind ?? fields
        guard LogText.end(of: ", delay=", in: tail) != nil || LogText.end(of: ", stat=", in: tail) != nil else {
            throw .fields
        }
        return addresses.compactMap { address in
            let alias = LogText.domain(of: address) == nil ? control?.address : nil
            return recipient(alias ?? address, of: id)
        }
    }

    /// An address, in brackets or not, and what follows it from its comma on.
    private static func address(_ text: ArraySlice<UInt8>)
        -> (address: ArraySlice<UInt8>, behind: ArraySlice<UInt8>)?
    {
        if text.first == 0x3c {
            guard let (address, rest) = LogText.path(text.dropFirst(), before: [",", " ("]) else { return nil }
            return (address, rest.drop { $0 != 0x2c })
        }
        var isQuoted = false
        for place in text.indices {
            if text[place] == 0x22 { isQuoted.toggle() }
            guard text[place] == 0x2c, !isQuoted else { continue }
            let address = text[..<place]
            // `Name <ADDRESS>`, and the user's numbers behind it: `root (0/0)`.
            if let open = address.lastIndex(of: 0x3c), let close = address.lastIndex(of: 0x3e), open < close {
                return (address[(open + 1)..<close], text[place...])
            }
            return (address.prefix { $0 != 0x20 }, text[place...])
        }
        return nil
    }

    /// `ruleset=check_rcpt, arg1=<RECIPIENT>, relay=NAME [ADDRESS], reject=550 …`
    private func ruleset(_ rest: ArraySlice<UInt8>, _ id: String, _ line: LogLine, _ time: UnixTime)
        throws(LogFault) -> [LoggedRecipient]
    {
        guard let (to, fields) = Self.address(rest.dropFirst(25)),
            let relay = LogText.end(of: ", relay=", in: fields),
            let reply = LogText.end(of: ", reject=", in: fields[relay...])
        else { throw .fields }
        guard let client = LogText.client(fields[relay...]), !client.isLoopback, self[id]?.isOwn != true,
            let domain = LogText.domain(of: to)
        else { return [] }
        return [
            LoggedRecipient(
                client: client, domain: domain, time: time, refusal: LogText.code(fields[reply...]) ?? 550, queueID: id,
                count: UInt32(clamping: line.count))
        ]
    }

    /// Remembers a refused recipient until the client is named.
    private mutating func note(_ to: ArraySlice<UInt8>, _ code: Int, _ id: String, _ time: UnixTime, count: Int) {
        guard let domain = LogText.domain(of: to) else { return }
        if self[id] == nil { begin(id, Transaction(client: nil, time: time)) }
        update(id) { transaction in
            for _ in 0..<count where transaction.refused.count < 100 { transaction.refused.append((domain, code)) }
        }
    }
}

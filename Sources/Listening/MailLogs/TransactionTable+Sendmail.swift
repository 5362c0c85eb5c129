import LogLines
import SMTP

extension TransactionTable {
    /// Takes a line of Sendmail.
    ///
    /// - Throws: `LogFault.fields` for a line whose form is known and that is damaged all the same.
    mutating func sendmail(_ line: LogLine, at time: UnixTime) throws(LogFault) -> [LoggedRecipient] {
        guard let (id, rest) = LogText.queueID(line.message) else { return [] }
        if rest.begins(with: "from=") { return from(rest, id, Process(line), time) }
        if rest.begins(with: "to=") { return try to(rest, id) }
        if rest.begins(with: "ruleset=check_rcpt, arg1=") { return try ruleset(rest, id, line, time) }
        if rest.begins(with: "AUTH=server, relay=") {
            serve(Process(line), Session(client: ClientAddress(bracketedIn: rest), isOwn: true))
            update(id) { $0.isOwn = true }
        } else if rest.begins(with: "Milter: to=") {
            guard let (to, fields) = Self.address(rest.dropFirst(11)),
                let start = fields.end(of: ", reject="), let code = LogText.code(fields[start...])
            else { return [] }
            note(to, code, id, time, count: line.count)
        } else if rest.begins(with: "Milter: data, reject=") || rest.begins(with: "Milter: reject=") {
            // The recipients are logged behind it, as if they had been taken.
            let reply = rest.end(of: "reject=").map { rest[$0...] } ?? []
            let code = LogText.code(reply) ?? (reply.first == UInt8(ascii: "4") ? 450 : 550)
            if self[id] == nil { begin(id, Transaction(client: nil, time: time)) }
            update(id) { $0.code = code }
        } else if rest.begins(with: "<"),
            let (to, text) = LogText.path(rest.dropFirst(), before: ["... "])
        {
            // A refusal at RCPT; the client is named when the session's message ends.
            let isTemporary = text.end(of: "deferred") != nil
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
        let client = rest.lastEnd(of: ", relay=").flatMap { ClientAddress(bracketedIn: rest[$0...]) }
        let own = rest.lastEnd(of: ", proto=") ?? rest.lastEnd(of: ", relay=")
        let hasAuthID = own.map { rest[$0...].end(of: ", authid=") != nil } ?? false
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
        let control = fields.begins(with: ", ctladdr=") ? Self.address(fields.dropFirst(10)) : nil
        let tail = control?.behind ?? fields
        guard tail.end(of: ", delay=") != nil || tail.end(of: ", stat=") != nil else {
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
            let relay = fields.end(of: ", relay="),
            let reply = fields[relay...].end(of: ", reject=")
        else { throw .fields }
        guard let client = ClientAddress(bracketedIn: fields[relay...]), !client.isLoopback, self[id]?.isOwn != true,
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

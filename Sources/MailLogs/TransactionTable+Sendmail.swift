import SMTP

extension TransactionTable {
    /// Takes a line of Sendmail. `nil` for a line whose form is known and that is damaged all the same.
    mutating func sendmail(message: ArraySlice<UInt8>, at time: UnixTime) -> [LoggedRecipient]? {
        guard let (id, rest) = LogText.queueID(message) else { return [] }
        if LogText.begins(rest, with: "from=") { return from(rest, id, time) }
        if LogText.begins(rest, with: "to=") {
            // All of the line up to the first field; the addresses stand between commas.
            let end = Self.place(before: ", delay=", in: rest) ?? Self.place(before: ", ctladdr=", in: rest)
            guard let end else { return nil }
            let control = Self.place(before: ", ctladdr=", in: rest) ?? end
            let addresses = rest[(rest.startIndex + 3)..<min(end, control)].split(separator: UInt8(ascii: ","))
            return addresses.compactMap { recipient(Self.inBrackets($0), of: id) }
        }
        if LogText.begins(rest, with: "ruleset=check_rcpt, arg1=") { return ruleset(rest, id, time) }
        if LogText.begins(rest, with: "Milter: to=<") {
            guard let to = LogText.between("to=<", UInt8(ascii: ">"), in: rest),
                let start = LogText.end(of: ", reject=", in: rest), let code = LogText.code(rest[start...])
            else { return [] }
            note(to, code, id, time)
            return []
        }
        if LogText.begins(rest, with: "<"), let end = LogText.end(of: ">... ", in: rest) {
            // A refusal at RCPT; the client is named when the session's mail ends.
            let isTemporary = LogText.end(of: "deferred", in: rest[end...]) != nil
            note(rest[(rest.startIndex + 1)..<(end - 5)], isTemporary ? 450 : 550, id, time)
            return []
        }
        return []
    }

    /// `from=<…>, size=…, nrcpts=…, proto=…, daemon=…, relay=NAME [ADDRESS]`
    private mutating func from(_ rest: ArraySlice<UInt8>, _ id: String, _ time: UnixTime) -> [LoggedRecipient] {
        let refused = self[id]?.refused ?? []
        let client = LogText.end(of: ", relay=", in: rest).flatMap { LogText.client(rest[$0...]) }
        let hasLoggedIn = LogText.end(of: ", authid=", in: rest) != nil
        let isOwn = hasLoggedIn || client?.isLoopback ?? true
        begin(id, Transaction(client: client, time: time, isOwn: isOwn))
        guard let client, !isOwn else { return [] }
        return refused.map {
            LoggedRecipient(client: client, domain: $0.domain, time: time, refusal: $0.code, queueID: id)
        }
    }

    /// `ruleset=check_rcpt, arg1=<RECIPIENT>, relay=NAME [ADDRESS], reject=550 …`
    private func ruleset(_ rest: ArraySlice<UInt8>, _ id: String, _ time: UnixTime) -> [LoggedRecipient]? {
        guard let to = LogText.between("arg1=<", UInt8(ascii: ">"), in: rest),
            let relay = LogText.end(of: ", relay=", in: rest), let reply = LogText.end(of: ", reject=", in: rest)
        else { return nil }
        guard let client = LogText.client(rest[relay...]), !client.isLoopback, let domain = LogText.domain(of: to)
        else {
            return []
        }
        return [
            LoggedRecipient(
                client: client, domain: domain, time: time, refusal: LogText.code(rest[reply...]) ?? 550, queueID: id)
        ]
    }

    /// Remembers a refused recipient until the client is named.
    private mutating func note(_ to: ArraySlice<UInt8>, _ code: Int, _ id: String, _ time: UnixTime) {
        guard let domain = LogText.domain(of: to) else { return }
        if self[id] == nil { begin(id, Transaction(client: nil, time: time)) }
        update(id) { transaction in
            if transaction.refused.count < 100 { transaction.refused.append((domain, code)) }
        }
    }

    private static func place(before pattern: StaticString, in text: ArraySlice<UInt8>) -> Int? {
        LogText.end(of: pattern, in: text).map { $0 - pattern.utf8CodeUnitCount }
    }

    private static func inBrackets(_ address: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var address = address
        if let open = address.firstIndex(of: UInt8(ascii: "<")) { address = address[(open + 1)...] }
        if let close = address.lastIndex(of: UInt8(ascii: ">")) { address = address[..<close] }
        return address
    }
}

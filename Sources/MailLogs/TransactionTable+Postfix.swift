import SMTP

extension TransactionTable {
    /// Takes a line of Postfix. `nil` for a line whose form is known and that is damaged all the same.
    ///
    /// What stands behind the client's address in a line is largely the client's to choose; it chooses its recipients
    /// anyway.
    mutating func postfix(_ service: ArraySlice<UInt8>, message: ArraySlice<UInt8>, at time: UnixTime)
        -> [LoggedRecipient]?
    {
        guard let (id, rest) = LogText.queueID(message) else { return [] }
        let name = service.lastIndex(of: UInt8(ascii: "/")).map { service[($0 + 1)...] } ?? service
        if LogText.begins(rest, with: "client=") {
            begin(id, rest, at: time)
            return []
        }
        if let start = LogText.end(of: "reject: RCPT from ", in: rest.prefix(32)) {
            return refusal(rest[start...], id, time, isMilter: false)
        }
        if LogText.begins(rest, with: "milter-reject: END-OF-MESSAGE from ") {
            // Its recipients were taken, and no other line tells of them.
            return refusal(rest.dropFirst(35), id, time, isMilter: true)
        }
        if LogText.begins(rest, with: "to=<") {
            let isIncoming = !name.elementsEqual("pickup".utf8)
            guard isIncoming, let to = LogText.between("to=<", UInt8(ascii: ">"), in: rest) else { return nil }
            let original = LogText.between(", orig_to=<", UInt8(ascii: ">"), in: rest.prefix(1_024))
            return recipient(original ?? to, of: id).map { [$0] } ?? []
        }
        if name.elementsEqual("qmgr".utf8), rest.elementsEqual("removed".utf8) { end(id) }
        return []
    }

    /// `client=NAME[ADDRESS], sasl_method=…`
    private mutating func begin(_ id: String, _ rest: ArraySlice<UInt8>, at time: UnixTime) {
        let client = LogText.client(rest)
        let hasLoggedIn = LogText.end(of: ", sasl_username=", in: rest) != nil
        begin(
            id,
            Transaction(client: client, time: time, isOwn: hasLoggedIn || client?.isLoopback ?? true))
    }

    /// `NAME[ADDRESS]: 550 5.1.1 <RECIPIENT>: …; from=<…> to=<…> proto=… helo=<…>`; postscreen writes commas, and the
    /// port behind the address.
    private func refusal(_ rest: ArraySlice<UInt8>, _ id: String, _ time: UnixTime, isMilter: Bool)
        -> [LoggedRecipient]?
    {
        guard let close = rest.firstIndex(of: UInt8(ascii: "]")), let client = LogText.client(rest[...close]) else {
            // A local socket, or a client that is known by no address.
            return LogText.begins(rest, with: "localhost") || LogText.begins(rest, with: "unknown") ? [] : nil
        }
        guard let fields = LogText.end(of: "; from=<", in: rest),
            let to = LogText.between(" to=<", UInt8(ascii: ">"), in: rest[fields...])
        else { return nil }
        guard !client.isLoopback, let domain = LogText.domain(of: to) else { return [] }
        let text = rest[close...].drop { $0 != 0x20 }.dropFirst()
        let code = LogText.code(text) ?? (isMilter ? (text.first == UInt8(ascii: "4") ? 450 : 550) : nil)
        guard let code else { return nil }
        return [
            LoggedRecipient(
                client: client, domain: domain, time: time, refusal: code, queueID: id == "NOQUEUE" ? "" : id)
        ]
    }
}

/// The headers that a site's own servers have put into recorded mails. They tell where a mail went, not who sent it,
/// and must not be learned.
///
/// Found without looking at labels. A server puts its Received fields on top: as many as the mail with the fewest has,
/// of all that it took. A header that at least eight of ten mails through one server have, and at most two of ten
/// elsewhere, is that server's; the last one of that name in a mail is removed. `X-MIME-Autoconverted` and the
/// Content-Transfer-Encoding before it are always removed: whichever server rewrote the body, the sender did not.
/// A milter sees mail before its server has added anything; live sessions need none of this.
public struct SiteHeaders: Sendable {
    fileprivate struct Server {
        var mails = 0
        var fewestReceived = Int.max
        var names: [String: Int] = [:]
    }

    private var received: [String: Int] = [:]
    private var added: [String: Set<String>] = [:]

    /// Servers with fewer mails than this tell nothing.
    private static let fewestMails = 20

    /// Learns what the servers add. O(headers).
    public init(of records: some Sequence<EnvelopeRecord>) {
        var servers: [String: Server] = [:]
        var all = Server()
        for record in records {
            let names = Set(record.headers)
            servers[record.receiver, default: Server()].note(record, names)
            all.note(record, names)
        }
        for (receiver, server) in servers where server.mails >= Self.fewestMails {
            received[receiver] = server.fewestReceived
            let elsewhere = all.mails - server.mails
            let own = server.names.filter { name, count in
                let others = (all.names[name] ?? 0) - count
                return count * 10 >= server.mails * 8 && others * 10 <= elsewhere * 2 && elsewhere >= Self.fewestMails
            }
            added[receiver] = Set(own.keys)
        }
    }

    /// The record without what the site added.
    public func removed(from record: EnvelopeRecord) -> EnvelopeRecord {
        var result = record
        var headers = record.headers
        let onTop = headers.prefix { $0 == "Received" }.count
        headers.removeFirst(min(onTop, received[record.receiver] ?? 1))
        for name in added[record.receiver] ?? [] {
            if let index = headers.lastIndex(of: name) { headers.remove(at: index) }
        }
        while let index = headers.firstIndex(of: "X-MIME-Autoconverted") {
            headers.remove(at: index)
            if index > 0, headers[index - 1] == "Content-Transfer-Encoding" { headers.remove(at: index - 1) }
        }
        result.headers = headers
        return result
    }
}

extension SiteHeaders.Server {
    fileprivate mutating func note(_ record: EnvelopeRecord, _ distinct: Set<String>) {
        mails += 1
        fewestReceived = min(fewestReceived, record.headers.prefix { $0 == "Received" }.count)
        for name in distinct where name != "Received" { names[name, default: 0] += 1 }
    }
}

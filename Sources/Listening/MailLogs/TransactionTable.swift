import LogLines
import SMTP

/// What is known of queue ids and of the processes that serve clients: the newest of them.
struct TransactionTable: Sendable {
    /// A message on its way through the log.
    struct Transaction: Sendable {
        /// Who brought it; `nil` while that is not known, or for a submission on the server.
        var client: ClientAddress?
        /// Who connected: a filter that hands messages back speaks for `client`.
        var connected: ClientAddress?
        /// When its client was named.
        var time: UnixTime
        /// Whether the client had logged in, is the server itself or one of its filters: then it is not a sender.
        var isOwn = false
        /// The recipients counted, by a hash of their addresses.
        var seen = SeenRecipients()
        /// Recipients refused before the client was named (Sendmail).
        var refused: [(domain: String, code: Int)] = []
        /// The code with which the message as a whole was refused after its recipients were taken (Sendmail).
        var code: Int?
    }

    /// Recipients that were counted. Most messages have one, which needs no set.
    struct SeenRecipients: Sendable {
        private var first: UInt64?
        private var others: Set<UInt64> = []

        var count: Int { (first == nil ? 0 : 1) + others.count }

        func contains(_ hash: UInt64) -> Bool { first == hash || others.contains(hash) }

        mutating func insert(_ hash: UInt64) {
            if first == nil { first = hash } else if first != hash { others.insert(hash) }
        }
    }

    /// A process that serves a client, as far as its queue ids do not tell.
    struct Session: Sendable {
        var client: ClientAddress?
        /// Whether the client has logged in.
        var isOwn: Bool
    }

    /// A process of a host.
    struct Process: Hashable, Sendable {
        let host: UInt64
        let number: UInt32

        /// The process that wrote a line; `nil` where the line does not say.
        init?(_ line: LogLine) {
            guard let process = line.process else { return nil }
            host = LogText.hash(line.host)
            number = process
        }
    }

    /// Recipients of one queue id whose repetition is noticed; beyond that one that is deferred counts again.
    private static let maximumSeen = 1_000
    /// Processes, and clients behind a proxy, that are remembered.
    private static let mostSessions = 8_192

    var withoutClient = 0
    /// Whether the log has shown the smtpd behind a filter before the queue, which names the clients of the one before it.
    var namesProxied = false
    private var transactions: NewestTable<String, Transaction>
    private var sessions = NewestTable<Process, Session>(capacity: mostSessions)
    /// Whether clients that came through a proxy before the queue had logged in there, when last seen.
    private var proxied = NewestTable<ClientAddress, Bool>(capacity: mostSessions)

    init(capacity: Int) { transactions = NewestTable(capacity: capacity) }

    /// Queue ids dropped to make room for newer ones.
    var forgotten: Int { transactions.forgotten }

    subscript(id: String) -> Transaction? { transactions[id] }

    subscript(process: Process?) -> Session? { process.flatMap { sessions[$0] } }

    /// Begins a queue id, again if it was used before.
    mutating func begin(_ id: String, _ transaction: Transaction) { transactions.set(id, transaction) }

    /// The message has left.
    mutating func end(_ id: String) { transactions.remove(id) }

    /// Changes what is known of a queue id.
    mutating func update(_ id: String, _ body: (inout Transaction) -> Void) { transactions.update(id, body) }

    /// A process serves a client from here on.
    mutating func serve(_ process: Process?, _ session: Session) {
        if let process { sessions.set(process, session) }
        if let client = session.client { proxied.set(client, session.isOwn) }
    }

    /// Whether a client that came through a proxy had logged in there.
    func hasLoggedIn(_ client: ClientAddress) -> Bool { proxied[client] ?? false }

    /// Counts a recipient of a queue id that was taken: the first time it is logged.
    mutating func recipient(_ address: ArraySlice<UInt8>, of id: String) -> LoggedRecipient? {
        guard let transaction = transactions[id], let client = transaction.client else {
            if transactions[id] == nil { withoutClient += 1 }
            return nil
        }
        guard !transaction.isOwn, let domain = LogText.domain(of: address) else { return nil }
        let hash = LogText.hash(address)
        guard !transaction.seen.contains(hash) else { return nil }
        if transaction.seen.count < Self.maximumSeen { transactions.update(id) { $0.seen.insert(hash) } }
        return LoggedRecipient(
            client: client, domain: domain, time: transaction.time, refusal: transaction.code, queueID: id)
    }
}

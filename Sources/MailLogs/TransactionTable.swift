import SMTP

/// What is known of queue ids: the newest `capacity` of them, by their first line.
struct TransactionTable: Sendable {
    /// A mail on its way through the log.
    struct Transaction: Sendable {
        /// Who brought it; `nil` while that is not known, or for a submission on the server.
        var client: ClientAddress?
        /// When its client was named.
        var time: UnixTime
        /// Whether the client had logged in, or is the server itself: then it is no sender.
        var isOwn = false
        /// The recipients counted, by a hash of their addresses.
        var seen: Set<UInt64> = []
        /// Recipients refused before the client was named (Sendmail).
        var refused: [(domain: String, code: Int)] = []
        /// The number of its first line.
        var number: UInt64 = 0
    }

    /// Recipients of one queue id whose repetition is noticed; beyond that one that is deferred counts again.
    private static let maximumSeen = 1_000

    let capacity: Int
    private(set) var forgotten = 0
    var withoutClient = 0

    private var transactions: [String: Transaction] = [:]
    /// Queue ids in the order of their first lines; ended ones stay until they reach the front.
    private var order: [(id: String, number: UInt64)] = []
    private var front = 0
    private var lines: UInt64 = 0

    init(capacity: Int) {
        self.capacity = max(capacity, 1)
    }

    subscript(id: String) -> Transaction? { transactions[id] }

    /// Begins a queue id, anew if it was used before.
    mutating func begin(_ id: String, _ transaction: Transaction) {
        lines += 1
        var transaction = transaction
        transaction.number = lines
        if transactions.updateValue(transaction, forKey: id) == nil, transactions.count > capacity { forgetOldest() }
        order.append((id, lines))
        if order.count > 4_096, order.count > 4 * transactions.count {
            // Most of it has ended behind one that is still under way.
            order = order[front...].filter { transactions[$0.id]?.number == $0.number }
            front = 0
        }
    }

    /// The mail has left.
    mutating func end(_ id: String) {
        transactions[id] = nil
        // Queue ids that ended long ago must not fill the order.
        while front < order.count, transactions[order[front].id]?.number != order[front].number { front += 1 }
    }

    /// Changes what is known of a queue id.
    mutating func update(_ id: String, _ body: (inout Transaction) -> Void) {
        if transactions[id] != nil { body(&transactions[id]!) }
    }

    /// Counts a recipient of a queue id that was taken: the first time it is logged.
    mutating func recipient(_ address: ArraySlice<UInt8>, of id: String) -> LoggedRecipient? {
        guard let transaction = transactions[id], let client = transaction.client else {
            if transactions[id] == nil { withoutClient += 1 }
            return nil
        }
        guard !transaction.isOwn, let domain = LogText.domain(of: address) else { return nil }
        let hash = LogText.hash(address)
        guard !transaction.seen.contains(hash) else { return nil }
        if transaction.seen.count < Self.maximumSeen { transactions[id]!.seen.insert(hash) }
        return LoggedRecipient(client: client, domain: domain, time: transaction.time, queueID: id)
    }

    private mutating func forgetOldest() {
        while front < order.count {
            let (id, number) = order[front]
            front += 1
            guard transactions[id]?.number == number else { continue }
            transactions[id] = nil
            forgotten += 1
            return
        }
    }
}

public import Policy
public import SMTP

/// Which verdicts to look up. Conditions that are `nil` are not asked for; the others must all hold.
public struct JournalQuery: Hashable, Sendable {
    /// The session.
    public var session: String?

    /// The mail server's queue id.
    public var queueID: String?

    /// The client's address, hashed as by ``KeyedHashing/HashingKey/hash(client:)``.
    public var client: KeyedHash?

    /// The recipient, hashed as by ``KeyedHashing/HashingKey/hash(recipient:)``.
    public var recipient: KeyedHash?

    /// The earliest time, included.
    public var since: UnixTime?

    /// What the client deserved.
    public var verdict: Verdict?

    /// The number of an entry; only older ones are asked for.
    public var before: Int64?

    /// How many entries to return at most, at least 0.
    public var limit: Int

    /// A query for the newest `limit` verdicts that meet all conditions.
    public init(
        session: String? = nil, queueID: String? = nil, client: KeyedHash? = nil, recipient: KeyedHash? = nil,
        since: UnixTime? = nil, limit: Int = 100
    ) {
        self.session = session
        self.queueID = queueID
        self.client = client
        self.recipient = recipient
        self.since = since
        self.limit = limit
    }
}

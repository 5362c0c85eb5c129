public import Policy
public import SMTP

/// What Argot has thought and done in a time, counted from the journal.
///
/// In mode `observe` it says what enforcing would have done, and to whom it would have been done wrongly as far as that
/// can be known: to clients that came back, and to clients that have sent clean mail since.
public struct VerdictReport: Sendable, Hashable {
    /// How many, and of how many clients.
    public struct Count: Sendable, Hashable {
        /// Recipients asked for.
        public var recipients: Int
        /// Clients that asked; those without an address are not counted.
        public var clients: Int

        /// A count of its parts.
        public init(recipients: Int = 0, clients: Int = 0) {
            self.recipients = recipients
            self.clients = clients
        }
    }

    /// A word, and how often it stands in verdicts that are not `accept`.
    public struct Share: Sendable, Hashable {
        /// The word: a reason, a dialect, a recipient domain.
        public var word: String
        /// How often.
        public var count: Count

        /// A share of its parts.
        public init(word: String, count: Count) {
            self.word = word
            self.count = count
        }
    }

    /// When the first verdict was reached; `nil` without any.
    public package(set) var first: UnixTime?

    /// When the last one was.
    public package(set) var last: UnixTime?

    /// All verdicts.
    public package(set) var all = Count()

    /// By what the client deserved.
    public package(set) var deserved: [Verdict: Count] = [:]

    /// By what it got.
    public package(set) var applied: [Verdict: Count] = [:]

    /// First attempts: triplets of client, sender and recipient that were put off, or would have been.
    public package(set) var firstAttempts = 0

    /// Those of them that came back after the delay and passed.
    public package(set) var cameBack = 0

    /// Clients that something spoke against enough to be put off or refused, and that have sent clean mail since: most
    /// likely they are honest.
    public package(set) var redeemedClients = 0

    /// What spoke against clients, the most frequent first.
    public package(set) var reasons: [Share] = []

    /// Their dialects.
    public package(set) var dialects: [Share] = []

    /// The domains that they wrote to.
    public package(set) var domains: [Share] = []

    /// No verdict at all.
    public init() {}
}

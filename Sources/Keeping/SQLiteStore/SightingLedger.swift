internal import SMTP

/// What the daemon's store knows about the sightings of a day without asking the database for each: the next number, which
/// attempts may be retries, how many messages each client has brought.
///
/// Made from the database at the first sighting of a day, and again after a transaction that failed. Bounded.
struct SightingLedger {
    /// The day, counted from 1970.
    let day: Int64

    /// The number of the next sighting. None is used twice, since names stay until their day is over.
    var next: Int64

    /// The attempts of the last days.
    var attempts: AttemptFilter

    /// How many messages each client has brought today.
    private(set) var messages: [KeyedHash: Int64]

    /// Whether a client that is not among ``messages`` has brought none.
    private var isWhole = true

    /// What of them is not in the database yet.
    private(set) var unwritten: [KeyedHash: Int64] = [:]

    /// The most clients that are told apart in memory.
    static let mostClients = 65_536

    init(day: Int64, next: Int64, attempts: AttemptFilter, messages: [KeyedHash: Int64]) {
        self.day = day
        self.next = next
        self.attempts = attempts
        self.messages = messages
        isWhole = messages.count <= Self.mostClients
        if !isWhole { self.messages = [:] }
    }

    /// How many messages a client has brought today; `nil` where the database has to be asked.
    func count(of client: KeyedHash) -> Int64? { messages[client] ?? (isWhole ? 0 : nil) }

    /// Counts a message of a client that has brought `before`.
    mutating func note(_ client: KeyedHash, after before: Int64) {
        if messages[client] == nil, messages.count >= Self.mostClients {
            // What is in the database can be asked for again; what is not stays.
            messages = messages.filter { unwritten[$0.key] != nil }
            isWhole = false
        }
        messages[client] = before + 1
        unwritten[client, default: 0] += 1
    }

    /// Forgets what was not in the database yet, since it is now.
    mutating func noteWritten() { unwritten = [:] }
}

public import Memory
public import Redis
internal import SMTP

/// What a server needs to know to share what it remembers.
public struct SharingSettings: Sendable {
    /// Which Redis.
    public var address: RedisAddress

    /// More of them, where the facts are divided among several.
    public var further: [RedisAddress] = []

    /// Who we are to it.
    public var credentials = RedisCredentials()

    /// What the names of all keys begin with.
    public var prefix = "argot"

    /// This server.
    public var server: ServerID

    /// What people call this server.
    public var name: String

    /// The id of the key of all keyed hashes, which all servers of a site have in common.
    public var keyID: String

    /// How long facts are kept.
    public var lifetimes = FactLifetimes()

    /// How many facts can wait while the Redis cannot be reached; with more, all is published again afterwards.
    public var capacity = 200_000

    /// How many batches of changes the stream holds.
    public var streamLength = 100_000

    /// How many batches of notes their stream holds.
    public var notesLength = 200_000

    /// How many notes can wait.
    public var notesCapacity = 20_000

    /// Up to where the notes of others were kept in an earlier run; `nil` where none were.
    public var heardPlace: String?

    /// A digest of parts under the site's key, in hexadecimal digits, by which servers know what others of the site wrote.
    public var seal: @Sendable (_ parts: [[UInt8]]) -> String

    /// How long each answer of the Redis may take.
    public var patience: Duration = .seconds(5)

    /// How long changes gather before they are sent.
    public var gathering: Duration = .milliseconds(25)

    /// Settings of their parts.
    public init(
        address: RedisAddress, server: ServerID, name: String, keyID: String,
        seal: @escaping @Sendable (_ parts: [[UInt8]]) -> String
    ) {
        self.seal = seal
        self.address = address
        self.server = server
        self.name = name
        self.keyID = keyID
    }
}

/// How long facts are kept in the Redis after the time that they tell of, in seconds.
public struct FactLifetimes: Sendable, Hashable {
    /// An attempt that has not passed.
    public var attempt: Int64 = 2 * 86_400
    /// An attempt that has passed, and the networks that pass by themselves.
    public var pass: Int64 = 36 * 86_400
    /// A client's history.
    public var history: Int64 = 90 * 86_400
    /// A lie.
    public var lie: Int64 = 90 * 86_400
    /// Somebody that an authenticated user has written to.
    public var correspondent: Int64 = 90 * 86_400
    /// A vote of the breaker.
    public var vote: Int64 = 3_600
    /// That an entry was taken off the lists.
    public var removal: Int64 = 365 * 86_400

    /// The defaults.
    public init() {}

    /// How long a fact is kept from `now` on, at least a second; `nil` for ever.
    func seconds(of fact: SharedFact, at now: Int64) -> Int64? {
        let (since, lifetime): (Int64, Int64) =
            switch fact {
            case .greylist(_, let entry): (entry.lastSeen.seconds, entry.hasPassed ? pass : attempt)
            case .history(.passes, _, let record): (record.lastSeen.seconds, pass)
            case .history(_, _, let record): (record.lastSeen.seconds, history)
            case .lie(let record): (record.lastTold.seconds, lie)
            case .correspondent(_, let time): (time.seconds, correspondent)
            case .standing(_, let word) where word.value == .removed: (word.time.seconds, removal)
            case .vote(let vote): (vote.time.seconds, self.vote)
            case .trip(_, let until): (until.seconds, 1)
            // Longer than what was removed would have been kept.
            case .purge(let purge): (purge.time.seconds, 400 * 86_400)
            case .mode, .standing, .reply: (0, 0)
            }
        guard lifetime > 0 else { return nil }
        let (age, overflow) = now.subtractingReportingOverflow(since)
        return max(1, lifetime - (overflow ? 0 : max(0, min(age, lifetime))))
    }
}

/// How sharing goes.
public struct SharingStatus: Sendable, Hashable {
    /// Whether the Redis is in use now.
    public var isConnected = false
    /// What keeps it from being used; `nil` while it is.
    public var problem: String?
    /// How many facts wait to be published.
    public var waiting = 0
    /// How many facts were published since the start.
    public var published = 0
    /// How many facts of others were taken in since the start.
    public var received = 0
    /// How many notes to learn from were published since the start.
    public var notesPublished = 0
    /// How many notes of others were taken in since the start.
    public var notesReceived = 0
    /// How many notes were lost: they found no room to wait, or their stream had moved on before they were read.
    public var notesLost = 0
    /// How many changes found no room to wait; all is published again after that.
    public var overflowed = 0
    /// How many facts were left out for what is wrong with them: unreadable, or of a time that has not come.
    public var refused = 0
    /// How often everything was read again, because the stream had moved on or another Redis took its place.
    public var reread = 0
    /// How late the newest change of another server came, in milliseconds.
    public var lagMilliseconds = 0
    /// By how many seconds the own clock differs from the Redis's.
    public var clockSeconds: Int64 = 0
    /// How many bytes were sent and received for changes since the start.
    public var bytesPublished = 0
    /// The servers of the site, by number; this one among them.
    public var nodes: [String: NodeReport] = [:]

    /// Nothing yet.
    public init() {}

    /// Takes in how it goes with another store of the same site: all are connected or there is a problem, counts add up, and
    /// the clock is the first one's.
    mutating func add(_ other: SharingStatus) {
        isConnected = isConnected && other.isConnected
        problem = problem ?? other.problem
        waiting += other.waiting
        published += other.published
        received += other.received
        notesPublished += other.notesPublished
        notesReceived += other.notesReceived
        notesLost += other.notesLost
        overflowed += other.overflowed
        refused += other.refused
        reread += other.reread
        lagMilliseconds = max(lagMilliseconds, other.lagMilliseconds)
        bytesPublished += other.bytesPublished
        nodes.merge(other.nodes) { own, _ in own }
    }
}

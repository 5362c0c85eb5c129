/// How a writer trades memory and delay for fewer writes.
public struct WriterLimits: Hashable, Sendable {
    /// How many changes wait at most, at least 1; beyond that the oldest are dropped.
    public var capacity = 50_000

    /// How many changes are written in one transaction at most; as many waiting ones are written at once.
    public var batchSize = 4_000

    /// How long a change waits at most while writing works.
    public var interval: Duration = .seconds(1)

    /// How long the writer waits after a first failure; twice as long after every further one.
    public var firstBackOff: Duration = .seconds(1)

    /// How long it waits at most. An attempt costs one small transaction, and what is waited for costs memory.
    public var longestBackOff: Duration = .seconds(2)

    /// How many verdicts are kept, enforced as they are written.
    public var journalRows = 2_000_000

    /// How many bytes the database may use before the oldest verdicts give way, as they are written.
    public var journalBytes: Int64 = 1 << 30

    /// From so many bytes on decisions begin before attempts and clients are read: some hundred thousand, which take half a second.
    public var lateReadingBytes: Int64 = 64 << 20

    /// How many bytes the write-ahead log may have. It grows while another process keeps a transaction open; beyond this
    /// writing fails until that one ends.
    public var logBytes = 256 << 20

    /// How many verdicts are kept when the store lives in memory.
    public var memoryJournalRows = 50_000

    /// How many sightings are kept, enforced as they are written, a thousand more or less.
    public var sightingRows = 200_000

    /// How many sightings are kept when the store lives in memory.
    public var memorySightingRows = 5_000

    /// The defaults.
    public init() {}
}

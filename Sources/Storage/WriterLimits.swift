/// How a writer trades memory and delay for fewer writes.
public struct WriterLimits: Hashable, Sendable {
    /// How many changes wait at most, at least 1; beyond that the oldest are dropped.
    public var capacity = 50_000

    /// How many changes are written in one transaction at most; as many waiting ones are written at once.
    public var batchSize = 1_000

    /// How long a change waits at most while writing works.
    public var interval: Duration = .seconds(1)

    /// How long the writer waits after a first failure; twice as long after every further one.
    public var firstBackOff: Duration = .seconds(1)

    /// How long it waits at most.
    public var longestBackOff: Duration = .seconds(60)

    /// How many verdicts are kept when the store lives in memory.
    public var memoryJournalRows = 50_000

    /// The defaults.
    public init() {}
}

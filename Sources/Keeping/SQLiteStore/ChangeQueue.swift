internal import Keeping

/// What waits to be written, and when somebody should look at it. A value: the writer performs what it asks for.
struct ChangeQueue: Sendable {
    /// What a submission asks the writer to do.
    enum Wish: Sendable {
        /// Nothing: it will be written with what is already waiting.
        case nothing

        /// To write when the interval is over.
        case writeLater

        /// To write at once: a batch is full.
        case writeNow
    }

    /// Whether what is submitted reaches the disk.
    var health = StoreHealth.ok

    private var written = 0
    private var dropped = 0
    private var ring: ChangeRing
    private let batchSize: Int
    private var isAwaited = false
    private var isUrgent = false
    private var isPaused = false
    private var isClosed = false

    /// An empty queue.
    init(capacity: Int, batchSize: Int) {
        ring = ChangeRing(capacity: capacity)
        self.batchSize = max(1, min(batchSize, ring.capacity))
    }

    /// What became of all changes so far.
    var counts: KeeperCounts {
        var counts = KeeperCounts()
        (counts.pending, counts.written, counts.dropped) = (ring.count, written, dropped)
        return counts
    }

    /// Takes in a change.
    mutating func submit(_ change: StoreChange) -> Wish {
        guard !isClosed else {
            dropped += 1
            return .nothing
        }
        dropped += ring.append(change)
        if isPaused { return .nothing }
        if ring.count >= batchSize, !isUrgent {
            isUrgent = true
            return .writeNow
        }
        if !isAwaited {
            isAwaited = true
            return .writeLater
        }
        return .nothing
    }

    /// The writer has begun to look; returns how many changes it should write.
    mutating func begin() -> Int {
        isAwaited = false
        isUrgent = false
        return ring.count
    }

    /// Hands out the next batch of at most `limit` changes.
    mutating func take(_ limit: Int) -> [StoreChange] { ring.take(min(limit, batchSize)) }

    /// The batch was written.
    mutating func finish(_ count: Int) {
        written += count
        isPaused = false
    }

    /// The batch was not written: it waits again, and submissions ask for nothing until a batch is written.
    mutating func putBack(_ batch: [StoreChange]) {
        dropped += ring.putBack(batch)
        isPaused = true
    }

    /// Takes in nothing more; what still waits counts as dropped.
    mutating func close() {
        isClosed = true
        dropped += ring.take(ring.count).count
    }
}

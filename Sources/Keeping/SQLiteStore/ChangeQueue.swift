internal import Keeping
internal import Threads

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
    private var mailbox: Mailbox<StoreChange>
    private let batchSize: Int
    private var isAwaited = false
    private var isUrgent = false
    private var isPaused = false
    private var isClosed = false

    /// An empty queue.
    init(capacity: Int, batchSize: Int) {
        mailbox = Mailbox(capacity: capacity, dropping: .oldest)
        self.batchSize = max(1, min(batchSize, mailbox.capacity))
    }

    /// What became of all changes so far.
    var counts: KeeperCounts {
        var counts = KeeperCounts()
        (counts.pending, counts.written, counts.dropped) = (mailbox.count, written, mailbox.dropped)
        return counts
    }

    /// Takes in a change.
    mutating func submit(_ change: StoreChange) -> Wish {
        guard !isClosed else {
            mailbox.drop(1)
            return .nothing
        }
        // While writing fails, what decides and what was decided has the room: sightings are large, and the next week has
        // as many.
        if isPaused, case .sighting = change, mailbox.count >= 2 * batchSize {
            mailbox.drop(1)
            return .nothing
        }
        mailbox.append(change)
        if isPaused { return .nothing }
        if mailbox.count >= batchSize, !isUrgent {
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
        return mailbox.count
    }

    /// Hands out the next batch of at most `limit` changes.
    mutating func take(_ limit: Int) -> [StoreChange] { mailbox.take(min(limit, batchSize)) }

    /// The batch was written.
    mutating func finish(_ count: Int) {
        written += count
        isPaused = false
    }

    /// The batch was not written: it waits again, and submissions ask for nothing until a batch is written.
    mutating func putBack(_ batch: [StoreChange]) {
        mailbox.putBack(batch)
        isPaused = true
    }

    /// Takes in nothing more; what still waits counts as dropped.
    mutating func close() {
        isClosed = true
        mailbox.dropAll()
    }
}

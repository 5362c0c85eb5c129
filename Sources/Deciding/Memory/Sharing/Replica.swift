import Policy
import SMTP

/// One server's side of what several servers remember together: what it has changed goes out, what the others have changed
/// comes in. A value; it reads no clock and knows no network.
///
/// A server publishes only what it has seen itself, under its own name. So nothing that is published is ever overwritten by
/// somebody else, and whoever has all that was published knows the same, in whatever order it came.
public struct Replica: Sendable {
    /// This server.
    public let server: ServerID

    /// How many facts can wait.
    public let capacity: Int

    /// How many facts found no room. Everything has to be published again after that.
    public private(set) var dropped = 0

    /// What waits to be published, oldest first.
    private var waiting: [FactSubject: SharedFact] = [:]
    private var order: [FactSubject] = []
    private var next = 0

    /// The lies that this server has told since the start.
    private var lies: [LieKey: LieRecord] = [:]

    /// The most lies whose tellings are counted.
    private static let maximumLies = 100_000

    /// The side of `server`, with nothing to say.
    public init(server: ServerID, capacity: Int) {
        self.server = server
        self.capacity = max(1, capacity)
    }

    /// How many facts wait.
    public var waitingCount: Int { waiting.count }

    // MARK: What this server has changed

    /// Takes notice of a change that this server has made, and publishes it.
    public mutating func note(_ change: MemoryChange) {
        switch change {
        case .greylist(let key, let entry): publish(.greylist(key, entry))
        case .network(let key, let record): publish(.history(.passes, key, record))
        case .client(let key, let record): publish(.history(.client, key, record))
        case .clientNetwork(let key, let record): publish(.history(.clientNetwork, key, record))
        case .lie(let record): publish(.lie(told(record)))
        // What gives way to others here may stay elsewhere.
        case .greylistRemoved, .networkRemoved, .clientRemoved, .clientNetworkRemoved, .lieHeard: break
        }
    }

    /// Publishes what is no change of the memory; of a lie, with all that this server has said of it before.
    public mutating func say(_ fact: SharedFact) {
        resume(fact)
        if case .lie(let record) = fact { publish(.lie(lies[record.key] ?? record)) } else { publish(fact) }
    }

    /// The lie as this server has told it so far.
    private mutating func told(_ record: LieRecord) -> LieRecord {
        guard var known = lies[record.key], known.arm == record.arm || known.isTold else {
            if lies.count < Self.maximumLies { lies[record.key] = record }
            return record
        }
        if record.arm == known.arm, record.lastTold > known.lastTold {
            known.lastTold = record.lastTold
            known.timesTold = known.timesTold == .max ? .max : known.timesTold + 1
        }
        lies[record.key] = known
        return known
    }

    /// Puts a fact where it waits to be published; one about the same subject that waits already is replaced.
    public mutating func publish(_ fact: SharedFact) {
        let subject = fact.subject
        if waiting[subject] == nil {
            guard waiting.count < capacity else {
                dropped += 1
                return
            }
            order.append(subject)
        }
        waiting[subject] = fact
    }

    /// Takes up to `limit` of the facts that have waited longest. O(limit), amortised.
    public mutating func take(_ limit: Int) -> [SharedFact] {
        var taken: [SharedFact] = []
        while taken.count < limit, next < order.count {
            if let fact = waiting.removeValue(forKey: order[next]) { taken.append(fact) }
            next += 1
        }
        if next == order.count {
            (order, next) = ([], 0)
        } else if next > 65_536 {
            order.removeFirst(next)
            next = 0
        }
        return taken
    }

    /// Puts facts back that could not be published; what was said since about the same subject stays.
    public mutating func putBack(_ facts: [SharedFact]) {
        for fact in facts where waiting[fact.subject] == nil { publish(fact) }
    }

    // MARK: What was said before

    /// Takes in what this server itself has published in an earlier run, and nobody else remembers here.
    public mutating func resume(_ fact: SharedFact) {
        guard case .lie(let record) = fact, lies[record.key] != nil || lies.count < Self.maximumLies else { return }
        lies[record.key] = lies[record.key]?.merged(record) ?? record
    }

    /// The lies that this server has told since the start.
    public var toldLies: [SharedFact] { lies.values.map(SharedFact.lie) }
}

extension ServerID {
    /// No server: stands for oneself where others have numbers.
    public static let nobody = ServerID(0)
}

public import Keeping
public import Memory
internal import Redis
internal import SMTP
internal import Synchronization
internal import Threads

/// Shares what several servers of a site remember, over a Redis.
///
/// ``submit(_:)`` is for every thread and waits for nothing. One thread publishes, in batches: each fact under a key of its
/// own, for those who come later, and all of a batch as an entry of a stream, for those who listen. A second thread listens.
/// Whatever becomes of the Redis, what is known here decides; afterwards everybody comes to know the same.
///
/// - When the connection was lost, what waited is published, and the stream is read on from where it stopped.
/// - When the stream has moved on meanwhile, or an entry is missing, everything is read again.
/// - When another Redis, or an empty one, has taken its place, everything is published again as well.
public final class SharedStore: Sendable {
    /// What waits to be looked at by the publishing thread.
    enum Item: Sendable {
        case change(MemoryChange)
        case fact(SharedFact)
        case removal(SitePurge)
    }

    /// What both threads share. The lock is held for operations on values only.
    struct State: Sendable {
        var replica: Replica
        var status = SharingStatus()
        /// Where the stream is read on; `nil` while everything has to be read again first.
        var position: String?
        /// How often everything was read: a position of an earlier reading is none.
        var reading = 0
        /// Where the stream of notes is read on.
        var notesPlace = "0-0"
        /// The number of each publisher's newest batch.
        var heard: [Publisher: Int64] = [:]
        /// The number of the own newest batch.
        var number: Int64 = 0
        /// What was said of what is wrong, so that it is said once.
        var told: Set<String> = []
    }

    /// A run of a server.
    struct Publisher: Hashable, Sendable {
        var server: ServerID
        var run: UInt64
    }

    let settings: SharingSettings
    let keys: SharedKeys
    let host: any SharingHost
    /// Which run of this server this is.
    let run = UInt64.random(in: 1 ... .max)
    let state: Mutex<State>
    let clock: SharedClock
    let box: Mutex<Mailbox<Item>>
    let notes: Mutex<Mailbox<SharedNote>>
    private let wakes = Semaphore()
    /// Is signalled for nobody: who waits for it waits for the time.
    private let pauses = Semaphore()
    private let isWoken = Atomic(false)
    private let isStopped = Atomic(false)
    private let threads = Semaphore()

    /// A store that is not started.
    public init(_ settings: SharingSettings, host: any SharingHost) {
        self.settings = settings
        self.host = host
        keys = SharedKeys(prefix: settings.prefix)
        state = Mutex(State(replica: Replica(server: settings.server, capacity: settings.capacity)))
        box = Mutex(Mailbox(capacity: settings.capacity, dropping: .newest))
        notes = Mutex(Mailbox(capacity: settings.notesCapacity, dropping: .oldest))
        if let place = settings.heardPlace, RedisStreamID(place) != nil { state.withLock { $0.notesPlace = place } }
        clock = SharedClock { [host] in host.now }
    }

    /// Starts its threads.
    public func start() throws {
        try Thread.start("argot-share") { [self] in
            var publisher = SharingPublisher(store: self)
            publisher.work()
            threads.signal()
        }
        try Thread.start("argot-hear") { [self] in
            SharingListener(store: self).work()
            threads.signal()
        }
    }

    /// Has its threads publish what waits, and end.
    func end() {
        isStopped.store(true, ordering: .releasing)
        wakes.signal()
    }

    /// Publishes what waits, if that goes soon, and ends.
    public func stop(within patience: Duration) {
        end()
        let end = ContinuousClock.now.advanced(by: patience)
        for _ in 0..<2 where !threads.wait(until: end) { return }
    }

    /// Takes notice of a change that this server has made. Never waits; O(1).
    public func submit(_ change: MemoryChange) { put(.change(change)) }

    /// Publishes something that is no change of the memory. Never waits; O(1).
    public func publish(_ fact: SharedFact) { put(.fact(fact)) }

    /// Removes what was removed here from the Redis, too. Never waits; O(1).
    func remove(_ purge: SitePurge) { put(.removal(purge)) }

    /// Publishes something to learn from. Never waits; O(1).
    public func submit(_ note: SharedNote) {
        _ = notes.withLock { $0.append(note) }
        wake()
    }

    /// How it goes.
    public var status: SharingStatus {
        let waiting = box.withLock { $0.count }
        let dropped = dropped
        let notesDropped = notes.withLock { $0.dropped }
        return state.withLock { state in
            var status = state.status
            status.waiting = waiting + state.replica.waitingCount
            status.overflowed = dropped.sum
            status.notesLost += notesDropped
            return status
        }
    }

    /// How many changes found no room since the start: where they were submitted, and where they wait to be published.
    var dropped: Dropped {
        Dropped(submitted: box.withLock { $0.dropped }, waiting: state.withLock { $0.replica.dropped })
    }

    /// Changes that found no room.
    struct Dropped {
        var submitted: Int
        var waiting: Int
        var sum: Int { submitted + waiting }
    }

    private func put(_ item: Item) {
        _ = box.withLock { $0.append(item) }
        wake()
    }

    func wake() {
        guard !isWoken.exchange(true, ordering: .relaxed) else { return }
        wakes.signal()
    }

    /// Waits until something is to be done, at most until then.
    func waitForWork(atMost time: Duration) {
        wakes.wait(until: .now.advanced(by: time))
        isWoken.store(false, ordering: .relaxed)
    }

    /// Lets a batch gather what comes together.
    func gather() { pause(settings.gathering) }

    /// Waits a while, or until the store is stopped.
    func pause(_ time: Duration) { pauses.wait(until: .now.advanced(by: time)) }

    var hasStopped: Bool { isStopped.load(ordering: .acquiring) }

    /// What was submitted since the last time.
    func takeItems() -> [Item] { box.withLock { $0.take() } }

    /// Tells the administrator something once, until ``forget(_:)``.
    func tell(_ event: SharingEvent, once key: String) {
        let isNews = state.withLock { state in
            // A stranger's keys must not fill the memory.
            state.told.count < 1_000 && state.told.insert(key).inserted
        }
        if isNews { host.tell(event) }
    }

    /// What was said under a name may be said again.
    func forget(_ key: String) { state.withLock { _ = $0.told.remove(key) } }

    /// Takes in what a server has said, with times of the shared clock.
    func receive(_ facts: [SharedFact], of owner: ServerID) {
        let offset = clock.offset
        let now = clock.sharedNow
        var refused = 0
        var ahead: Int64 = 0
        let good = facts.filter { fact in
            let early = fact.latestTime.seconds.subtractingReportingOverflow(now)
            guard early.overflow || early.partialValue > Self.tolerance else { return true }
            refused += 1
            ahead = max(ahead, early.overflow ? .max : early.partialValue)
            return false
        }.map { $0.moved(by: -offset) }
        state.withLock { state in
            state.status.refused += refused
            state.status.received += good.count
            if owner == settings.server { for fact in good { state.replica.resume(fact) } }
        }
        if refused > 0 {
            let name = state.withLock { $0.status.nodes[owner.name]?.name } ?? owner.name
            tell(.clockAhead(server: name, seconds: ahead), once: "ahead \(owner.name)")
        }
        if !good.isEmpty { host.take(good, from: owner == settings.server ? nil : owner) }
    }

    /// How far a server's clock may be ahead, in seconds.
    static let tolerance: Int64 = 600
}

import Memory
import Redis
import SMTP
import Synchronization
import Threads

/// The thread that publishes: connects, makes sure that the site is ours, brings both sides to the same, and then sends what
/// changes.
struct SharingPublisher {
    let store: SharedStore
    /// The Redis that was used last, and the site's data in it.
    private var known: SiteIdentity?
    /// How much was dropped when all was published last.
    private var dropped = 0
    private var notesDropped = 0
    private var nextBeat = ContinuousClock.now
    private var roll = NodeRoll()
    private var models = ModelExchange()
    /// What is still to be removed from the Redis.
    private var removals: [SitePurge] = []

    /// How many facts go into a batch.
    static let batchLength = 512

    /// How often a server tells how it is.
    private static let beat: Duration = .seconds(2)

    /// How long to wait before the next attempt, at first and at most.
    private static let backOff = (first: Duration.milliseconds(100), longest: Duration.seconds(5))

    init(store: SharedStore) { self.store = store }

    /// Until the store is stopped.
    mutating func work() {
        var backOff = Self.backOff.first
        var lostAt: ContinuousClock.Instant?
        while !store.hasStopped {
            do throws(SharingFailure) {
                var connection = try SiteConnection(store.settings)
                try begin(&connection)
                noteConnected(connection.place, after: lostAt)
                (lostAt, backOff) = (nil, Self.backOff.first)
                try serve(&connection)
                roll.leave(&connection, store)
                return
            } catch {
                if case .stale = error { continue }
                note(error)
                lostAt = lostAt ?? .now
            }
            let end = ContinuousClock.now.advanced(by: backOff)
            backOff = min(backOff * 2, Self.backOff.longest)
            while !store.hasStopped, .now < end {
                store.waitForWork(atMost: ContinuousClock.now.duration(to: end))
                // What nobody takes out of the box would soon find it full; the replica holds one fact of a subject.
                if known != nil { collect() }
            }
        }
    }

    private func noteConnected(_ place: String, after lostAt: ContinuousClock.Instant?) {
        let isNews = store.state.withLock { state in
            defer {
                state.status.isConnected = true
                state.status.problem = nil
                state.told = state.told.filter { !$0.hasPrefix("lost ") }
            }
            return !state.status.isConnected
        }
        let away = lostAt.map { Int(clamping: $0.duration(to: .now).components.seconds) } ?? 0
        if isNews { store.host.tell(.connected(place: place, seconds: away)) }
    }

    private func note(_ failure: SharingFailure) {
        let event: SharingEvent
        switch failure {
        case .redis(let error): event = .disconnected(error)
        case .site(let problem): event = problem
        case .stale: return
        }
        store.state.withLock { state in
            state.status.isConnected = false
            state.status.problem = "\(event)"
        }
        // Another problem is said, the same one again is not.
        store.tell(event, once: "lost \(event)")
    }

    /// Makes sure that the site is ours, and brings both sides to the same where they may differ.
    private mutating func begin(_ connection: inout SiteConnection) throws(SharingFailure) {
        let identity = try SiteIdentity(&connection, store.settings, keys: store.keys)
        try readClock(&connection)
        try roll.enter(&connection, store)
        nextBeat = .now
        let dropped = store.dropped
        guard identity != known || dropped.sum > self.dropped || store.state.withLock({ $0.position == nil }) else {
            return
        }
        try store.adjustNotesPlace(&connection)
        var synchronisation = Synchronisation(store: store, isOtherRedis: known != nil && identity != known)
        try synchronisation.run(&connection)
        known = identity
        self.dropped = dropped.submitted + store.dropped.waiting
    }

    /// Sends what changes, until something fails or the store is stopped.
    private mutating func serve(_ connection: inout SiteConnection) throws(SharingFailure) {
        while true {
            // A batch gathers what comes together.
            store.waitForWork(atMost: min(Self.beat, ContinuousClock.now.duration(to: nextBeat)))
            if !store.hasStopped { store.gather() }
            collect()
            try store.publishWaiting(&connection)
            try store.publishNotes(&connection)
            if !removals.isEmpty {
                try FactRemoval(store: store, removals).run(&connection)
                removals = []
            }
            if ContinuousClock.now >= nextBeat {
                try readClock(&connection)
                try roll.beat(&connection, store)
                tellLosses()
                try models.run(&connection, store)
                nextBeat = .now.advanced(by: Self.beat)
            }
            if store.hasStopped { return }
            if store.dropped.sum > dropped || store.state.withLock({ $0.position == nil }) { throw .stale }
        }
    }

    /// Takes what was submitted into the replica.
    private mutating func collect() {
        let items = store.takeItems()
        let news = store.host.takeNews()
        store.state.withLock { state in
            for item in items {
                switch item {
                case .change(let change): state.replica.note(change)
                case .fact(let fact): state.replica.say(fact)
                case .removal(let purge): removals.append(purge)
                }
            }
            for fact in news { state.replica.publish(fact) }
        }
    }

    /// Says how many notes found no room.
    private mutating func tellLosses() {
        let dropped = store.notes.withLock { $0.dropped }
        if dropped > notesDropped { store.host.tell(.notesDropped(dropped - notesDropped)) }
        notesDropped = dropped
    }

    /// Compares the clocks: all servers go by that of the Redis.
    private func readClock(_ connection: inout SiteConnection) throws(SharingFailure) {
        let before = store.clock.ownNow
        let words = try connection.demand("TIME").array?.compactMap { $0.text.flatMap { Int64($0) } } ?? []
        guard words.count == 2 else { return }
        store.clock.set(Double(words[0]) + Double(words[1]) / 1e6, between: before, and: store.clock.ownNow)
        let offset = store.clock.offset
        store.state.withLock { $0.status.clockSeconds = -offset }
        if offset.magnitude > 60 {
            store.tell(.clockOff(seconds: -offset), once: "clock")
        } else {
            store.forget("clock")
        }
    }
}

import Keeping
import Memory
import Redis
import SMTP
import Synchronization

/// Brings this server and the Redis to the same: everything that is there is read, and what this server knows beyond that is
/// published.
struct Synchronisation {
    let store: SharedStore
    /// Whether another Redis, or an empty one, has taken the place of the one that was used before.
    let isOtherRedis: Bool
    private var held = HeldFacts()

    init(store: SharedStore, isOtherRedis: Bool) {
        self.store = store
        self.isOtherRedis = isOtherRedis
    }

    mutating func run(_ connection: inout SiteConnection) throws(SharingFailure) {
        // What is published from here on is in the stream behind this.
        let position = try store.mark(&connection)
        let isFirst = store.state.withLock { $0.reading == 0 }
        let read = try readAll(&connection)
        let published = try publishAll(&connection)
        store.state.withLock { state in
            state.heard = [:]
            state.position = position
            state.reading += 1
            if !isFirst { state.status.reread += 1 }
        }
        if isOtherRedis {
            store.host.tell(.republished(facts: published))
        } else if !isFirst {
            store.host.tell(.reread(facts: read))
        }
    }

    /// Reads every server's facts. O(keys of the database).
    private mutating func readAll(_ connection: inout SiteConnection) throws(SharingFailure) -> Int {
        var count = 0
        try connection.scan(store.keys.allFacts) { names, connection throws(SharingFailure) in
            count += try read(names, &connection)
            if store.hasStopped { throw .stale }
        }
        return count
    }

    private mutating func read(_ names: [[UInt8]], _ connection: inout SiteConnection) throws(SharingFailure) -> Int {
        guard !names.isEmpty else { return 0 }
        let values = try connection.facts(names)
        var facts: [ServerID: [SharedFact]] = [:]
        for (name, value) in zip(names, values) {
            let problem: String
            switch value {
            case .bytes(let bytes) where bytes.isEmpty: continue
            case .bytes(let bytes):
                if let owner = store.keys.server(ofFact: name), let fact = SharedFact(packed: bytes),
                    store.keys.fact(fact, of: owner) == name
                {
                    facts[owner, default: []].append(fact)
                    continue
                }
                problem = Self.problem(with: bytes)
            case .refusal(let words): problem = "cannot be read (\(words.prefix(80)))"
            default: problem = "is no fact"
            }
            store.state.withLock { $0.status.refused += 1 }
            let event = SharingEvent.unreadable(key: String(decoding: name, as: UTF8.self), problem: problem)
            store.tell(event, once: "unreadable \(problem)")
        }
        let offset = store.clock.offset
        for (owner, facts) in facts {
            for fact in facts { held.note(fact.moved(by: -offset), isOwn: owner == store.settings.server) }
            store.receive(facts, of: owner)
        }
        return facts.values.reduce(0) { $0 + $1.count }
    }

    private static func problem(with bytes: [UInt8]) -> String {
        if bytes.count > SharedFact.maximumLength { return "is larger than any fact" }
        if let form = bytes.first, form > SharedFact.form, form < 0x20 { return "is of a newer release (form \(form))" }
        return "is no fact, or a damaged one"
    }

    /// Publishes what this server knows and the Redis does not. O(what is remembered).
    private func publishAll(_ connection: inout SiteConnection) throws(SharingFailure) -> Int {
        let before = store.state.withLock { $0.status.published }
        var failure: SharingFailure?
        let lies = store.state.withLock { $0.replica.toldLies }
        if isOtherRedis { store.state.withLock { state in for lie in lies { state.replica.publish(lie) } } }
        store.host.forEachRecord { facts in
            store.state.withLock { state in
                for fact in facts where !held.covers(fact) { state.replica.say(fact) }
            }
            do throws(SharingFailure) {
                try store.publishWaiting(&connection)
                return !store.hasStopped
            } catch {
                failure = error
                return false
            }
        }
        if let failure { throw failure }
        return store.state.withLock { $0.status.published } - before
    }
}

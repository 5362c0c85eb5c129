import Keeping
import Memory
import Redis
import SMTP

/// Takes what was removed at a server out of the Redis, whoever has said it. With everything the streams go, too: who has not
/// read them to the end reads everything again, and finds nothing.
struct FactRemoval {
    private let store: SharedStore
    private let purged: PurgedFacts
    private let takesStreams: Bool

    init(store: SharedStore, _ purges: [SitePurge]) {
        self.store = store
        let offset = store.clock.offset
        var purged = PurgedFacts()
        for purge in purges { _ = purged.insert(purge.moved(by: offset)) }
        self.purged = purged
        takesStreams = purges.contains { if case .everything = $0.scope { true } else { false } }
    }

    /// O(keys of the database).
    func run(_ connection: inout SiteConnection) throws(SharingFailure) {
        try connection.scan(store.keys.allFacts) { names, connection throws(SharingFailure) in
            let values = try connection.facts(names)
            let removed = zip(names, values).compactMap { name, value in
                value.bytes.flatMap { SharedFact(packed: $0) }.flatMap { purged.covers($0) ? name : nil }
            }
            if !removed.isEmpty { _ = try connection.demand([Array("UNLINK".utf8)] + removed) }
        }
        if takesStreams { _ = try connection.demand("DEL", store.keys.changes, store.keys.notes) }
    }
}

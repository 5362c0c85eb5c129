public import Memory
import Policy
public import SMTP
import Synchronization
import Threads

/// What several servers remember together. Nothing here is on the path of a mail.
extension DecisionMemory {
    /// How many records are looked at under one lock when all are gone through.
    private static let sliceLength = 1_024

    /// From now on what other servers need to know is kept for ``takeNews()``.
    public func beginSharing() { shares.store(true, ordering: .relaxed) }

    /// What other servers are to be told beside the changes that are kept on disk: votes and trips of the breaker, words of
    /// the mail server. Each is handed out once.
    public func takeNews() -> [SharedFact] { news.withLock { $0.take() } }

    /// Takes in what another server has said, or this one in an earlier run (`nil`).
    ///
    /// - Returns: what to keep on disk, and what the breaker switches off with it, if that is news.
    public func take(
        _ fact: SharedFact, from server: ServerID?, at now: UnixTime
    ) -> (changes: [MemoryChange], trip: BreakerTrip?) {
        if purged.withLock({ !$0.isEmpty && $0.covers(fact) }) { return ([], nil) }
        switch fact {
        case .greylist(let key, let entry): return (greylist.withLock { $0.merge(key, entry, at: now) }, nil)
        case .history(.passes, let key, let record):
            return (greylist.withLock { $0.hear(record, ofNetwork: key, from: server, at: now) }, nil)
        case .history(.client, let key, let record):
            return (history.withLock { $0.hear(record, ofClient: key, from: server, at: now) }, nil)
        case .history(.clientNetwork, let key, let record):
            return (history.withLock { $0.hear(record, ofNetwork: key, from: server, at: now) }, nil)
        case .lie(let record):
            hear(record, at: now)
            return ([.lieHeard(record)], nil)
        case .vote(let vote): return ([], takeVote(vote, at: now))
        case .trip(let trip, let end):
            let isNews = breaker.withLock { breaker in
                defer { noteTrip(trip, of: breaker) }
                return breaker.take(trip, until: end, at: now)
            }
            return ([], isNews ? trip : nil)
        case .reply(let reply): genuineReplies.withLock { $0.take(reply) }
        case .purge(let purge): take(purge)
        case .correspondent, .mode, .standing: break
        }
        return ([], nil)
    }

    /// Forgets what was removed at another server, and notes that.
    ///
    /// - Returns: whether that is news.
    @discardableResult
    public func take(_ purge: SitePurge) -> Bool {
        guard purged.withLock({ $0.insert(purge) }) else { return false }
        forget(purge.scope, lastSeenUpTo: purge.time)
        return true
    }

    /// Notes that something was removed here, so that it does not come back from a server that was away.
    public func note(_ purge: SitePurge) { purged.withLock { _ = $0.insert(purge) } }

    /// Whether what was seen of a client at a time has been removed.
    public func wasPurged(client: KeyedHash, at time: UnixTime) -> Bool {
        purged.withLock { !$0.isEmpty && $0.covers(client: client, at: time) }
    }

    private func takeVote(_ vote: BreakerVote, at now: UnixTime) -> BreakerTrip? {
        breaker.withLock { breaker in
            let trip = breaker.take(vote, at: now)
            noteTrip(trip, of: breaker)
            if let trip, let end = breaker.end(of: trip) { news.withLock { _ = $0.append(.trip(trip, until: end)) } }
            return trip
        }
    }

    /// Goes through all that this server has to say, piece by piece; the locks are held for a piece only. What changes meanwhile may
    /// be missed, and is told by itself.
    ///
    /// - Parameter body: is called without a lock; ends the walk by `false`.
    public func forEachRecord(_ body: ([SharedFact]) -> Bool) {
        walk(body) { start, count in
            self.greylist.withLock { $0.attempts(at: start, count: count) }?.map { .greylist($0.key, $0.entry) }
        }
        walk(body) { start, count in
            self.greylist.withLock { $0.networks(at: start, count: count) }?
                .map { .history(.passes, $0.key, $0.record) }
        }
        walk(body) { start, count in
            self.history.withLock { $0.clients(at: start, count: count) }?.map { .history(.client, $0.key, $0.record) }
        }
        walk(body) { start, count in
            self.history.withLock { $0.networks(at: start, count: count) }?
                .map { .history(.clientNetwork, $0.key, $0.record) }
        }
        _ = body(genuineReplies.withLock { $0.learned }.map(SharedFact.reply))
        _ = body(purged.withLock { $0.all }.map(SharedFact.purge))
    }

    private func walk(_ body: ([SharedFact]) -> Bool, _ piece: (Int, Int) -> [SharedFact]?) {
        var start = 0
        while let facts = piece(start, Self.sliceLength) {
            guard body(facts) else { return }
            start += Self.sliceLength
        }
    }
}

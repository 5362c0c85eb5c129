public import SMTP

/// Something that an administrator has removed before its time, at any of several servers: what was last seen since then stays.
public struct SitePurge: Sendable, Hashable {
    /// What.
    public var scope: PurgeScope

    /// When.
    public var time: UnixTime

    /// A removal of its parts.
    public init(_ scope: PurgeScope, at time: UnixTime) {
        self.scope = scope
        self.time = time
    }

    /// The same with all times moved by `seconds`.
    public func moved(by seconds: Int64) -> SitePurge {
        guard case .olderThan(let end) = scope else { return SitePurge(scope, at: time + seconds) }
        return SitePurge(.olderThan(end + seconds), at: time + seconds)
    }
}

/// What was removed at any of several servers, so that it does not come back from one that was away.
public struct PurgedFacts: Sendable {
    /// When what a key stands for was removed: of a client, a network, a sender, a recipient.
    private var keys: [KeyedHash: UnixTime] = [:]
    /// Up to when all was removed.
    private var end = UnixTime(seconds: .min)
    /// Up to when all was removed that the greylist remembers.
    private var attemptsEnd = UnixTime(seconds: .min)
    private var purges: [PurgeScope: SitePurge] = [:]

    /// The most removals that are remembered, beside those of everything.
    private static let capacity = 10_000

    /// Nothing removed.
    public init() {}

    /// Whether nothing was removed.
    public var isEmpty: Bool { purges.isEmpty }

    /// Each removal, with the time of the latest.
    public var all: [SitePurge] { Array(purges.values) }

    /// Notes a removal. O(1).
    ///
    /// - Returns: whether it is news.
    public mutating func insert(_ purge: SitePurge) -> Bool {
        let subject = purge.scope.subject
        if let known = purges[subject], known.time >= purge.time { return false }
        if purges[subject] != nil || purges.count < Self.capacity { purges[subject] = purge }
        func note(_ names: KeyedHash...) {
            for name in names where keys[name] != nil || keys.count < Self.capacity * 3 {
                keys[name] = max(purge.time, keys[name] ?? purge.time)
            }
        }
        switch purge.scope {
        case .olderThan(let time): end = max(end, min(time + -1, purge.time))
        case .client(let client, let network, _): note(client.client, client.network, network)
        case .sender(let sender): note(sender)
        case .recipient(let recipient): note(recipient)
        case .greylist: attemptsEnd = max(attemptsEnd, purge.time)
        case .everything: end = max(end, purge.time)
        }
        return true
    }

    /// Whether what a fact says was removed after it was last seen. O(1).
    public func covers(_ fact: SharedFact) -> Bool {
        let last = fact.latestTime
        switch fact {
        case .greylist: return last <= end || last <= attemptsEnd
        case .history(.passes, let key, _): return last <= end || last <= attemptsEnd || isRemoved(key, last)
        case .history(_, let key, _), .correspondent(let key, _): return last <= end || isRemoved(key, last)
        case .lie(let record):
            return last <= end || isRemoved(record.key.recipient, last) || isRemoved(record.key.network, last)
        case .mode, .standing, .vote, .trip, .reply, .purge: return false
        }
    }

    /// Whether what was seen of a client at a time was removed. O(1).
    public func covers(client: KeyedHash, at time: UnixTime) -> Bool { time <= end || isRemoved(client, time) }

    private func isRemoved(_ key: KeyedHash, _ last: UnixTime) -> Bool { keys[key].map { last <= $0 } ?? false }
}

extension PurgeScope {
    /// What it is about: of two removals of one subject the later one says all.
    var subject: PurgeScope {
        switch self {
        case .olderThan: .olderThan(UnixTime(seconds: 0))
        case .everything: .everything(labels: false)
        case .client, .sender, .recipient, .greylist: self
        }
    }
}

public import Policy
public import SMTP

/// Remembers the attempts of suspicious clients and lets those in that come back.
///
/// A value machine: attempts in, standings and changes out; it reads no clock. An attempt has two keys: the client's
/// network with sender and recipient, and dialect with sender and recipient, so that a big sender's pool passes when
/// another of its addresses tries again in the same way. Attempts are shared out by network, so that no number of them
/// makes those of other networks forgotten before they come again.
public struct Greylist: Sendable {
    var entries: FairMemory
    var networks: SharedRecords
    private(set) var configuration: GreylistConfiguration

    /// How long a first attempt keeps its room in its network's share, in seconds: within an hour all but few come again.
    private static let patience: Int64 = 3_600

    /// The keys of an attempt.
    public struct Attempt: Sendable, Hashable {
        /// Network, sender and recipient.
        public var triplet: KeyedHash

        /// Dialect, sender and recipient; the triplet again where a pool is not to pass for one of its addresses.
        public var pool: KeyedHash

        /// The network alone.
        public var network: KeyedHash

        /// The networks that the attempt is counted against.
        public var place: NetworkPlace

        /// An attempt of its keys, of a client; without one it is counted against `network` alone.
        public init(triplet: KeyedHash, pool: KeyedHash, network: KeyedHash, client: ClientKeys? = nil) {
            self.triplet = triplet
            self.pool = pool
            self.network = network
            place = client.map(NetworkPlace.init(inNetwork:)) ?? NetworkPlace(network: network)
        }
    }

    /// An empty greylist.
    public init(configuration: GreylistConfiguration) {
        self.configuration = configuration
        let capacity = max(configuration.capacity, 1)
        entries = FairMemory(
            capacity: capacity.multipliedReportingOverflow(by: 2).overflow ? .max : 2 * capacity, provenShare: 0.5,
            newcomers: FairTier.Rule(patience: Self.patience), proven: FairTier.Rule())
        networks = SharedRecords(
            FairMemory(
                capacity: capacity, provenShare: 0.875, newcomers: FairTier.Rule(),
                proven: FairTier.Rule(patience: configuration.passLifetime / 3, keepsFirst: true)))
    }

    /// The number of keys remembered: two an attempt, one where its keys are the same.
    public var count: Int { entries.count }

    /// Takes new delays and lifetimes; the capacity stays until the next start.
    public mutating func reconfigure(_ configuration: GreylistConfiguration) {
        self.configuration = configuration
        networks.setProvenPatience(configuration.passLifetime / 3)
    }

    /// Takes over the attempts and networks that were remembered before, in any order: those that have passed first, of
    /// them and of the others those last seen, until there is no more room. O(n log n).
    public mutating func restore(
        _ saved: [(key: KeyedHash, entry: GreylistEntry)] = [],
        networks savedNetworks: [(key: KeyedHash, record: ClientRecord)] = [], at now: UnixTime
    ) {
        let configuration = configuration
        entries.restore(saved.lazy.map { ($0.key, $0.entry.record) }, at: now, isProven: Self.hasPassed)
        networks.restore(savedNetworks, at: now) { configuration.allows($0) }
    }

    /// Forgets what a network has passed, unless it was seen after a time. O(servers).
    public mutating func forget(network: KeyedHash, lastSeenUpTo time: UnixTime) {
        networks.remove(network, lastSeenUpTo: time)
    }

    /// Forgets what was last seen before a time, or everything. O(entries).
    public mutating func forget(before time: UnixTime? = nil, everything: Bool = false) {
        guard everything || time != nil else { return }
        let isRemoved = { (record: ClientRecord) in everything || time.map { record.lastSeen < $0 } ?? false }
        entries.removeAll(where: isRemoved)
        networks.forget(before: time, everything: everything)
    }

    /// Whether the network is on the automatic allow list.
    public func isAllowListed(_ network: KeyedHash, at now: UnixTime) -> Bool {
        guard let record = networks[network] else { return false }
        return configuration.allows(record) && record.lastSeen.age(at: now) < configuration.passLifetime
    }

    /// Judges an attempt and remembers it. O(1).
    public mutating func judge(_ attempt: Attempt, at now: UnixTime) -> (GreylistStanding, [MemoryChange]) {
        if isAllowListed(attempt.network, at: now) { return (.allowListed, noteUse(of: attempt, at: now, passes: 0)) }
        let known = [attempt.triplet, attempt.pool].compactMap { entries[$0]?.asOf(now) }
            .filter { isAlive($0, at: now) }
        guard let first = known.map(\.firstSeen).min() else {
            return (.new, save(GreylistEntry(firstSeen: now, lastSeen: now, hasPassed: false), attempt, at: now))
        }
        let hadPassed = known.contains(where: Self.hasPassed)
        let passes = hadPassed || first.age(at: now) >= configuration.delay
        var changes = save(GreylistEntry(firstSeen: first, lastSeen: now, hasPassed: passes), attempt, at: now)
        guard passes else { return (.early(secondsLeft: configuration.delay - first.age(at: now)), changes) }
        if !hadPassed { changes += noteUse(of: attempt, at: now, passes: 1) }
        return (.passed, changes)
    }

    /// Takes in what another server knows of an attempt. What is too old at either goes before they are merged: its first
    /// time would hold for a new attempt. O(1).
    ///
    /// - Returns: what to keep on disk; empty where nothing is new.
    public mutating func merge(_ key: KeyedHash, _ heard: GreylistEntry, at now: UnixTime) -> [MemoryChange] {
        guard isAlive(heard.record, at: now) else { return [] }
        var entry = heard
        if let known = entries[key], isAlive(known, at: now) {
            entry.merge(GreylistEntry(known))
            guard entry.record != known else { return [] }
        }
        let evicted = entries.set(entry.record, for: key, at: now, isProven: Self.hasPassed)
        return [.greylist(key, entry)] + evicted.map(MemoryChange.greylistRemoved)
    }

    /// Takes in what another server has counted of a network's passes, or this one in an earlier run (`nil`). O(servers).
    ///
    /// - Returns: what to keep on disk.
    public mutating func hear(
        _ record: ClientRecord, ofNetwork key: KeyedHash, from server: ServerID?, at now: UnixTime
    ) -> [MemoryChange] {
        guard record.lastSeen.age(at: now) < configuration.passLifetime else { return [] }
        let configuration = configuration
        guard let server else {
            let news = networks.resume(record, of: key, at: now) { configuration.allows($0) }
            return news.map { [.network(key, $0.record)] + $0.evicted.map(MemoryChange.networkRemoved) } ?? []
        }
        _ = networks.hear(record, of: key, from: server, at: now) { configuration.allows($0) }
        return []
    }

    /// What all servers together have of a network's passes, and the keys of all networks.
    func combinedNetwork(_ key: KeyedHash) -> ClientRecord? { networks[key] }

    var allNetworkKeys: Set<KeyedHash> { networks.keys }

    /// The attempts at places of a table that holds all of them, for going through it piece by piece; `nil` past its end.
    /// O(count).
    public func attempts(at start: Int, count: Int) -> [(key: KeyedHash, entry: GreylistEntry)]? {
        entries.records(at: start, count: count)?.map { ($0.key, GreylistEntry($0.record)) }
    }

    /// The same for this server's own records of networks.
    public func networks(at start: Int, count: Int) -> [(key: KeyedHash, record: ClientRecord)]? {
        networks.records(at: start, count: count)
    }

    private func isAlive(_ entry: ClientRecord, at now: UnixTime) -> Bool {
        Self.hasPassed(entry)
            ? entry.lastSeen.age(at: now) < configuration.passLifetime
            : entry.firstSeen.age(at: now) < configuration.retryWindow
    }

    static func hasPassed(_ entry: ClientRecord) -> Bool { entry.count > 0 }

    private mutating func save(_ entry: GreylistEntry, _ attempt: Attempt, at now: UnixTime) -> [MemoryChange] {
        let keys = attempt.pool == attempt.triplet ? [attempt.triplet] : [attempt.triplet, attempt.pool]
        var entry = entry
        var changes: [MemoryChange] = []
        for key in keys {
            entry.place = entries[key]?.place ?? attempt.place
            changes.append(.greylist(key, entry))
            changes += entries.set(entry.record, for: key, at: now, isProven: Self.hasPassed)
                .map(MemoryChange.greylistRemoved)
        }
        return changes
    }

    private mutating func noteUse(of attempt: Attempt, at now: UnixTime, passes: Int) -> [MemoryChange] {
        let configuration = configuration
        var record = networks.own[attempt.network] ?? ClientRecord(firstSeen: now, lastSeen: now, count: 0)
        if record.lastSeen.age(at: now) >= configuration.passLifetime { record.count = 0 }
        record = record.asOf(now)
        record.lastSeen = now
        record.count = record.count > .max - passes ? .max : record.count + passes
        record.place = record.place ?? attempt.place.aroundNetwork
        let evicted = networks.set(record, for: attempt.network, at: now) { configuration.allows($0) }
        return [.network(attempt.network, record)] + evicted.map(MemoryChange.networkRemoved)
    }
}

extension GreylistConfiguration {
    /// Whether so many passes put a network on the automatic allow list.
    func allows(_ record: ClientRecord) -> Bool {
        automaticAllowCount > 0 && record.count >= automaticAllowCount
    }
}

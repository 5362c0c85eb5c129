public import SMTP

/// Remembers the attempts of suspicious clients and lets those in that come back.
///
/// A value machine: attempts in, standings and changes out; it reads no clock. An attempt has two keys: the client's
/// network with sender and recipient, and dialect with sender and recipient, so that a big sender's pool passes when
/// another of its addresses tries again in the same way.
public struct Greylist: Sendable {
    private var entries: GenerationalMap<KeyedHash, GreylistEntry>
    private var networks: GenerationalMap<KeyedHash, ClientRecord>
    private var configuration: GreylistConfiguration

    /// The keys of an attempt.
    public struct Attempt: Sendable, Hashable {
        /// Network, sender and recipient.
        public var triplet: KeyedHash

        /// Dialect, sender and recipient; the triplet again where a pool is not to pass for one of its addresses.
        public var pool: KeyedHash

        /// The network alone.
        public var network: KeyedHash

        /// An attempt of its keys.
        public init(triplet: KeyedHash, pool: KeyedHash, network: KeyedHash) {
            self.triplet = triplet
            self.pool = pool
            self.network = network
        }
    }

    /// An empty greylist.
    public init(configuration: GreylistConfiguration) {
        self.configuration = configuration
        entries = GenerationalMap(capacity: 2 * configuration.capacity)
        networks = GenerationalMap(capacity: configuration.capacity)
    }

    /// The number of keys remembered: two an attempt, one where its keys are the same.
    public var count: Int { entries.count }

    /// Takes new delays and lifetimes; the capacity stays until the next start.
    public mutating func reconfigure(_ configuration: GreylistConfiguration) { self.configuration = configuration }

    /// Takes over what was remembered before, oldest first.
    public mutating func restore(_ saved: some Sequence<(KeyedHash, GreylistEntry)>) {
        for (key, entry) in saved { entries.set(entry, for: key) }
    }

    /// Takes over the networks that were remembered before, oldest first.
    public mutating func restore(networks saved: some Sequence<(KeyedHash, ClientRecord)>) {
        for (key, record) in saved { networks.set(record, for: key) }
    }

    /// Forgets what was last seen before a time, or everything; and one network. O(entries).
    public mutating func forget(before time: UnixTime? = nil, network: KeyedHash? = nil, everything: Bool = false) {
        if let network { networks.remove(network) }
        guard everything || time != nil else { return }
        _ = entries.removeAll { _, entry in everything || time.map { entry.lastSeen < $0 } ?? false }
        _ = networks.removeAll { _, record in everything || time.map { record.lastSeen < $0 } ?? false }
    }

    /// Whether the network is on the automatic allow list.
    public func isAllowListed(_ network: KeyedHash, at now: UnixTime) -> Bool {
        guard configuration.automaticAllowCount > 0, let record = networks[network] else { return false }
        return record.count >= configuration.automaticAllowCount && now - record.lastSeen < configuration.passLifetime
    }

    /// Judges an attempt and remembers it. O(1).
    public mutating func judge(_ attempt: Attempt, at now: UnixTime) -> (GreylistStanding, [MemoryChange]) {
        if isAllowListed(attempt.network, at: now) {
            return (.allowListed, [noteUse(of: attempt.network, at: now, passes: 0)])
        }
        let known = [attempt.triplet, attempt.pool].compactMap { entries[$0] }.filter { isAlive($0, at: now) }
        guard let first = known.map(\.firstSeen).min() else {
            return (.new, save(GreylistEntry(firstSeen: now, lastSeen: now, hasPassed: false), attempt))
        }
        let hadPassed = known.contains(where: \.hasPassed)
        let passes = hadPassed || now - first >= configuration.delay
        var changes = save(GreylistEntry(firstSeen: first, lastSeen: now, hasPassed: passes), attempt)
        guard passes else { return (.early(secondsLeft: configuration.delay - (now - first)), changes) }
        if !hadPassed { changes.append(noteUse(of: attempt.network, at: now, passes: 1)) }
        return (.passed, changes)
    }

    private func isAlive(_ entry: GreylistEntry, at now: UnixTime) -> Bool {
        entry.hasPassed
            ? now - entry.lastSeen < configuration.passLifetime : now - entry.firstSeen < configuration.retryWindow
    }

    private mutating func save(_ entry: GreylistEntry, _ attempt: Attempt) -> [MemoryChange] {
        let keys = attempt.pool == attempt.triplet ? [attempt.triplet] : [attempt.triplet, attempt.pool]
        for key in keys { entries.set(entry, for: key) }
        return keys.map { .greylist($0, entry) }
    }

    private mutating func noteUse(of network: KeyedHash, at now: UnixTime, passes: Int) -> MemoryChange {
        var record = networks[network] ?? ClientRecord(firstSeen: now, lastSeen: now, count: 0)
        if now - record.lastSeen >= configuration.passLifetime { record.count = 0 }
        record.lastSeen = now
        record.count += passes
        networks.set(record, for: network)
        return .network(network, record)
    }
}

public import Policy
public import SMTP

/// Remembers which clients have sent clean mail: messages that the mail server took and that nothing of weight counted
/// against. So does it of their networks, once for all clients of a network.
///
/// It is not a label for learning; it only keeps Argot's hands off clients that never gave a reason, and ends where they
/// do. A good history has room that no number of newcomers can take, and of those the oldest is the last to go.
public struct ClientHistory: Sendable {
    var clients: SharedRecords
    var networks: SharedRecords
    private(set) var configuration: HistoryConfiguration

    /// An empty history.
    public init(configuration: HistoryConfiguration) {
        self.configuration = configuration
        let proven = FairTier.Rule(patience: configuration.lifetime / 3, keepsFirst: true)
        clients = SharedRecords(
            FairMemory(
                capacity: configuration.capacity, provenShare: 0.875, newcomers: FairTier.Rule(), proven: proven))
        networks = clients
    }

    /// The number of clients remembered.
    public var count: Int { clients.count }

    /// The number of client networks remembered.
    public var networkCount: Int { networks.count }

    /// Takes new thresholds; the capacity stays until the next start.
    public mutating func reconfigure(_ configuration: HistoryConfiguration) {
        self.configuration = configuration
        clients.setProvenPatience(configuration.lifetime / 3)
        networks.setProvenPatience(configuration.lifetime / 3)
    }

    /// Takes over the clients and networks that were remembered before, in any order: the good first, of them and of the
    /// others those last seen, until there is no more room. O(n log n).
    public mutating func restore(
        _ saved: [(key: KeyedHash, record: ClientRecord)] = [],
        networks savedNetworks: [(key: KeyedHash, record: ClientRecord)] = [], at now: UnixTime
    ) {
        let configuration = configuration
        clients.restore(saved, at: now) { configuration.isProven($0, at: now) }
        networks.restore(savedNetworks, at: now) { $0.isSettledNetwork(at: now) }
    }

    /// Forgets one client with its network, as far as they were last seen up to a time. O(servers).
    public mutating func forget(_ client: ClientKeys, lastSeenUpTo time: UnixTime) {
        clients.remove(client.client, lastSeenUpTo: time)
        networks.remove(client.network, lastSeenUpTo: time)
    }

    /// Forgets what was last seen before a time, or everything. O(clients).
    public mutating func forget(before time: UnixTime? = nil, everything: Bool = false) {
        clients.forget(before: time, everything: everything)
        networks.forget(before: time, everything: everything)
    }

    /// What is known of a client. O(1).
    public func standing(of client: ClientKeys, at now: UnixTime) -> ClientStanding {
        var standing = ClientStanding()
        if let network = networks[client.network], configuration.isAlive(network, at: now) {
            standing.networkHasDelivered = network.count > 0
            // A network is remembered from its first delivery on.
            standing.networkHadDelivered = true
        }
        guard let record = clients[client.client] else { return standing }
        standing.isRevoked = configuration.isRevoked(record, at: now)
        standing.isKnown = record.count > 0 && !standing.isRevoked && configuration.isAlive(record, at: now)
        standing.isGood = standing.isKnown && configuration.isGood(record, at: now)
        return standing
    }

    /// Counts a clean message of a client and of its network; none while the client's standing is lost. O(1).
    ///
    /// - Returns: what to keep on disk: every change until the history is good, then one in ten minutes, since a busy
    ///   client's count does not matter any more; and who gave way.
    public mutating func noteCleanMessage(from client: ClientKeys, at now: UnixTime) -> [MemoryChange] {
        if let record = clients[client.client], configuration.isRevoked(record, at: now) { return [] }
        let configuration = configuration
        var changes: [MemoryChange] = []
        let own = counted(client.client, among: clients, place: NetworkPlace(ofClient: client), at: now)
        if own.isDue { changes.append(.client(client.client, own.record)) }
        changes += clients.set(own.record, for: client.client, at: now) { configuration.isProven($0, at: now) }
            .map(MemoryChange.clientRemoved)
        return changes + countNetwork(of: client, at: now)
    }

    /// Counts a message that only weak signals spoke against for the client's network: devices and scripts that cannot
    /// help showing them are known by it. It makes nobody's history. O(1).
    public mutating func noteDelivery(from client: ClientKeys, at now: UnixTime) -> [MemoryChange] {
        if let record = clients[client.client], configuration.isRevoked(record, at: now) { return [] }
        return countNetwork(of: client, at: now)
    }

    private mutating func countNetwork(of client: ClientKeys, at now: UnixTime) -> [MemoryChange] {
        let shared = counted(client.network, among: networks, place: NetworkPlace(ofNetwork: client), at: now)
        let changes: [MemoryChange] = shared.isDue ? [.clientNetwork(client.network, shared.record)] : []
        return changes
            + networks.set(shared.record, for: client.network, at: now) { $0.isSettledNetwork(at: now) }
            .map(MemoryChange.clientNetworkRemoved)
    }

    /// Takes the standing of a client, which cannot regain one for the time of revocation, and what its network has
    /// delivered. O(1).
    ///
    /// - Returns: what to keep on disk.
    public mutating func revoke(_ client: ClientKeys, at now: UnixTime) -> [MemoryChange] {
        let record = ClientRecord(
            firstSeen: now, lastSeen: now, count: 0, revokedAt: now, place: NetworkPlace(ofClient: client))
        var changes: [MemoryChange] = [.client(client.client, record)]
        changes += clients.set(record, for: client.client, at: now) { _ in false }.map(MemoryChange.clientRemoved)
        guard networks[client.network] != nil else { return changes }
        let emptied = ClientRecord(
            firstSeen: now, lastSeen: now, count: 0, revokedAt: now, place: NetworkPlace(ofNetwork: client))
        changes.append(.clientNetwork(client.network, emptied))
        return changes
            + networks.set(emptied, for: client.network, at: now) { _ in false }.map(MemoryChange.clientNetworkRemoved)
    }

    /// Takes in what another server has counted of a client, or this one in an earlier run (`nil`). O(servers).
    ///
    /// - Returns: what to keep on disk.
    public mutating func hear(
        _ record: ClientRecord, ofClient key: KeyedHash, from server: ServerID?, at now: UnixTime
    ) -> [MemoryChange] {
        guard configuration.isAlive(record, at: now) else { return [] }
        let configuration = configuration
        guard let server else {
            let news = clients.resume(record, of: key, at: now) { configuration.isProven($0, at: now) }
            return news.map { [.client(key, $0.record)] + $0.evicted.map(MemoryChange.clientRemoved) } ?? []
        }
        _ = clients.hear(record, of: key, from: server, at: now) { configuration.isProven($0, at: now) }
        return []
    }

    /// Takes in what another server has counted of a network's clients, or this one in an earlier run (`nil`). O(servers).
    ///
    /// - Returns: what to keep on disk.
    public mutating func hear(
        _ record: ClientRecord, ofNetwork key: KeyedHash, from server: ServerID?, at now: UnixTime
    ) -> [MemoryChange] {
        guard configuration.isAlive(record, at: now) else { return [] }
        guard let server else {
            let news = networks.resume(record, of: key, at: now) { $0.isSettledNetwork(at: now) }
            return news.map { [.clientNetwork(key, $0.record)] + $0.evicted.map(MemoryChange.clientNetworkRemoved) }
                ?? []
        }
        _ = networks.hear(record, of: key, from: server, at: now) { $0.isSettledNetwork(at: now) }
        return []
    }

    /// The keys of all clients, and what all servers together have of one. O(clients).
    var allKeys: Set<KeyedHash> { clients.keys }

    func combined(_ key: KeyedHash) -> ClientRecord? { clients[key] }

    /// What all servers together have of a network's clients.
    func combinedNetwork(_ key: KeyedHash) -> ClientRecord? { networks[key] }

    /// The keys of all networks. O(networks).
    var allNetworkKeys: Set<KeyedHash> { networks.keys }

    /// The own records of clients at places of a table that holds all of them, for going through it piece by piece; `nil`
    /// past its end. O(count).
    public func clients(at start: Int, count: Int) -> [(key: KeyedHash, record: ClientRecord)]? {
        clients.records(at: start, count: count)
    }

    /// The same for networks.
    public func networks(at start: Int, count: Int) -> [(key: KeyedHash, record: ClientRecord)]? {
        networks.records(at: start, count: count)
    }

    /// How often a busy client is kept on disk, in seconds.
    private static let saveInterval: Int64 = 600

    private func counted(
        _ key: KeyedHash, among records: SharedRecords, place: NetworkPlace, at now: UnixTime
    ) -> (record: ClientRecord, isDue: Bool) {
        let known = records.own[key]
        // What was counted before the standing was lost, here or elsewhere, is over.
        guard var record = known?.asOf(now), record.count > 0, configuration.isAlive(record, at: now),
            records.revokedElsewhere(key).map({ record.firstSeen > $0 }) ?? true
        else { return (ClientRecord(firstSeen: now, lastSeen: now, count: 1, place: place), true) }
        let isDue =
            record.count < configuration.minimumMessages || known?.place == nil
            || now.seconds / Self.saveInterval != record.lastSeen.seconds / Self.saveInterval
        record.lastSeen = now
        record.count = record.count == .max ? .max : record.count + 1
        record.place = record.place ?? place
        return (record, isDue)
    }
}

extension HistoryConfiguration {
    fileprivate func isAlive(_ record: ClientRecord, at now: UnixTime) -> Bool {
        record.lastSeen.age(at: now) < lifetime
    }

    fileprivate func isGood(_ record: ClientRecord, at now: UnixTime) -> Bool {
        minimumMessages > 0 && record.count >= minimumMessages && record.firstSeen.age(at: now) >= minimumAge
    }

    fileprivate func isRevoked(_ record: ClientRecord, at now: UnixTime) -> Bool {
        record.revokedAt.map { $0.age(at: now) < revocation } ?? false
    }

    /// Whether a record is worth more than those of newcomers, also where good history exempts from nothing.
    func isProven(_ record: ClientRecord, at now: UnixTime) -> Bool {
        record.count >= max(minimumMessages, 2) && record.firstSeen.age(at: now) >= minimumAge
            && isAlive(record, at: now)
    }
}

extension ClientRecord {
    /// Whether a network has delivered on an earlier day than this: a flood of new ones is younger.
    func isSettledNetwork(at now: UnixTime) -> Bool { count > 0 && firstSeen.age(at: now) >= 86_400 }
}

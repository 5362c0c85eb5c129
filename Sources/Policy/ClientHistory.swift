public import SMTP

/// Remembers which clients have sent clean mail: messages that the mail server took and that nothing of weight counted
/// against. So does it of their networks, once for all clients of a network.
///
/// It is not a label for learning; it only keeps Argot's hands off clients that never gave a reason, and ends where they
/// do.
public struct ClientHistory: Sendable {
    private var clients: GenerationalMap<KeyedHash, ClientRecord>
    private var networks: GenerationalMap<KeyedHash, ClientRecord>
    private var configuration: HistoryConfiguration

    /// An empty history.
    public init(configuration: HistoryConfiguration) {
        self.configuration = configuration
        clients = GenerationalMap(capacity: configuration.capacity)
        networks = GenerationalMap(capacity: configuration.capacity)
    }

    /// The number of clients remembered.
    public var count: Int { clients.count }

    /// Takes new thresholds; the capacity stays until the next start.
    public mutating func reconfigure(_ configuration: HistoryConfiguration) { self.configuration = configuration }

    /// Takes over what was remembered before, oldest first.
    public mutating func restore(_ saved: some Sequence<(KeyedHash, ClientRecord)>) {
        for (key, record) in saved { clients.set(record, for: key) }
    }

    /// Forgets what was last seen before a time, or everything; and one client. O(clients).
    public mutating func forget(before time: UnixTime? = nil, client: KeyedHash? = nil, everything: Bool = false) {
        if let client { clients.remove(client) }
        guard everything || time != nil else { return }
        let isRemoved = { (_: KeyedHash, record: ClientRecord) in
            everything || time.map { record.lastSeen < $0 } ?? false
        }
        _ = clients.removeAll(where: isRemoved)
        _ = networks.removeAll(where: isRemoved)
    }

    /// What is known of a client. O(1).
    public func standing(of client: ClientKeys, at now: UnixTime) -> ClientStanding {
        var standing = ClientStanding()
        standing.networkHasDelivered = (living(networks[client.network], at: now)?.count ?? 0) > 0
        guard let record = living(clients[client.client], at: now) else { return standing }
        standing.isRevoked = isRevoked(record, at: now)
        standing.isKnown = record.count > 0 && !standing.isRevoked
        standing.isGood = standing.isKnown && isGood(record, at: now)
        return standing
    }

    /// Counts a clean message of a client and of its network; none while the client's standing is lost. O(1).
    ///
    /// - Returns: what to keep on disk: every change until the history is good, then one in ten minutes, since a busy
    ///   client's count does not matter any more.
    public mutating func noteCleanMessage(from client: ClientKeys, at now: UnixTime) -> [MemoryChange] {
        if let record = living(clients[client.client], at: now), isRevoked(record, at: now) { return [] }
        var changes: [MemoryChange] = []
        let own = Self.count(client.client, in: &clients, configuration, at: now)
        if own.isDue { changes.append(.client(client.client, own.record)) }
        let shared = Self.count(client.network, in: &networks, configuration, at: now)
        if shared.isDue { changes.append(.clientNetwork(client.network, shared.record)) }
        return changes
    }

    /// Counts a message that only weak signals spoke against for the client's network: devices and scripts that cannot
    /// help showing them are known by it. It makes nobody's history. O(1).
    public mutating func noteDelivery(from client: ClientKeys, at now: UnixTime) -> [MemoryChange] {
        if let record = living(clients[client.client], at: now), isRevoked(record, at: now) { return [] }
        let shared = Self.count(client.network, in: &networks, configuration, at: now)
        return shared.isDue ? [.clientNetwork(client.network, shared.record)] : []
    }

    /// Takes the standing of a client, which cannot regain one for the time of revocation, and what its network has
    /// delivered. O(1).
    ///
    /// - Returns: what to keep on disk.
    public mutating func revoke(_ client: ClientKeys, at now: UnixTime) -> [MemoryChange] {
        let record = ClientRecord(firstSeen: now, lastSeen: now, count: 0, revokedAt: now)
        clients.set(record, for: client.client)
        guard networks[client.network] != nil else { return [.client(client.client, record)] }
        networks.remove(client.network)
        let nothing = ClientRecord(firstSeen: now, lastSeen: now, count: 0)
        return [.client(client.client, record), .clientNetwork(client.network, nothing)]
    }

    /// How often a busy client is kept on disk, in seconds.
    private static let saveInterval: Int64 = 600

    private static func count(
        _ key: KeyedHash, in map: inout GenerationalMap<KeyedHash, ClientRecord>, _ configuration: HistoryConfiguration,
        at now: UnixTime
    ) -> (record: ClientRecord, isDue: Bool) {
        let known = map[key].flatMap { $0.count > 0 && now - $0.lastSeen < configuration.lifetime ? $0 : nil }
        var record = known ?? ClientRecord(firstSeen: now, lastSeen: now, count: 0)
        let isDue =
            record.count < configuration.minimumMessages
            || now.seconds / saveInterval != record.lastSeen.seconds / saveInterval
        record.lastSeen = now
        record.count += 1
        map.set(record, for: key)
        return (record, isDue)
    }

    private func isGood(_ record: ClientRecord, at now: UnixTime) -> Bool {
        configuration.minimumMessages > 0 && record.count >= configuration.minimumMessages
            && now - record.firstSeen >= configuration.minimumAge
    }

    private func isRevoked(_ record: ClientRecord, at now: UnixTime) -> Bool {
        record.revokedAt.map { now - $0 < configuration.revocation } ?? false
    }

    private func living(_ record: ClientRecord?, at now: UnixTime) -> ClientRecord? {
        record.flatMap { now - $0.lastSeen < configuration.lifetime ? $0 : nil }
    }
}

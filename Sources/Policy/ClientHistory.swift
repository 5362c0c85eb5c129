public import SMTP

/// Remembers which clients have sent clean mail: messages that the mail server took and that nothing of weight spoke
/// against.
///
/// It is no label for learning; it only keeps Argot's hands off clients that never gave a reason.
public struct ClientHistory: Sendable {
    private var clients: GenerationalMap<KeyedHash, ClientRecord>
    private var configuration: HistoryConfiguration

    /// An empty history.
    public init(configuration: HistoryConfiguration) {
        self.configuration = configuration
        clients = GenerationalMap(capacity: configuration.capacity)
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
        _ = clients.removeAll { _, record in everything || time.map { record.lastSeen < $0 } ?? false }
    }

    /// Whether the client has sent clean mail at all.
    public func isKnown(_ client: KeyedHash, at now: UnixTime) -> Bool { record(of: client, at: now) != nil }

    /// Whether the client has sent enough of it for long enough.
    public func isGood(_ client: KeyedHash, at now: UnixTime) -> Bool {
        guard configuration.minimumMessages > 0, let record = record(of: client, at: now) else { return false }
        return record.count >= configuration.minimumMessages && now - record.firstSeen >= configuration.minimumAge
    }

    /// Counts a clean message.
    ///
    /// - Returns: the change to keep on disk: every one until the history is good, then one in ten minutes, since a
    ///   busy client's count does not matter any more.
    public mutating func noteCleanMessage(from client: KeyedHash, at now: UnixTime) -> MemoryChange? {
        var record = record(of: client, at: now) ?? ClientRecord(firstSeen: now, lastSeen: now, count: 0)
        let isDue =
            record.count < configuration.minimumMessages
            || now.seconds / Self.saveInterval != record.lastSeen.seconds / Self.saveInterval
        record.lastSeen = now
        record.count += 1
        clients.set(record, for: client)
        return isDue ? .client(client, record) : nil
    }

    /// How often a busy client is kept on disk, in seconds.
    private static let saveInterval: Int64 = 600

    private func record(of client: KeyedHash, at now: UnixTime) -> ClientRecord? {
        guard let record = clients[client], now - record.lastSeen < configuration.lifetime else { return nil }
        return record
    }
}

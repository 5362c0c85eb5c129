public import Decision
public import SMTP
internal import SpamTracker

/// Counts who writes to whom, by pseudonyms, until the counts are taken and kept. A value.
public struct SenderCounter: Sendable {
    /// How long a slot is, in seconds: a quarter of an hour, and less only where a clustering period would have fewer than
    /// four.
    public static func slotSeconds(period: Int64) -> Int64 { max(1, min(900, period / 4)) }

    /// How senders and domains are named.
    public let pseudonyms: SenderPseudonyms

    private struct Place: Hashable {
        var slot: Int64
        var sender: UInt64
        var domain: UInt64
    }

    private let slotSeconds: Int64
    private let maximumCache: Int
    private var cells: [Place: SenderCell] = [:]
    /// Pseudonyms of what was asked for lately: making one is slow.
    private var domains: [String: UInt64] = [:]

    /// A counter that has counted nothing.
    ///
    /// - Parameters:
    ///   - slotSeconds: how long a slot is, at least 1.
    ///   - maximumCache: of how many domains the pseudonyms are remembered.
    public init(_ pseudonyms: SenderPseudonyms, slotSeconds: Int64, maximumCache: Int = 50_000) {
        self.pseudonyms = pseudonyms
        self.slotSeconds = max(1, slotSeconds)
        self.maximumCache = maximumCache
    }

    /// How many cells wait to be taken.
    public var count: Int { cells.count }

    /// The cell of mails from a client to a domain, for ``add(_:)``. Some microseconds for who was not seen lately.
    public mutating func cell(
        from client: ClientAddress, to domain: String, at time: UnixTime, mails: UInt32
    ) -> SenderCell {
        SenderCell(
            slot: time.seconds - time.seconds % slotSeconds, sender: pseudonyms.sender(client).bits,
            domain: hash(domain),
            mails: mails)
    }

    /// Counts what a cell holds. Amortised O(1).
    public mutating func add(_ cell: SenderCell) {
        let place = Place(slot: cell.slot, sender: cell.sender, domain: cell.domain)
        cells[place, default: SenderCell(slot: cell.slot, sender: cell.sender, domain: cell.domain, mails: 0)].add(cell)
    }

    /// What was counted since the last time.
    ///
    /// - Parameter keepingCapacity: whether as much is to come, so that its room is not made once more.
    public mutating func take(keepingCapacity: Bool = false) -> [SenderCell] {
        defer { cells.removeAll(keepingCapacity: keepingCapacity) }
        return Array(cells.values)
    }

    /// Forgets what was counted.
    public mutating func forget() {
        cells = [:]
        domains = [:]
    }

    private mutating func hash(_ name: String) -> UInt64 {
        if let known = domains[name] { return known }
        if domains.count >= maximumCache { domains = [:] }
        let hash = pseudonyms.domain(name)
        domains[name] = hash
        return hash
    }
}

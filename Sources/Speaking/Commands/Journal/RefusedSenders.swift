import Decision
import Keeping
import KeyedHashing
import Policy
import SMTP

/// Whose mail was refused by a lie, as far as the journal knows.
struct RefusedSenders {
    /// The senders, in the order of their names.
    private(set) var senders: [String] = []

    /// The sessions of those that are kept as hashes only, the last first.
    private(set) var sessions: [String] = []

    /// How many verdicts are looked at, and how many sessions are named.
    private static let limits = (verdicts: 10_000, sessions: 20)

    /// Looks the verdicts on a recipient up. The journal has the hashes of clients: of a network all of them are tried, up to
    /// 65,536.
    init(of journal: some Journal, recipient: KeyedHash, network: AddressPrefix, key: HashingKey) {
        let query = JournalQuery(recipient: recipient, limit: Self.limits.verdicts)
        guard let entries = try? journal.verdicts(matching: query) else { return }
        let lies = entries.filter { $0.record.applied == .fakeReject }
        guard !lies.isEmpty else { return }
        let clients = Self.clients(in: network, key: key)
        var known: Set<String> = []
        for entry in lies {
            guard let client = entry.client, clients?.contains(client) ?? true else { continue }
            if entry.isShown {
                if !entry.record.sender.isEmpty { known.insert(entry.record.sender) }
            } else if entry.sender != nil, sessions.count < Self.limits.sessions,
                !sessions.contains(entry.record.session)
            {
                sessions.append(entry.record.session)
            }
        }
        senders = known.sorted()
    }

    /// The hashes of all clients of a network; `nil` if they are too many to tell.
    private static func clients(in network: AddressPrefix, key: HashingKey) -> Set<KeyedHash>? {
        switch network.base.family {
        case .ipv4:
            guard network.length >= 16 else { return nil }
            let count = UInt128(1) << UInt128(32 - network.length)
            return Set(
                (0..<count).map {
                    key.hash(client: ClientAddress(ipv4: UInt32(truncatingIfNeeded: network.base.bits + $0)))
                })
        case .ipv6:
            // A client is its /64.
            return network.length >= 64 ? [key.hash(client: network.base)] : nil
        }
    }
}

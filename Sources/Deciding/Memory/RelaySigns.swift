public import SMTP

/// What shows that a network passes on the mail of many: whose mail comes from it.
///
/// A bot invents senders, too. So the domains of senders tell only where the client does not speak as bots alone do; mail
/// that was authenticated for several organisations tells always.
public struct RelaySigns: Sendable {
    /// From how many sender domains on.
    public static let senders = 4

    /// From how many organisations on whose mail was authenticated by DKIM, SPF or DMARC.
    public static let authenticated = 2

    /// How many networks are remembered: twice as many at most.
    public static let networks = 16_384

    private struct Signs {
        /// Pieces of the names' hashes of this process.
        var senders: [UInt32] = []
        var authenticated: [UInt32] = []
    }

    private var signs = RecentTable<KeyedHash, Signs>(capacity: networks)

    /// Nothing seen yet.
    public init() {}

    /// A client of this network has named a sender in this domain (folded). O(1).
    public mutating func note(sender domain: String, of network: KeyedHash) {
        guard !domain.isEmpty else { return }
        note(domain, of: network, \.senders, upTo: Self.senders)
    }

    /// A message of this network was authenticated for this organisation. O(1).
    public mutating func note(authenticated organisation: String, of network: KeyedHash) {
        note(organisation, of: network, \.authenticated, upTo: Self.authenticated)
    }

    /// Whether the network may pass on the mail of many. O(1).
    ///
    /// - Parameter isHostile: whether the client speaks as bots alone do.
    public func mayBeRelay(_ network: KeyedHash, isHostile: Bool) -> Bool {
        guard let signs = signs[network] else { return false }
        return signs.authenticated.count >= Self.authenticated || !isHostile && signs.senders.count >= Self.senders
    }

    private mutating func note(
        _ name: String, of network: KeyedHash, _ list: WritableKeyPath<Signs, [UInt32]>, upTo limit: Int
    ) {
        var known = signs[network] ?? Signs()
        let piece = UInt32(truncatingIfNeeded: name.hashValue)
        if known[keyPath: list].count < limit, !known[keyPath: list].contains(piece) {
            known[keyPath: list].append(piece)
        }
        signs[network] = known
    }
}

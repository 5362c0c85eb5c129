public import SMTP

/// Hashes, under a key, the names that clients greet with and that are not their hosts' own.
///
/// A name of one label is nobody's own on the internet. One with a dot is taken for the host's own when it belongs to the
/// organisation of the client's verified name: a stranger who greets with somebody else's name says nothing of him.
/// `localhost` and addresses are left out.
public struct GreetingNaming: Sendable {
    private let own: OrganisationName?
    private let hash: @Sendable (_ name: [UInt8]) -> UInt64

    /// The naming of a session between `peers`.
    ///
    /// - Parameter hash: hashes a name under a key.
    public init(peers: SessionPeers, hash: @escaping @Sendable (_ name: [UInt8]) -> UInt64) {
        self.init(
            organisation: peers.resolution == .ok ? peers.clientName.flatMap { OrganisationName(host: $0) } : nil,
            hash: hash)
    }

    /// The naming of a session whose client's verified name is known to belong to `organisation`; `nil` when it has none.
    public init(organisation: OrganisationName?, hash: @escaping @Sendable (_ name: [UInt8]) -> UInt64) {
        own = organisation
        self.hash = hash
    }

    /// The hash of a greeting's argument as spelt; `nil` where it may be the host's own name or is none. O(length).
    func hash(of argument: Span<UInt8>, _ shape: HELOShape) -> UInt64? {
        guard shape.form == .singleLabel || shape.form == .fqdn, argument.count <= Self.longestName else { return nil }
        let name = EventReader.argument(argument)
        if shape.form == .fqdn {
            if shape.traits.contains(.equalsPTR) { return nil }
            if let own, OrganisationName(host: String(decoding: name, as: UTF8.self)) == own { return nil }
        }
        return hash(name)
    }

    private static let longestName = 255
}

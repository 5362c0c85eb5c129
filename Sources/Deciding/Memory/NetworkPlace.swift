import Policy
import SMTP

/// The networks that something remembered of a client is counted against: halves of keyed hashes, which tell nothing to
/// anybody without the key. Zero is none.
public struct NetworkPlace: Sendable, Hashable {
    /// The /24 or /64; 0 where that is what is remembered.
    public var network: UInt64

    /// The /16 or /48.
    public var block: UInt64

    /// The /32 of an IPv6 address; 0 for IPv4.
    public var allocation: UInt64

    /// A place of its parts.
    public init(network: UInt64 = 0, block: UInt64 = 0, allocation: UInt64 = 0) {
        self.network = network
        self.block = block
        self.allocation = allocation
    }

    /// The place of a client among those of its network.
    public init(ofClient client: ClientKeys) {
        self.init(ofNetwork: client)
        // An IPv6 client is a network.
        if client.allocation == nil { network = Self.half(client.network) }
    }

    /// The place of a client's network among those of its block.
    public init(ofNetwork client: ClientKeys) {
        self.init(block: Self.half(client.block), allocation: client.allocation.map(Self.half) ?? 0)
    }

    /// The place of something that a client has done, of which its network may do many.
    public init(inNetwork client: ClientKeys) {
        self.init(ofNetwork: client)
        network = Self.half(client.network)
    }

    /// The place of the network among those of its block.
    var aroundNetwork: NetworkPlace { NetworkPlace(block: block, allocation: allocation) }

    /// The place of what is known of a network alone.
    init(network: KeyedHash) { self.init(network: Self.half(network)) }

    private static func half(_ hash: KeyedHash) -> UInt64 { UInt64(truncatingIfNeeded: hash.bits >> 64 ^ hash.bits) }
}

import Policy
public import SMTP

/// What a client is remembered by: itself and the networks around it, as keyed hashes, so that what strangers may fill
/// can be shared out by network.
///
/// An IPv4 client is its address in a /24 in a /16. An IPv6 client is its /64, since whoever holds one address of a /64
/// holds them all; around it are the /48 that a site is given and the /32 that a provider is given (RFC 6177, RIPE-738).
public struct ClientKeys: Sendable, Hashable {
    /// The client: the IPv4 address, or the /64 of the IPv6 address.
    public let client: KeyedHash

    /// The network that the client is in: the /24, or the /64 itself.
    public let network: KeyedHash

    /// The /16 or /48.
    public let block: KeyedHash

    /// The /32 of an IPv6 address; `nil` for IPv4, whose /16 is as much as one holder is commonly given.
    public let allocation: KeyedHash?

    /// Keys that were computed before.
    public init(client: KeyedHash, network: KeyedHash, block: KeyedHash, allocation: KeyedHash? = nil) {
        self.client = client
        self.network = network
        self.block = block
        self.allocation = allocation
    }
}

/// How suspicious clients are greylisted. Times are in seconds.
public struct GreylistConfiguration: Sendable, Hashable {
    /// How long after its first attempt a client is asked to come back later. Senders' first retries come after
    /// 200 to 300 seconds, so a longer delay than 180 costs a whole retry interval.
    public var delay: Int64 = 60

    /// How long a first attempt is remembered while no retry comes.
    public var retryWindow: Int64 = 2 * 86_400

    /// How long a passed attempt is remembered after its last use.
    public var passLifetime: Int64 = 36 * 86_400

    /// How many passed attempts put a client's network on the automatic allow list; 0 switches the list off.
    public var automaticAllowCount = 5

    /// The leading bits of an IPv4 address that make a client's network, 8...32.
    public var ipv4PrefixLength = 24

    /// The leading bits of an IPv6 address that make a client's network, 16...128.
    public var ipv6PrefixLength = 64

    /// How many attempts are remembered at most, shared out by network.
    public var capacity = 100_000

    /// The defaults.
    public init() {}
}

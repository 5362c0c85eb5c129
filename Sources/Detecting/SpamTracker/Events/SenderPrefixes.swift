/// How many leading bits of an address make one sender.
public struct SenderPrefixes: Hashable, Sendable {
    /// For IPv4: 8 to 32.
    public let ipv4: Int

    /// For IPv6: 16 to 64.
    public let ipv6: Int

    /// Prefix lengths, clamped to their ranges.
    public init(ipv4: Int = 32, ipv6: Int = 64) {
        self.ipv4 = min(max(ipv4, 8), 32)
        self.ipv6 = min(max(ipv6, 16), 64)
    }
}

extension ClientAddress {
    /// Whether the address is of a network that the Internet does not route: loopback or private.
    public var isLocal: Bool {
        isPrivate || (family == .ipv4 ? UInt32(truncatingIfNeeded: bits) >> 24 == 127 : bits == 1)
    }

    /// Whether the address is private (RFC 1918, RFC 6598, RFC 4193) or link-local.
    public var isPrivate: Bool {
        switch family {
        case .ipv4:
            let bits = UInt32(truncatingIfNeeded: bits)
            return bits >> 24 == 10 || bits >> 20 == 0xac1 || bits >> 16 == 0xc0a8 || bits >> 16 == 0xa9fe
                || bits >> 22 == 0x191
        case .ipv6: return bits >> 121 == 0x7e || bits >> 118 == 0x3fa
        }
    }
}

public import SMTP

/// A sender as the matrix counts it: one IPv4 address, or one IPv6 network (by default a /64, the smallest block that
/// a provider hands to one customer). Eight bytes.
public struct SenderKey: Hashable, Comparable, Sendable {
    /// The upper 64 bits of an IPv6 address, or an IPv4 address marked by bit 32: `::/16` is never routed, so the two
    /// cannot collide.
    public let bits: UInt64

    private static let ipv4Mark: UInt64 = 1 << 32

    /// A key from the bits that another key had.
    public init(bits: UInt64) {
        self.bits = bits
    }

    /// The key of `address`.
    ///
    /// - Parameters:
    ///   - address: The client's address.
    ///   - prefixes: How many leading bits make a sender.
    public init(_ address: ClientAddress, prefixes: SenderPrefixes = SenderPrefixes()) {
        switch address.family {
        case .ipv4:
            let network = address.network(prefixLength: prefixes.ipv4).base
            bits = Self.ipv4Mark | UInt64(truncatingIfNeeded: network.bits)
        case .ipv6:
            let network = address.network(prefixLength: prefixes.ipv6).base
            bits = UInt64(truncatingIfNeeded: network.bits >> 64)
        }
    }

    /// Whether the sender is an IPv4 address.
    public var isIPv4: Bool { bits >> 32 == 1 }

    /// The lowest address of the sender.
    public var address: ClientAddress {
        isIPv4 ? ClientAddress(ipv4: UInt32(truncatingIfNeeded: bits)) : ClientAddress(ipv6: UInt128(bits) << 64)
    }

    /// The enclosing networks whose history is kept beside the sender's own, widest first: /8, /16 and /24 for IPv4, /16,
    /// /32 and /48 for IPv6. The widest is what a regional registry gave out together.
    public var networks: (region: SenderKey, wide: SenderKey, narrow: SenderKey) {
        isIPv4
            ? (
                SenderKey(bits: bits & ~0xff_ffff), SenderKey(bits: bits & ~0xffff), SenderKey(bits: bits & ~0xff)
            )
            : (
                SenderKey(bits: bits & ~0xffff_ffff_ffff), SenderKey(bits: bits & ~0xffff_ffff),
                SenderKey(bits: bits & ~0xffff)
            )
    }

    /// The order of the bits.
    public static func < (lhs: SenderKey, rhs: SenderKey) -> Bool { lhs.bits < rhs.bits }
}

extension SenderKey: CustomStringConvertible {
    /// The address for IPv4, the address with `/64` for IPv6.
    public var description: String { isIPv4 ? "\(address)" : "\(address)/64" }
}

extension SenderKey {
    /// Reads the text that `description` writes. `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        guard let prefix = AddressPrefix(text) else { return nil }
        self.init(prefix.base)
    }
}

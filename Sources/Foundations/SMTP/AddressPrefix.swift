/// A block of addresses in CIDR form, such as `192.0.2.0/24` or `2001:db8::/64`.
public struct AddressPrefix: Hashable, Sendable, CustomStringConvertible {
    /// The lowest address of the block.
    public let base: ClientAddress

    /// The number of leading bits that all addresses of the block share.
    public let length: Int

    /// The block of `length` leading bits that `address` lies in; `length` is clamped to the family's width.
    public init(containing address: ClientAddress, length: Int) {
        let width = address.family.width
        self.length = min(max(length, 0), width)
        let hostBits = UInt128(width - self.length)
        let bits = hostBits >= 128 ? 0 : (address.bits >> hostBits) << hostBits
        base = address.family == .ipv4 ? ClientAddress(ipv4: UInt32(bits)) : ClientAddress(ipv6: bits)
    }

    /// Reads `ADDRESS` or `ADDRESS/LENGTH`. `nil` when it is neither, or when bits are set beyond the length.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let literal = parts[0].hasPrefix("[") && parts[0].hasSuffix("]") ? parts[0].dropFirst().dropLast() : parts[0]
        guard let address = ClientAddress(literal) else { return nil }
        var length = address.family.width
        if parts.count == 2 {
            guard let given = Int(parts[1]), 0...address.family.width ~= given, String(given) == parts[1] else {
                return nil
            }
            length = given
        }
        self.init(containing: address, length: length)
        guard base == address else { return nil }
    }

    /// Whether `address` lies in the block.
    public func contains(_ address: ClientAddress) -> Bool {
        guard address.family == base.family else { return false }
        let hostBits = UInt128(base.family.width - length)
        return hostBits >= 128 || address.bits >> hostBits == base.bits >> hostBits
    }

    /// The block in CIDR notation.
    public var description: String { String(decoding: utf8, as: UTF8.self) }

    /// The bytes of ``description``.
    public var utf8: [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(43)
        base.append(to: &text)
        text.append(UInt8(ascii: "/"))
        if length >= 100 { text.append(0x30 + UInt8(truncatingIfNeeded: length / 100)) }
        if length >= 10 { text.append(0x30 + UInt8(truncatingIfNeeded: length / 10 % 10)) }
        text.append(0x30 + UInt8(truncatingIfNeeded: length % 10))
        return text
    }
}

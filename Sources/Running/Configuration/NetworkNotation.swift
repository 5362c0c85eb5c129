import SMTP

/// Addresses and address blocks as they stand in lists.
enum NetworkNotation {
    /// The block that `text` names: `192.0.2.1`, `192.0.2.0/24`, `2001:db8::/64`.
    static func read(_ text: String) throws(ValueFailure) -> AddressPrefix {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
            .map { String($0) ?? "" }
        var literal = parts.first ?? ""
        if literal.hasPrefix("["), literal.hasSuffix("]") { literal = String(literal.dropFirst().dropLast()) }
        guard let address = ClientAddress(literal) else {
            throw ValueFailure(
                problem: "\(QuotedText(text)) is not an address or a network",
                remedy: "write it like 192.0.2.1, 192.0.2.0/24 or 2001:db8::/32")
        }
        guard parts.count == 2 else { return AddressPrefix(containing: address, length: address.family.width) }
        guard parts[1].utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let length = Int(parts[1]),
            0...address.family.width ~= length
        else { throw wrongLength(text, parts[1], of: address) }
        let prefix = AddressPrefix(containing: address, length: length)
        guard prefix.base == address else {
            let single = AddressPrefix(containing: address, length: address.family.width)
            throw ValueFailure(
                problem: "\(QuotedText(text)) has bits set beyond the prefix length \(length)",
                remedy: "write \(prefix) for the network or \(single) for the one address")
        }
        return prefix
    }

    /// The block as one writes it; a single address without its length.
    static func text(of prefix: AddressPrefix) -> String {
        prefix.length == prefix.base.family.width ? "\(prefix.base)" : "\(prefix)"
    }

    private static func wrongLength(_ text: String, _ length: String, of address: ClientAddress) -> ValueFailure {
        if address.family == .ipv4, let mask = ClientAddress(length), mask.family == .ipv4 {
            let bits = UInt32(truncatingIfNeeded: mask.bits)
            if (~bits).leadingZeroBitCount == bits.nonzeroBitCount {
                let prefix = AddressPrefix(containing: address, length: bits.nonzeroBitCount)
                return ValueFailure(problem: "\(QuotedText(text)) has a net mask", remedy: "write \(prefix)")
            }
        }
        return ValueFailure(
            code: .outOfRange, problem: "\(QuotedText(text)) has no prefix length from 0 to \(address.family.width)",
            remedy: "write it like \(address.family == .ipv4 ? "192.0.2.0/24" : "2001:db8::/32")")
    }
}

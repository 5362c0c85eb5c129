internal import SMTP

/// Own networks as a mail server lists them, beside those that Argot leaves alone.
enum OwnNetworks {
    /// Reads `192.0.2.1`, `192.0.2.0/24`, `[2001:db8::]/32`, `[2001:db8::1]`, bits beyond the length left out as the mail
    /// server would refuse them; `nil` for names of tables.
    static func network(_ text: String) -> AddressPrefix? {
        let bare = text.replacing("[", with: "").replacing("]", with: "")
        let parts = bare.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let literal = parts.first, let address = ClientAddress(literal) else { return nil }
        guard parts.count == 2 else { return AddressPrefix(containing: address, length: address.family.width) }
        guard let given = Int(parts[1]) else { return nil }
        // An IPv4 network in IPv6's clothes, as Debian writes its loopback: ::ffff:127.0.0.0/104.
        let isMapped = address.family == .ipv4 && literal.contains(":")
        let (length, isBeyond) = given.subtractingReportingOverflow(isMapped ? 96 : 0)
        guard !isBeyond, 0...address.family.width ~= length else { return nil }
        return AddressPrefix(containing: address, length: length)
    }

    /// Whether networks cover another one, one of them or several together.
    static func covers(_ networks: [AddressPrefix], _ network: AddressPrefix) -> Bool {
        if networks.contains(where: { $0.length <= network.length && $0.contains(network.base) }) { return true }
        let inside = networks.filter { $0.length > network.length && network.contains($0.base) }
        guard !inside.isEmpty, network.length < network.base.family.width else { return false }
        return halves(network).allSatisfy { covers(inside, $0) }
    }

    private static func halves(_ network: AddressPrefix) -> [AddressPrefix] {
        let width = network.base.family.width
        let bit: UInt128 = 1 << UInt128(width - network.length - 1)
        let upper = network.base.bits | bit
        let second =
            network.base.family == .ipv4
            ? ClientAddress(ipv4: UInt32(truncatingIfNeeded: upper)) : ClientAddress(ipv6: upper)
        return [network.base, second].map { AddressPrefix(containing: $0, length: network.length + 1) }
    }

    /// Private networks, of which a list may have as much as it likes.
    static let privateNetworks = [
        "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "::1/128",
        "fc00::/7", "fe80::/10",
    ].compactMap { AddressPrefix($0) }

    /// Whether a network is larger than a site has: public, and more than a /16 of IPv4 or a /32 of IPv6.
    static func isTooWide(_ network: AddressPrefix) -> Bool {
        if covers(privateNetworks, network) { return false }
        return network.length < (network.base.family == .ipv4 ? 16 : 32)
    }
}

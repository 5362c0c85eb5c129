import SMTP

/// How addresses, networks and ranges are written in blocklists.
enum BlocklistNetwork {
    /// `192.0.2.1`, `192.0.2.0/24`, `192.0.2.0/255.255.255.0`, `192.0.2` and `192.0.2.` (a /24), `192.0.2.1-192.0.2.9`,
    /// `192.0.2.1-9`, `[192.0.2.1]`, `2001:db8::/32`, `2001:db8:4` (a /48). Bits beyond the length are cleared. `nil` for
    /// anything else.
    static func networks(_ word: Substring) -> [AddressPrefix]? {
        var word = word
        if word.first == "[", let close = word.lastIndex(of: "]") {
            word = word[word.index(after: word.startIndex)..<close] + word[word.index(after: close)...]
        }
        if let dash = word.firstIndex(of: "-") {
            return range(word[..<dash], word[word.index(after: dash)...])
        }
        let parts = word.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let (address, length) = address(parts[0]) else { return nil }
        guard parts.count == 2 else { return [AddressPrefix(containing: address, length: length)] }
        if let mask = ClientAddress(parts[1]) {
            return self.length(of: mask, for: address).map { [AddressPrefix(containing: address, length: $0)] }
        }
        guard parts[1].utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let given = UInt8(parts[1]),
            given <= address.family.width
        else { return nil }
        return [AddressPrefix(containing: address, length: Int(given))]
    }

    /// A whole address; `nil` for parts of one.
    static func whole(_ word: some StringProtocol) -> ClientAddress? {
        let isBracketed = word.first == "[" && word.last == "]"
        return ClientAddress(isBracketed ? String(word.dropFirst().dropLast()) : String(word))
    }

    /// The number of leading ones in a netmask, or of leading zeros in a wildcard mask (`0.0.0.255`) whose address has no
    /// bits in it; `nil` for what is neither.
    static func length(of mask: ClientAddress, for address: ClientAddress) -> Int? {
        guard mask.family == address.family else { return nil }
        let width = address.family.width
        let all = width == 128 ? UInt128.max : (UInt128(1) << UInt128(width)) - 1
        let hosts = all ^ mask.bits
        if hosts & (hosts &+ 1) == 0 { return width - (hosts == .max ? 128 : (hosts + 1).trailingZeroBitCount) }
        guard mask.bits & (mask.bits &+ 1) == 0, address.bits & mask.bits == 0 else { return nil }
        return width - (mask.bits + 1).trailingZeroBitCount
    }

    /// The fewest networks that make up a range of addresses, both ends included; `nil` when it runs backwards.
    static func range(from first: ClientAddress, through last: ClientAddress) -> [AddressPrefix]? {
        guard first.family == last.family, first.bits <= last.bits else { return nil }
        let width = first.family.width
        var found: [AddressPrefix] = []
        var next = first.bits
        while true {
            // The largest block that begins here and does not go beyond the end.
            var hosts = next == 0 ? width : min(next.trailingZeroBitCount, width)
            while hosts > 0, (hosts == 128 ? UInt128.max : (UInt128(1) << UInt128(hosts)) - 1) > last.bits - next {
                hosts -= 1
            }
            let address =
                first.family == .ipv4
                ? ClientAddress(ipv4: UInt32(truncatingIfNeeded: next)) : ClientAddress(ipv6: next)
            guard address.family == first.family else { return nil }
            found.append(AddressPrefix(containing: address, length: width - hosts))
            let size = hosts == 128 ? UInt128.max : (UInt128(1) << UInt128(hosts)) - 1
            guard last.bits - next > size else { return found }
            next += size + 1
        }
    }

    private static func range(_ start: Substring, _ end: Substring) -> [AddressPrefix]? {
        if let first = ClientAddress(start), let last = ClientAddress(end) { return range(from: first, through: last) }
        guard let (first, count) = octets(start) else { return nil }
        let last: UInt32
        if !end.contains("."), let octet = UInt8(end) {
            // The last octet given runs on.
            let shift = UInt32(8 * (4 - count))
            last = (first & ~(0xff << shift)) | UInt32(octet) << shift | ((1 << shift) - 1)
        } else {
            guard let (address, endCount) = octets(end) else { return nil }
            last = address | (endCount == 4 ? 0 : (1 << UInt32(8 * (4 - endCount))) - 1)
        }
        return range(from: ClientAddress(ipv4: first), through: ClientAddress(ipv4: last))
    }

    /// An address and the bits that are written of it.
    private static func address(_ text: Substring) -> (ClientAddress, length: Int)? {
        if let address = ClientAddress(text) { return (address, address.family.width) }
        if let (address, count) = octets(text.last == "." ? text.dropLast() : text) {
            return (ClientAddress(ipv4: address), 8 * count)
        }
        return groups(text)
    }

    /// One to four octets, and how many. Three digits may begin with zeros, as P2P lists write them.
    private static func octets(_ text: Substring) -> (address: UInt32, count: Int)? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let octets = parts.compactMap { $0.utf8.count <= 3 ? UInt8($0) : nil }
        guard 1...4 ~= parts.count, octets.count == parts.count, !text.utf8.contains(0x2b) else { return nil }
        let bits = octets.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return (octets.count == 4 ? bits : bits << UInt32(8 * (4 - octets.count)), octets.count)
    }

    /// Two to seven groups of a global IPv6 address (`2001:db8:4`); two digits between colons would be a time or a MAC
    /// address.
    private static func groups(_ text: Substring) -> (ClientAddress, length: Int)? {
        let text = text.last == ":" ? text.dropLast() : text
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard 2...7 ~= parts.count, parts[0].utf8.count == 4, parts[0].first == "2" || parts[0].first == "3",
            let address = ClientAddress(text + "::")
        else { return nil }
        return (address, 16 * parts.count)
    }
}

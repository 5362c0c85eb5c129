public import SMTP

/// A line of a blocklist: plain addresses and networks, or one of rbldnsd's data sets of addresses.
public enum BlocklistLine: Hashable, Sendable {
    /// The networks that the line lists.
    case networks([AddressPrefix])
    /// The networks that the line takes out again (`!192.0.2.1`).
    case exclusion([AddressPrefix])
    /// Nothing: empty, a comment, a setting, a default value, or a domain name of a `dnset`.
    case nothing
    /// A line that is none of these.
    case fault(String)

    /// Reads a line.
    ///
    /// Networks are `ADDRESS`, `ADDRESS/LENGTH`, and for IPv4 as rbldnsd writes them: octets may be missing at the end
    /// (`192.0.2` is `192.0.2.0/24`), `192.0.2.1-192.0.2.9` and `192.0.2.1-9` are ranges. A blank or a colon ends the
    /// address; what follows is the value to be given out. Bits beyond the length are cleared.
    public init(_ text: some StringProtocol) {
        var rest = Substring(text.drop { $0 == " " || $0 == "\t" })
        guard let first = rest.first, first != "#", first != ";", first != "$" else {
            self = .nothing
            return
        }
        let isExclusion = first == "!"
        if isExclusion { rest = rest.dropFirst().drop { $0 == " " } }
        var word = rest.prefix { $0 != " " && $0 != "\t" && $0 != "#" && $0 != ";" }
        if let prefix = Self.network(word) {
            self = isExclusion ? .exclusion([prefix]) : .networks([prefix])
            return
        }
        // A colon ends an IPv4 address; a line that begins with one gives the default value.
        word = word.prefix { $0 != ":" }
        guard !word.isEmpty else {
            self = .nothing
            return
        }
        if let networks = Self.networks(word) {
            self = isExclusion ? .exclusion(networks) : .networks(networks)
        } else if word.contains(where: \.isLetter), word.contains(".") {
            self = .nothing
        } else {
            self = .fault("\"\(word.prefix(60))\" is no address and no network")
        }
    }

    private static func network(_ word: Substring) -> AddressPrefix? {
        let parts = word.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = ClientAddress(first) else { return nil }
        guard parts.count == 2 else { return AddressPrefix(containing: address, length: address.family.width) }
        guard let length = Int(parts[1]), 0...address.family.width ~= length else { return nil }
        return AddressPrefix(containing: address, length: length)
    }

    /// The IPv4 notations that are rbldnsd's own.
    private static func networks(_ word: Substring) -> [AddressPrefix]? {
        let ends = word.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard ends.count == 2 else {
            let parts = word.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            guard let (address, count) = octets(parts[0]) else { return nil }
            let length = parts.count == 2 ? Int(parts[1]) ?? -1 : 8 * count
            guard 0...32 ~= length else { return nil }
            return [AddressPrefix(containing: ClientAddress(ipv4: address), length: length)]
        }
        guard let (first, count) = octets(ends[0]) else { return nil }
        let last: UInt32
        if !ends[1].contains("."), let octet = UInt8(ends[1]) {
            // The last octet given runs on.
            let shift = UInt32(8 * (4 - count))
            last = (first & ~(0xff << shift)) | UInt32(octet) << shift | ((1 << shift) - 1)
        } else {
            guard let (end, endCount) = octets(ends[1]) else { return nil }
            last = end | (endCount == 4 ? 0 : (1 << UInt32(8 * (4 - endCount))) - 1)
        }
        return first <= last ? prefixes(from: first, through: last) : nil
    }

    /// One to four octets, and how many.
    private static func octets(_ text: Substring) -> (address: UInt32, count: Int)? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let octets = parts.compactMap { $0.count <= 3 ? UInt8($0) : nil }
        guard 1...4 ~= parts.count, octets.count == parts.count else { return nil }
        let bits = octets.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return (bits << UInt32(8 * (4 - octets.count)), octets.count)
    }

    /// The fewest networks that make up a range.
    private static func prefixes(from first: UInt32, through last: UInt32) -> [AddressPrefix] {
        var found: [AddressPrefix] = []
        var next = UInt64(first)
        while next <= UInt64(last) {
            var size = next == 0 ? UInt64(1) << 32 : next & (~next + 1)
            while next + size - 1 > UInt64(last) { size /= 2 }
            found.append(
                AddressPrefix(containing: ClientAddress(ipv4: UInt32(next)), length: 32 - size.trailingZeroBitCount))
            next += size
        }
        return found
    }
}

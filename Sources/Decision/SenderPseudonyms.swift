public import KeyedHashing
public import SMTP
public import SpamTracker

/// Senders and recipient domains as they are counted and stored: pseudonyms that only the site's key can make.
///
/// A sender's pseudonym is a keyed permutation of its address, one step for each network around it: two addresses have
/// pseudonyms in one /16 (/24) if and only if they lie in one /16 (/24) themselves (IPv6: /32 and /48), so the history
/// of networks works on pseudonyms as it does on addresses. Nothing else of an address is kept.
public struct SenderPseudonyms: Sendable {
    /// How many leading bits make a sender.
    public let prefixes: SenderPrefixes

    private let key: HashingKey

    /// Pseudonyms under `key`.
    public init(key: HashingKey, prefixes: SenderPrefixes = SenderPrefixes()) {
        self.key = key
        self.prefixes = prefixes
    }

    /// The pseudonym of a client. Some microseconds: once a session.
    public func sender(_ address: ClientAddress) -> SenderKey { pseudonym(of: SenderKey(address, prefixes: prefixes)) }

    /// The pseudonym of a sender.
    public func pseudonym(of sender: SenderKey) -> SenderKey {
        let bits = sender.bits
        guard sender.isIPv4 else {
            var wide = permuted(bits >> 32, width: 32, under: 0, level: 3)
            // 0 and 1 would read as an IPv4 address: walked past, as a permutation's cycle may be.
            while wide < 2 { wide = permuted(wide, width: 32, under: 0, level: 3) }
            let narrow = permuted(bits >> 16 & 0xffff, width: 16, under: bits >> 32, level: 4)
            let host = permuted(bits & 0xffff, width: 16, under: bits >> 16, level: 5)
            return SenderKey(bits: wide << 32 | narrow << 16 | host)
        }
        let address = bits & 0xffff_ffff
        let wide = permuted(address >> 16, width: 16, under: 0, level: 0)
        let narrow = permuted(address >> 8 & 0xff, width: 8, under: address >> 16, level: 1)
        let host = permuted(address & 0xff, width: 8, under: address >> 8, level: 2)
        return SenderKey(bits: 1 << 32 | wide << 16 | narrow << 8 | host)
    }

    /// The keyed hash of a domain, in lower case.
    public func domain(_ name: String) -> UInt64 {
        UInt64(truncatingIfNeeded: key.digest(domain: "sender-domain", parts: [name.utf8]))
    }

    /// The name under which tables hold a domain.
    public static func tableName(_ domain: UInt64) -> String { String(domain, radix: 16) }

    /// A Feistel network of four rounds over `width` bits, its round function a keyed digest that sees the bits above.
    private func permuted(_ value: UInt64, width: UInt64, under parent: UInt64, level: UInt8) -> UInt64 {
        let half = width / 2
        let mask: UInt64 = (1 << half) - 1
        var (left, right) = (value >> half & mask, value & mask)
        for round: UInt8 in 0..<4 {
            var message: [UInt8] = [level, round]
            for shift in stride(from: 0, to: 64, by: 8) {
                message.append(UInt8(truncatingIfNeeded: parent >> UInt64(shift)))
            }
            for shift in stride(from: 0, to: 16, by: 8) {
                message.append(UInt8(truncatingIfNeeded: right >> UInt64(shift)))
            }
            let digest = UInt64(truncatingIfNeeded: key.digest(domain: "sender", parts: [message]))
            (left, right) = (right, (left ^ digest) & mask)
        }
        return left << half | right
    }
}

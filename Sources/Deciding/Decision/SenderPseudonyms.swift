public import KeyedHashing
public import SMTP
public import SpamTracker

/// Senders and recipient domains as they are counted and stored: pseudonyms that only the site's key can make.
///
/// A sender's pseudonym is a keyed permutation of its address, one step for each network around it: two addresses have
/// pseudonyms in one /8 (/16, /24) if and only if they lie in one /8 (/16, /24) themselves (IPv6: /16, /32 and /48), so
/// the history of networks works on pseudonyms as it does on addresses. Nothing else of an address is kept.
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
        // Each step permutes the bits of one network under those above it.
        let width: UInt64 = sender.isIPv4 ? 8 : 16
        var pseudonym: UInt64 = sender.isIPv4 ? 1 : 0
        var parent: UInt64 = 0
        for step: UInt8 in 0..<4 {
            let part = bits >> (width * UInt64(3 - step)) & (1 << width - 1)
            let level = step + (sender.isIPv4 ? 0 : 4)
            var image = permuted(part, width: width, under: parent, level: level)
            if !sender.isIPv4, step == 0, image == 0 {
                // This would read as an IPv4 address: walked past, as a permutation's cycle may be. Where ::/16, of which
                // only ::1 is ever met, stands for itself there is nowhere to walk.
                image = part == 0 ? 1 : permuted(0, width: width, under: parent, level: level)
            }
            pseudonym = pseudonym << width | image
            parent = parent << width | part
        }
        return SenderKey(bits: pseudonym)
    }

    /// The keyed hash of a domain, in any spelling.
    public func domain(_ name: String) -> UInt64 {
        UInt64(truncatingIfNeeded: key.digest(domain: "sender-domain", parts: [MailDomain.folded(name).utf8]))
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

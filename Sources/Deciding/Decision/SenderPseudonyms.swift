public import KeyedHashing
public import SMTP
public import SpamTracker
internal import Synchronization

/// Senders and recipient domains as they are counted and stored: pseudonyms that only the site's key can make.
///
/// A sender's pseudonym is a keyed permutation of its address, one step for each network around it: two addresses have
/// pseudonyms in one /8 (/16, /24) if and only if they lie in one /8 (/16, /24) themselves (IPv6: /16, /32 and /48), so
/// the history of networks works on pseudonyms as it does on addresses. Nothing else of an address is kept.
public struct SenderPseudonyms: Sendable {
    /// How many leading bits make a sender.
    public let prefixes: SenderPrefixes

    private let key: HashingKey
    /// Pseudonyms of who was asked for lately, shared by all copies: a session asks up to three times, on as many threads.
    private let known = Known()

    private final class Known: Sendable {
        static let most = 50_000
        /// The images of networks, by level, network above and part: many clients share them.
        let networks = PlaceCache<UInt64, UInt64>(places: 4_096)
        private let senders = Mutex<[SenderKey: SenderKey]>([:])

        subscript(sender: SenderKey) -> SenderKey? { senders.withLock { $0[sender] } }

        func note(_ sender: SenderKey, is pseudonym: SenderKey) {
            senders.withLock { senders in
                if senders.count >= Self.most { senders = [:] }
                senders[sender] = pseudonym
            }
        }
    }

    /// Pseudonyms under `key`.
    public init(key: HashingKey, prefixes: SenderPrefixes = SenderPrefixes()) {
        self.key = key
        self.prefixes = prefixes
    }

    /// The pseudonym of a client. Some microseconds for who was not asked for lately.
    public func sender(_ address: ClientAddress) -> SenderKey {
        let sender = SenderKey(address, prefixes: prefixes)
        if let pseudonym = known[sender] { return pseudonym }
        let pseudonym = pseudonym(of: sender)
        known.note(sender, is: pseudonym)
        return pseudonym
    }

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
            var image = image(of: part, width: width, under: parent, level: level, isNetwork: step < 3)
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

    /// What ``permuted(_:width:under:level:)`` makes of a part; that of a network is remembered.
    private func image(of part: UInt64, width: UInt64, under parent: UInt64, level: UInt8, isNetwork: Bool) -> UInt64 {
        guard isNetwork else { return permuted(part, width: width, under: parent, level: level) }
        // At most 48 bits of a network and its part.
        let place = UInt64(level) << 56 | parent << width | part
        return known.networks.value(for: place, bits: place) {
            permuted(part, width: width, under: parent, level: level)
        }
    }

    /// The sender that has a pseudonym: whoever holds the key can turn pseudonyms back. Some microseconds.
    public func sender(named pseudonym: SenderKey) -> SenderKey {
        let width: UInt64 = pseudonym.isIPv4 ? 8 : 16
        var parent: UInt64 = 0
        for step: UInt8 in 0..<4 {
            let image = pseudonym.bits >> (width * UInt64(3 - step)) & (1 << width - 1)
            let level = step + (pseudonym.isIPv4 ? 0 : 4)
            var part = unpermuted(image, width: width, under: parent, level: level)
            if !pseudonym.isIPv4, step == 0, part == 0 {
                // The network whose image would have been 0 walked past it, to the image of ::/16.
                let walked = unpermuted(0, width: width, under: parent, level: level)
                part = walked == 0 ? part : walked
            }
            parent = parent << width | part
        }
        return SenderKey(bits: (pseudonym.isIPv4 ? 1 << 32 : 0) | parent)
    }

    /// What stands for a domain's keyed hash outside of the site: another hash, so that what leaves the site cannot be held
    /// against its database.
    public func sharedColumn(of domain: UInt64) -> UInt64 {
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: domain >> UInt64(8 * $0)) }
        return UInt64(truncatingIfNeeded: key.digest(domain: "shared-column", parts: [bytes]))
    }

    /// A number by which holders of one key know each other, and which says nothing of the key.
    public var groupID: UInt64 {
        UInt64(truncatingIfNeeded: key.digest(domain: "sender-group", parts: [[UInt8]]()))
    }

    /// The keyed hash of a domain, in any spelling.
    public func domain(_ name: String) -> UInt64 {
        var message = DigestMessage("sender-domain")
        message.add(MailDomain.folded(name))
        return UInt64(truncatingIfNeeded: key.digest(message))
    }

    /// The name under which tables hold a domain.
    public static func tableName(_ domain: UInt64) -> String { String(domain, radix: 16) }

    /// A Feistel network of four rounds over `width` bits, its round function a keyed digest that sees the bits above.
    private func permuted(_ value: UInt64, width: UInt64, under parent: UInt64, level: UInt8) -> UInt64 {
        let half = width / 2
        let mask: UInt64 = (1 << half) - 1
        var (left, right) = (value >> half & mask, value & mask)
        var message = Self.frame
        message[Self.place] = level
        for byte in 0..<8 { message[Self.place + 2 + byte] = UInt8(truncatingIfNeeded: parent >> UInt64(8 * byte)) }
        for round: UInt8 in 0..<4 {
            message[Self.place + 1] = round
            for byte in 0..<2 { message[Self.place + 10 + byte] = UInt8(truncatingIfNeeded: right >> UInt64(8 * byte)) }
            let digest = UInt64(truncatingIfNeeded: key.digest(message))
            (left, right) = (right, (left ^ digest) & mask)
        }
        return left << half | right
    }

    /// The value that `permuted` makes `image` of.
    private func unpermuted(_ image: UInt64, width: UInt64, under parent: UInt64, level: UInt8) -> UInt64 {
        let half = width / 2
        let mask: UInt64 = (1 << half) - 1
        var (left, right) = (image >> half & mask, image & mask)
        var message = Self.frame
        message[Self.place] = level
        for byte in 0..<8 { message[Self.place + 2 + byte] = UInt8(truncatingIfNeeded: parent >> UInt64(8 * byte)) }
        for round: UInt8 in (0..<4).reversed() {
            message[Self.place + 1] = round
            for byte in 0..<2 { message[Self.place + 10 + byte] = UInt8(truncatingIfNeeded: left >> UInt64(8 * byte)) }
            let digest = UInt64(truncatingIfNeeded: key.digest(message))
            (left, right) = ((right ^ digest) & mask, left)
        }
        return left << half | right
    }

    /// What `digest(domain: "sender", parts:)` makes of a part of twelve bytes: put together once, for sixteen digests.
    private static let frame: [UInt8] =
        [6, 0, 0, 0] + Array("sender".utf8) + [12, 0, 0, 0] + [UInt8](repeating: 0, count: 12)

    /// Where the part begins: level, round, the bits above, the half.
    private static let place = 14
}

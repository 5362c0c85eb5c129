public import Decision
public import SMTP
internal import Signing
internal import SpamTracker

/// A snapshot's list as addresses, for programs that look addresses up: whoever has the group's key can make one.
public struct SenderZone: Sendable {
    /// Which senders are taken.
    public struct Choice: Sendable {
        /// The least probability of spam, 0...1.
        public var probability: Double

        /// How much its targets must tell, 0...1.
        public var confidence: Double

        /// How many sites it must have written to.
        public var sites: Int

        /// Networks that are never taken.
        public var spared: [AddressPrefix]

        /// A choice of its parts.
        public init(
            probability: Double = 0.9, confidence: Double = 0.5, sites: Int = 2, spared: [AddressPrefix] = []
        ) {
            self.probability = probability
            self.confidence = confidence
            self.sites = sites
            self.spared = spared
        }
    }

    /// A sender of the zone.
    public struct Entry: Hashable, Sendable {
        /// An address of IPv4, or a /64 of IPv6.
        public let network: AddressPrefix

        /// The last number of its answer, 127.0.0.x; see ``SenderZone/scoreClasses``.
        public let scoreClass: Int

        /// Why, in words. Figures are rounded down, so that a sender's words change as seldom as its class does.
        public let reason: String

        /// In which of `count` parts of a zone it is: networks of a /16, or of a /48, are in one. The same for every zone.
        func part(of count: Int) -> Int {
            let network = network.base.bits >> (network.base.family == .ipv4 ? 16 : 80)
            let hash = UInt64(truncatingIfNeeded: network) &* 0x9e37_79b9_7f4a_7c15
            return Int(hash >> 32) % max(1, count)
        }
    }

    /// The classes of scores: from which probability on an answer is 127.0.0.x.
    public static let scoreClasses: [(from: Double, number: Int)] = [
        (0.99, 6), (0.95, 5), (0.9, 4), (0.8, 3), (0, 2),
    ]

    /// The senders, IPv4 before IPv6, ascending.
    public let entries: [Entry]

    /// The number of the snapshot that they are from.
    public let sequence: UInt64

    /// When the snapshot was counted.
    public let until: UnixTime

    /// The zone of a snapshot. Some microseconds for each sender.
    ///
    /// - Parameter group: names senders as the group does.
    public init(_ signed: SignedSnapshot, group: SenderPseudonyms, choice: Choice) {
        sequence = signed.header.sequence
        until = signed.snapshot.until
        let chosen = signed.snapshot.listed.lines.filter {
            Double($0.probability) / 1_000 >= choice.probability && Double($0.confidence) / 100 >= choice.confidence
                && Int($0.sites) >= choice.sites
        }
        entries = chosen.compactMap { line -> Entry? in
            let sender = group.sender(named: line.sender)
            let network = AddressPrefix(containing: sender.address, length: sender.isIPv4 ? 32 : 64)
            guard !choice.spared.contains(where: { Self.overlap($0, network) }) else { return nil }
            let probability = Double(line.probability) / 1_000
            let (least, number) = Self.scoreClasses.first { probability >= $0.from } ?? (0, 2)
            return Entry(
                network: network, scoreClass: number,
                reason: "writes to whom spammers write: probability \(max(least, 0.5)) or more, "
                    + "\(Self.count(line.domains, "domain")) at \(Self.count(line.sites, "site"))")
        }.sorted {
            $0.network.base.family != $1.network.base.family
                ? $0.network.base.family == .ipv4 : $0.network.base.bits < $1.network.base.bits
        }
    }

    private static func overlap(_ one: AddressPrefix, _ other: AddressPrefix) -> Bool {
        one.contains(other.base) || other.contains(one.base)
    }

    /// `4 or more domains`: powers of two.
    private static func count(_ number: UInt16, _ noun: String) -> String {
        guard number > 1 else { return "\(number) \(noun)" }
        return "\(1 << (UInt16.bitWidth - 1 - number.leadingZeroBitCount)) or more \(noun)s"
    }
}

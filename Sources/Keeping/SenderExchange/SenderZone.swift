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

        /// Why, in words.
        public let reason: String
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
            let number = Self.scoreClasses.first { probability >= $0.from }?.number ?? 2
            let cluster = line.cluster.map { ", cluster \($0)" } ?? ""
            return Entry(
                network: network, scoreClass: number,
                reason: "writes to whom spammers write: probability \(Self.text(line.probability)), \(line.domains) "
                    + "domains at \(line.sites) sites\(cluster), snapshot \(signed.header.sequence)")
        }.sorted {
            $0.network.base.family != $1.network.base.family
                ? $0.network.base.family == .ipv4 : $0.network.base.bits < $1.network.base.bits
        }
    }

    private static func overlap(_ one: AddressPrefix, _ other: AddressPrefix) -> Bool {
        one.contains(other.base) || other.contains(one.base)
    }

    private static func text(_ thousandths: UInt16) -> String {
        let digits = "\(thousandths % 1_000)"
        return "\(thousandths / 1_000)." + String(repeating: "0", count: 3 - digits.count) + digits
    }
}

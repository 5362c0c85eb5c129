import Glibc

/// What was learned of senders and of the networks around them, as decayed counts: of a sender, the periods in which it
/// was seen as spam or honest; of a network, the networks or senders within that were.
///
/// The levels form a hierarchy in which each draws on the wider one where its own counts are few. As in the hierarchical
/// Dirichlet process (Teh 2006; Kneser and Ney's smoothing), what is within a network counts at most once for it: a
/// regular that comes every day says much of itself, but no more of a stranger beside it than any other sender does.
///
/// Bounded: past `capacity` entries per level those of least weight are forgotten, which are the oldest single visits.
public struct NetworkHistory: Sendable {
    /// How wide the net is thrown.
    public enum Level: Int, CaseIterable, Sendable {
        /// IPv4 /8, IPv6 /16.
        case region

        /// IPv4 /16, IPv6 /32.
        case wide

        /// IPv4 /24, IPv6 /48.
        case narrow

        /// The sender itself.
        case sender
    }

    /// Weights of spam and honest periods.
    public struct Count: Hashable, Sendable {
        /// Periods in which the sender was labelled spam.
        public var spam = 0.0

        /// Periods in which it was honest (unlabelled ones at a lower weight).
        public var honest = 0.0

        /// The share of this count, which was added to one of `before` (its total), that the wider level takes up: all
        /// until there is one in all, nothing beyond.
        func shareForParent(onTopOf before: Double) -> Double {
            let added = spam + honest
            guard added > 0 else { return 0 }
            return (min(before + added, 1) - min(before, 1)) / added
        }

        var total: Double { spam + honest }

        mutating func add(_ other: Count) {
            spam += other.spam
            honest += other.honest
        }

        mutating func scale(by factor: Double) {
            spam *= factor
            honest *= factor
        }
    }

    /// Entries per level at most.
    public let capacity: Int

    /// By level, then by the key of sender or network.
    var counts = [KeyTable<Count>](repeating: KeyTable(), count: Level.allCases.count)

    /// The share of each side that behaves like the other, see `Contamination`.
    var contamination = 0.0

    /// All senders together.
    var total = Count()

    /// Weight, in senders, with which the wider network's share enters each level's, widest level first. A few strangers
    /// must not speak for all that a registry gave out: the wider a network, the more senders it takes.
    static let trustInParent = [8.0, 2.0, 1.0, 1.0]

    /// No history.
    public init(capacity: Int = 1_000_000) {
        self.capacity = max(capacity, 1)
    }

    mutating func decay(by factor: Double) {
        guard factor < 1 else { return }
        for level in counts.indices {
            counts[level] = counts[level].compactMap { _, count in
                let faded = Count(spam: count.spam * factor, honest: count.honest * factor)
                return faded.spam + faded.honest < 0.01 ? nil : faded
            }
        }
        total = Count(spam: total.spam * factor, honest: total.honest * factor)
    }

    mutating func add(_ sender: SenderKey, spam: Double, honest: Double) {
        var added = Count(spam: spam, honest: honest)
        for (level, key) in Self.keys(of: sender).enumerated().reversed() where added.total > 0 {
            let before = counts[level][key]?.total ?? 0
            counts[level][key, default: Count()].add(added)
            added.scale(by: added.shareForParent(onTopOf: before))
        }
        total.spam += spam
        total.honest += honest
    }

    /// Forgets what is too much, and gives back room.
    mutating func trim() {
        for level in counts.indices where counts[level].count > capacity {
            var order: [(key: UInt64, value: Count)] = []
            order.reserveCapacity(counts[level].count)
            counts[level].forEach { order.append(($0, $1)) }
            order.sort {
                let (lhs, rhs) = ($0.value.total, $1.value.total)
                return lhs != rhs ? lhs > rhs : $0.key < $1.key
            }
            counts[level] = KeyTable()
            counts[level].reserve(capacity)
            for entry in order.prefix(capacity) { counts[level][entry.key] = entry.value }
        }
        for level in counts.indices { counts[level].compact() }
    }

    static func keys(of sender: SenderKey) -> [UInt64] {
        let networks = sender.networks
        return [networks.region.bits, networks.wide.bits, networks.narrow.bits, sender.bits]
    }

    /// The log odds of spam that the history gives of a sender as it is: see ``weight(of:without:)``. Four look-ups.
    func weight(of sender: SenderKey) -> Double {
        guard total.spam > 0, total.honest > 0 else { return 0 }
        let base = total.spam / (total.spam + total.honest)
        let networks = sender.networks
        var share = base
        if let count = counts[0][networks.region.bits] { share = Self.blend(count, level: 0, parent: share) }
        if let count = counts[1][networks.wide.bits] { share = Self.blend(count, level: 1, parent: share) }
        if let count = counts[2][networks.narrow.bits] { share = Self.blend(count, level: 2, parent: share) }
        if let count = counts[3][sender.bits] { share = Self.blend(count, level: 3, parent: share) }
        return Contamination.bounded(Self.logOdds(share) - Self.logOdds(base), epsilon: contamination)
    }

    /// The log odds of spam that the history gives, less the log odds over all senders: 0 for an unknown network. Each
    /// level's share is drawn towards the wider one's, by as much as its counts are few.
    ///
    /// `without` takes the sender's own contribution out of every level.
    func weight(of sender: SenderKey, without own: Count) -> Double {
        guard total.spam > 0, total.honest > 0 else { return 0 }
        let base = total.spam / (total.spam + total.honest)
        let keys = Self.keys(of: sender)
        var known = keys.indices.map { counts[$0][keys[$0]] }
        if own.total > 0 {
            var removed = own
            for level in keys.indices.reversed() {
                guard let count = known[level] else { continue }
                let rest = Count(spam: max(count.spam - removed.spam, 0), honest: max(count.honest - removed.honest, 0))
                known[level] = rest
                removed.scale(by: removed.shareForParent(onTopOf: rest.total))
            }
        }
        var share = base
        for (level, count) in known.enumerated() {
            if let count { share = Self.blend(count, level: level, parent: share) }
        }
        return Contamination.bounded(Self.logOdds(share) - Self.logOdds(base), epsilon: contamination)
    }

    static func blend(_ count: Count, level: Int, parent: Double) -> Double {
        (count.spam + trustInParent[level] * parent) / (count.total + trustInParent[level])
    }

    static func logOdds(_ share: Double) -> Double {
        let inside = min(max(share, 1e-6), 1 - 1e-6)
        return log(inside / (1 - inside))
    }

    /// Whether an honest sender was ever seen in the sender's narrow network (/24, /48).
    package func hasHonestNeighbour(of sender: SenderKey) -> Bool {
        (counts[Level.narrow.rawValue][sender.networks.narrow.bits]?.honest ?? 0) > 0
    }

    /// Whether anything is known of a sender or network, by level and bits. O(1).
    public func knows(_ level: Level, _ bits: UInt64) -> Bool { counts[level.rawValue][bits] != nil }

    /// Whether the sender itself was seen before.
    public func hasSeen(_ sender: SenderKey) -> Bool { counts[Level.sender.rawValue][sender.bits] != nil }
}

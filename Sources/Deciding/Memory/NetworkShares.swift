import Policy

/// Counts what is remembered by network, block and allocation, and knows at any time which of them holds most for its
/// size. Every operation is O(1).
///
/// What is counted hangs in a tree: entries in a network, networks in a block, blocks in an allocation, each list most
/// recently used first. Where there is no network of its own (an IPv6 client is one), entries hang in the block.
struct NetworkShares: Sendable {
    /// How large a network is.
    enum Level: Int, Sendable, CaseIterable {
        case network, block, allocation

        /// How many entries of it weigh as much as one of a network: a network for an entry is common, a block needs
        /// sixteen, so that nobody gains by spreading over his own.
        var breadth: Int {
            switch self {
            case .network: 1
            case .block: 16
            case .allocation: 256
            }
        }

        /// The most that one may hold of `capacity`.
        func quota(of capacity: Int) -> Int {
            let share =
                switch self {
                case .network: max(capacity / 256, 16)
                case .block: max(capacity / 64, 64)
                case .allocation: max(capacity / 16, 256)
                }
            return max(1, min(share, capacity))
        }
    }

    private struct Share: Sendable {
        let key: UInt64
        let level: Level
        let parent: Int32
        /// Whether its members are shares, not entries.
        let holdsShares: Bool
        var count = 0
        var members = UseOrder.Ends()
    }

    /// The shares of one level that hold equally much, by how much.
    private struct Ranking: Sendable {
        var byCount: [UseOrder.Ends]
        var heaviest = 0
    }

    private var shares: [Share] = []
    private var free: [Int32] = []
    private var index = [ShardedIndex<UInt64>](repeating: ShardedIndex(), count: Level.allCases.count)
    private var siblings = UseOrder()
    private var entries = UseOrder()
    private var ranks = UseOrder()
    private var rankings: [Ranking]
    private let quotas: [Int]

    /// No shares yet; quotas are those of `capacity` entries.
    init(capacity: Int) {
        quotas = Level.allCases.map { $0.quota(of: capacity) }
        rankings = quotas.map { Ranking(byCount: [UseOrder.Ends](repeating: UseOrder.Ends(), count: $0 + 1)) }
    }

    /// The smallest network of `place` that has used up its share.
    func exhausted(_ place: NetworkPlace) -> Int32? {
        for level in Level.allCases {
            if let share = share(level, of: place), shares[Int(share)].count >= quotas[level.rawValue] { return share }
        }
        return nil
    }

    /// What holds most for its size, if that is more than one entry of a network of its own.
    var heaviest: Int32? {
        var best: (load: Int, share: Int32)?
        for level in Level.allCases {
            let ranking = rankings[level.rawValue]
            let load = ranking.heaviest * (256 / level.breadth)
            if load > max(256, best?.load ?? 0) { best = (load, ranking.byCount[ranking.heaviest].oldest) }
        }
        return best?.share
    }

    /// The entry of a share that was not used for longest, in its network that was not used for longest.
    func oldestEntry(of share: Int32) -> Int32 {
        var share = shares[Int(share)]
        while share.holdsShares { share = shares[Int(share.members.oldest)] }
        return share.members.oldest
    }

    /// Whether `place` lies in the share.
    func holds(_ share: Int32, _ place: NetworkPlace) -> Bool {
        self.share(shares[Int(share)].level, of: place) == share
    }

    /// Counts an entry in its place.
    ///
    /// - Returns: where it hangs, for ``touch(_:in:)`` and ``remove(_:from:)``; none for a place that is not known, or
    ///   that contradicts what is known of its networks, as a damaged file may.
    mutating func insert(_ entry: Int32, at place: NetworkPlace) -> Int32 {
        guard fits(place), exhausted(place) == nil else { return UseOrder.none }
        let leaf = leaf(for: place)
        guard leaf != UseOrder.none else { return leaf }
        entries.insert(entry, in: &shares[Int(leaf)].members)
        change(leaf, by: 1)
        touch(leaf)
        return leaf
    }

    /// An entry was used.
    mutating func touch(_ entry: Int32, in leaf: Int32) {
        guard leaf != UseOrder.none else { return }
        entries.touch(entry, in: &shares[Int(leaf)].members)
        touch(leaf)
    }

    /// An entry is not counted any more.
    mutating func remove(_ entry: Int32, from leaf: Int32) {
        guard leaf != UseOrder.none else { return }
        entries.remove(entry, from: &shares[Int(leaf)].members)
        change(leaf, by: -1)
    }

    private func share(_ level: Level, of place: NetworkPlace) -> Int32? {
        let key = place.key(level)
        return key == 0 ? nil : index[level.rawValue][key]
    }

    /// Whether the shares of `place` that there are hang in each other as it says.
    private func fits(_ place: NetworkPlace) -> Bool {
        var parent: Int32? = UseOrder.none
        let levels = Level.allCases.filter { place.key($0) != 0 }
        for level in levels.reversed() {
            let found = share(level, of: place)
            if let found {
                let share = shares[Int(found)]
                guard share.parent == parent, share.holdsShares == (level != levels[0]) else { return false }
            }
            parent = found
        }
        return true
    }

    /// The share that an entry of `place` hangs in; it and those around it are made if there are none.
    private mutating func leaf(for place: NetworkPlace) -> Int32 {
        var parent = UseOrder.none
        let levels = Level.allCases.filter { place.key($0) != 0 }
        for level in levels.reversed() {
            parent = share(level, of: place) ?? make(level, place.key(level), in: parent, isLeaf: level == levels[0])
        }
        return parent
    }

    private mutating func make(_ level: Level, _ key: UInt64, in parent: Int32, isLeaf: Bool) -> Int32 {
        let share = Share(key: key, level: level, parent: parent, holdsShares: !isLeaf)
        let number: Int32
        if let reused = free.popLast() {
            number = reused
            shares[Int(number)] = share
        } else {
            number = Int32(clamping: shares.count)
            shares.append(share)
        }
        index[level.rawValue][key] = number
        if parent != UseOrder.none { siblings.insert(number, in: &shares[Int(parent)].members) }
        ranks.insert(number, in: &rankings[level.rawValue].byCount[0])
        return number
    }

    private mutating func touch(_ leaf: Int32) {
        var share = leaf
        while shares[Int(share)].parent != UseOrder.none {
            let parent = shares[Int(share)].parent
            siblings.touch(share, in: &shares[Int(parent)].members)
            share = parent
        }
    }

    private mutating func change(_ leaf: Int32, by difference: Int) {
        var number = leaf
        while number != UseOrder.none {
            let share = shares[Int(number)]
            let (level, count) = (share.level.rawValue, share.count + difference)
            ranks.remove(number, from: &rankings[level].byCount[share.count])
            if count == 0 {
                if share.parent != UseOrder.none { siblings.remove(number, from: &shares[Int(share.parent)].members) }
                index[level][share.key] = nil
                free.append(number)
            } else {
                ranks.insert(number, in: &rankings[level].byCount[count])
                shares[Int(number)].count = count
            }
            // One step at a time, so the heaviest is at most one step from where it was.
            if count > rankings[level].heaviest { rankings[level].heaviest = count }
            if rankings[level].byCount[rankings[level].heaviest].isEmpty { rankings[level].heaviest = max(0, count) }
            number = share.parent
        }
    }
}

extension NetworkPlace {
    fileprivate func key(_ level: NetworkShares.Level) -> UInt64 {
        switch level {
        case .network: network
        case .block: block
        case .allocation: allocation
        }
    }
}

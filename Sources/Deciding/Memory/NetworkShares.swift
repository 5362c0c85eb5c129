import Policy

/// Counts what is remembered by network, block and allocation, and knows at any time which of them holds most for its
/// size. Every operation is O(1).
///
/// What is counted hangs in a tree: entries in a network, networks in a block, blocks in an allocation, each list most
/// recently used first. Where there is no network of its own (an IPv6 client is one), entries hang in the block.
struct NetworkShares: Sendable {
    /// How large a network is.
    enum Level: UInt8, Sendable, CaseIterable {
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

    /// What a share is found by: a network of one size.
    private struct ShareKey: SlotKey {
        let network: UInt64
        let level: Level

        var slotHash: UInt64 { network &+ UInt64(level.rawValue) }
    }

    private struct Share: Sendable {
        let parent: Int32
        var count: Int32 = 0
        var members = UseOrder.Ends()
        /// Whether its members are shares, not entries.
        let holdsShares: Bool
    }

    /// The shares of one level that hold equally much, by how much.
    private struct Ranking: Sendable {
        private var byCount = PiecedArray<UseOrder.Ends>()
        var heaviest = 0

        /// The shares that hold `count` entries.
        subscript(count: Int) -> UseOrder.Ends {
            get { count < byCount.count ? byCount[count] : UseOrder.Ends() }
            _modify {
                // Shares grow by an entry at a time, and so does this.
                while byCount.count <= count { byCount.append(UseOrder.Ends()) }
                yield &byCount[count]
            }
        }
    }

    /// The shares of a place, or none.
    private struct Chain {
        var network = UseOrder.none
        var block = UseOrder.none
        var allocation = UseOrder.none

        subscript(level: Level) -> Int32 {
            switch level {
            case .network: network
            case .block: block
            case .allocation: allocation
            }
        }
    }

    private var shares = SlotTable<ShareKey, Share>()
    private var siblings = UseOrder()
    private var entries = UseOrder()
    private var ranks = UseOrder()
    private var rankings = [Ranking](repeating: Ranking(), count: Level.allCases.count)
    private let quotas: [Int]

    /// No shares yet; quotas are those of `capacity` entries.
    init(capacity: Int) {
        quotas = Level.allCases.map { $0.quota(of: capacity) }
    }

    /// The smallest network of `place` that has used up its share.
    func exhausted(_ place: NetworkPlace) -> Int32? { exhausted(chain(of: place)) }

    private func exhausted(_ chain: Chain) -> Int32? {
        for level in Level.allCases {
            let share = chain[level]
            if share != UseOrder.none, Int(shares[share].count) >= quotas[Int(level.rawValue)] { return share }
        }
        return nil
    }

    /// What holds most for its size, if that is more than one entry of a network of its own.
    var heaviest: Int32? {
        var best: (load: Int, share: Int32)?
        for level in Level.allCases {
            let heaviest = rankings[Int(level.rawValue)].heaviest
            let load = heaviest * (256 / level.breadth)
            if load > max(256, best?.load ?? 0) { best = (load, rankings[Int(level.rawValue)][heaviest].oldest) }
        }
        return best?.share
    }

    /// The entry of a share that was not used for longest, in its network that was not used for longest.
    func oldestEntry(of share: Int32) -> Int32 {
        var share = shares[share]
        while share.holdsShares { share = shares[share.members.oldest] }
        return share.members.oldest
    }

    /// Whether `place` lies in the share.
    func holds(_ share: Int32, _ place: NetworkPlace) -> Bool {
        self.share(shares.key(of: share).level, of: place) == share
    }

    /// Counts an entry in its place.
    ///
    /// - Returns: where it hangs, for ``touch(_:in:)`` and ``remove(_:from:)``; none for a place that is not known, or
    ///   that contradicts what is known of its networks, as a damaged file may.
    mutating func insert(_ entry: Int32, at place: NetworkPlace) -> Int32 {
        let chain = chain(of: place)
        guard exhausted(chain) == nil else { return UseOrder.none }
        return insert(entry, at: place, chain)
    }

    private mutating func insert(_ entry: Int32, at place: NetworkPlace, _ chain: Chain) -> Int32 {
        guard fits(place, chain) else { return UseOrder.none }
        let leaf = leaf(for: place, chain)
        guard leaf != UseOrder.none else { return leaf }
        entries.insert(entry, in: &shares[leaf].members)
        change(leaf, by: 1)
        touch(leaf)
        return leaf
    }

    /// An entry was used.
    mutating func touch(_ entry: Int32, in leaf: Int32) {
        guard leaf != UseOrder.none else { return }
        entries.touch(entry, in: &shares[leaf].members)
        touch(leaf)
    }

    /// An entry is not counted any more.
    mutating func remove(_ entry: Int32, from leaf: Int32) {
        guard leaf != UseOrder.none else { return }
        entries.remove(entry, from: &shares[leaf].members)
        change(leaf, by: -1)
    }

    private func share(_ level: Level, of place: NetworkPlace) -> Int32? {
        let key = place.key(level)
        return key == 0 ? nil : shares.slot(of: ShareKey(network: key, level: level))
    }

    private func chain(of place: NetworkPlace) -> Chain {
        Chain(
            network: share(.network, of: place) ?? UseOrder.none, block: share(.block, of: place) ?? UseOrder.none,
            allocation: share(.allocation, of: place) ?? UseOrder.none)
    }

    /// Whether the shares of `place` that there are hang in each other as it says.
    private func fits(_ place: NetworkPlace, _ chain: Chain) -> Bool {
        let leafLevel = place.smallestLevel
        var (parent, isParentThere) = (UseOrder.none, true)
        for level in Level.downwards where place.key(level) != 0 {
            let found = chain[level]
            if found != UseOrder.none {
                let share = shares[found]
                guard isParentThere, share.parent == parent, share.holdsShares == (level != leafLevel) else {
                    return false
                }
            }
            (parent, isParentThere) = (found, found != UseOrder.none)
        }
        return true
    }

    /// The share that an entry of `place` hangs in; it and those around it are made if there are none.
    private mutating func leaf(for place: NetworkPlace, _ chain: Chain) -> Int32 {
        let leafLevel = place.smallestLevel
        var parent = UseOrder.none
        for level in Level.downwards where place.key(level) != 0 {
            let found = chain[level]
            parent = found != UseOrder.none ? found : make(level, of: place, in: parent, isLeaf: level == leafLevel)
        }
        return parent
    }

    private mutating func make(_ level: Level, of place: NetworkPlace, in parent: Int32, isLeaf: Bool) -> Int32 {
        let number = shares.insert(
            Share(parent: parent, holdsShares: !isLeaf), for: ShareKey(network: place.key(level), level: level))
        if parent != UseOrder.none { siblings.insert(number, in: &shares[parent].members) }
        ranks.insert(number, in: &rankings[Int(level.rawValue)][0])
        return number
    }

    private mutating func touch(_ leaf: Int32) {
        var share = leaf
        while true {
            let parent = shares[share].parent
            guard parent != UseOrder.none else { return }
            siblings.touch(share, in: &shares[parent].members)
            share = parent
        }
    }

    private mutating func change(_ leaf: Int32, by difference: Int32) {
        var number = leaf
        while number != UseOrder.none {
            let level = Int(shares.key(of: number).level.rawValue)
            let (before, parent) = (shares[number].count, shares[number].parent)
            let count = before + difference
            ranks.remove(number, from: &rankings[level][Int(before)])
            if count == 0 {
                if parent != UseOrder.none { siblings.remove(number, from: &shares[parent].members) }
                shares.remove(number)
            } else {
                ranks.insert(number, in: &rankings[level][Int(count)])
                shares[number].count = count
            }
            // One step at a time, so the heaviest is at most one step from where it was.
            let heaviest = max(rankings[level].heaviest, Int(count))
            rankings[level].heaviest = rankings[level][heaviest].isEmpty ? Int(count) : heaviest
            number = parent
        }
    }
}

// MARK: Many at once

extension NetworkShares {
    /// Counts many entries at once, where there are none. The result is that of inserting one after the other; but what lies
    /// in one network is sorted together, so that its shares are looked for once. O(entries).
    ///
    /// - Parameters:
    ///   - order: the numbers from 0 on, that of the entry used longest ago first.
    ///   - place: the place of an entry; `nil` where it is not known.
    /// - Returns: where each entry hangs, by its number; `nil` if not all of them fit: this is then of no use any more.
    mutating func load(_ order: [Int32], place: (Int32) -> NetworkPlace?) -> [Int32]? {
        var leaves = [Int32](repeating: UseOrder.none, count: order.count)
        var pairs: [UInt64] = []
        pairs.reserveCapacity(order.count)
        // Half of the smallest network's hash, and half of one of the whole place: by them entries of one place are known, without
        // going through all of memory again.
        let signatures = (0..<Int32(clamping: order.count)).map { place($0)?.signature ?? 0 }
        for entry in order where signatures[Int(entry)] != 0 {
            pairs.append((signatures[Int(entry)] >> 32) << 32 | UInt64(UInt32(bitPattern: entry)))
        }
        UseSorting.sortByUpperHalf(&pairs, bits: 32)
        entries.reserve(order.count)
        var members: [Int32] = []
        var start = 0
        while start < pairs.count {
            members.removeAll(keepingCapacity: true)
            let network = pairs[start] >> 32
            while start < pairs.count, pairs[start] >> 32 == network {
                members.append(Int32(truncatingIfNeeded: pairs[start] & 0xffff_ffff))
                start += 1
            }
            // Few networks share half of a hash.
            while let first = members.first, let place = place(first) {
                let signature = signatures[Int(first)]
                let count = members.partitionStably { signatures[Int($0)] == signature }
                guard load(members[..<count], at: place, &leaves) else { return nil }
                members.removeFirst(count)
            }
        }
        settle(order.lazy.map { ($0, leaves[Int($0)]) })
        return leaves
    }

    /// Counts all entries of a place.
    private mutating func load(
        _ members: ArraySlice<Int32>, at place: NetworkPlace, _ leaves: inout [Int32]
    ) -> Bool {
        let chain = chain(of: place)
        guard chain[place.smallestLevel] == UseOrder.none, fits(place, chain) else { return false }
        let leaf = leaf(for: place, chain)
        shares[leaf].members = entries.makeList(members)
        for entry in members { leaves[Int(entry)] = leaf }
        var share = leaf
        while share != UseOrder.none {
            let level = Int(shares.key(of: share).level.rawValue)
            guard Int(shares[share].count) + members.count <= quotas[level] else { return false }
            shares[share].count += Int32(clamping: members.count)
            share = shares[share].parent
        }
        return true
    }

    /// Orders shares by their use, and ranks them, by the entries in the order of their use with where they hang.
    private mutating func settle(_ order: some Sequence<(entry: Int32, leaf: Int32)>) {
        var leaves: [Int32] = []
        for (entry, leaf) in order where leaf != UseOrder.none && shares[leaf].members.newest == entry {
            leaves.append(leaf)
        }
        siblings = UseOrder()
        ranks = UseOrder()
        rankings = [Ranking](repeating: Ranking(), count: Level.allCases.count)
        for place in 0..<Int32(clamping: shares.placeCount) where shares[place].holdsShares {
            shares[place].members = UseOrder.Ends()
        }
        for leaf in leaves {
            var (share, isNew) = (leaf, true)
            while shares[share].parent != UseOrder.none {
                let parent = shares[share].parent
                let isFirst = shares[parent].members.isEmpty
                if isNew {
                    siblings.insert(share, in: &shares[parent].members)
                } else {
                    siblings.touch(share, in: &shares[parent].members)
                }
                (share, isNew) = (parent, isFirst)
            }
        }
        // A share has its rank since its newest entry came.
        for leaf in leaves {
            var (member, share) = (leaf, leaf)
            repeat {
                let (level, count) = (Int(shares.key(of: share).level.rawValue), Int(shares[share].count))
                ranks.insert(share, in: &rankings[level][count])
                rankings[level].heaviest = max(rankings[level].heaviest, count)
                (member, share) = (share, shares[share].parent)
            } while share != UseOrder.none && shares[share].members.newest == member
        }
    }
}

extension [Int32] {
    /// Moves those that meet a condition before the others, each in their order; returns how many they are.
    fileprivate mutating func partitionStably(_ isFirst: (Int32) -> Bool) -> Int {
        guard let other = firstIndex(where: { !isFirst($0) }) else { return count }
        var rest: [Int32] = []
        var place = other
        for index in other..<count {
            if isFirst(self[index]) {
                self[place] = self[index]
                place += 1
            } else {
                rest.append(self[index])
            }
        }
        replaceSubrange(place..., with: rest)
        return place
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

    /// What tells this place from others, but for one in 2⁶⁴: in the upper half the smallest network alone. 0 for no place.
    fileprivate var signature: UInt64 {
        guard self != NetworkPlace() else { return 0 }
        let mixed =
            (network ^ block &* 0x9e37_79b9_7f4a_7c15 ^ allocation &* 0xd6e8_feb8_6659_fd93) &* 0x9fb2_1c65_1e98_df25
        return key(smallestLevel) << 32 | max(mixed >> 32, 1)
    }

    /// The level that an entry here hangs in.
    fileprivate var smallestLevel: NetworkShares.Level {
        NetworkShares.Level.allCases.first { key($0) != 0 } ?? .network
    }
}

extension NetworkShares.Level {
    /// The largest first.
    fileprivate static let downwards: [Self] = allCases.reversed()
}

/// Remembers templates, the least recently used of them making room for new ones. Memory is bounded by the capacity.
struct TemplateTable: Sendable {
    /// What is known of a template.
    struct Entry: Sendable {
        let key: UInt64
        /// The place of its campaign; -1 for none.
        var campaign: Int32 = -1
        /// The first layouts that it was seen under in its campaign, halves of hashes; 0 for none.
        var layouts = InlineArray<4, UInt32>(repeating: 0)
        /// A bit for each layout that it was seen under.
        var layoutBits: UInt64 = 0
        /// A bit for each other campaign that it was seen with.
        var rivalBits: UInt64 = 0
        /// Good clients that it was seen of, halves of hashes; 0 for none.
        var good = InlineArray<2, UInt32>(repeating: 0)
        /// How often it was seen.
        var sightings: UInt32 = 0
        var isCommon = false
        fileprivate var newer: Int32 = -1
        fileprivate var older: Int32 = -1

        init(key: UInt64) {
            self.key = key
        }

        /// Whether the campaign is known under this layout; of one that was restored no layouts are known.
        func has(layout: UInt64) -> Bool {
            let half = Self.half(layout)
            if layouts[0] == 0 { return true }
            for index in layouts.indices where layouts[index] == half { return true }
            return false
        }

        mutating func note(layout: UInt64) {
            let half = Self.half(layout)
            for index in layouts.indices {
                if layouts[index] == half { return }
                if layouts[index] == 0 {
                    layouts[index] = half
                    return
                }
            }
        }

        /// Returns how many good clients are known.
        mutating func note(good client: UInt64) -> Int {
            let half = Self.half(client)
            if good[0] == 0 || good[0] == half {
                good[0] = half
            } else if good[1] == 0 {
                good[1] = half
            }
            return good[1] != 0 ? 2 : 1
        }

        /// Half of a hash, which is never 0.
        static func half(_ hash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: hash) | 1 }
    }

    private(set) var entries: [Entry] = []
    private var places: [UInt64: Int32] = [:]
    private var newest: Int32 = -1
    private var oldest: Int32 = -1
    private let capacity: Int

    init(capacity: Int) {
        self.capacity = min(max(256, capacity), Int(Int32.max))
    }

    var count: Int { entries.count }

    /// Where a template is. O(1).
    func place(of key: UInt64) -> Int? { places[key].map { Int($0) } }

    subscript(_ place: Int) -> Entry {
        get { entries[place] }
        _modify { yield &entries[place] }
    }

    /// Makes a template the most recently used one, and new if it is not known. O(1).
    ///
    /// - Returns: where it is, and the campaign of the template that made room for it, or -1.
    mutating func use(_ key: UInt64) -> (place: Int, gone: Int32) {
        if let place = places[key] {
            unlink(place)
            link(place)
            return (Int(place), -1)
        }
        guard entries.count >= capacity else {
            let place = Int32(entries.count)
            entries.append(Entry(key: key))
            places[key] = place
            link(place)
            return (Int(place), -1)
        }
        let place = oldest
        let gone = entries[Int(place)]
        unlink(place)
        places[gone.key] = nil
        entries[Int(place)] = Entry(key: key)
        places[key] = place
        link(place)
        return (Int(place), gone.campaign)
    }

    /// All of one campaign are another's from now on. O(count).
    mutating func move(from campaign: Int32, to other: Int32) {
        for index in entries.indices where entries[index].campaign == campaign { entries[index].campaign = other }
    }

    private mutating func link(_ place: Int32) {
        entries[Int(place)].older = newest
        entries[Int(place)].newer = -1
        if newest >= 0 { entries[Int(newest)].newer = place } else { oldest = place }
        newest = place
    }

    private mutating func unlink(_ place: Int32) {
        let (newer, older) = (entries[Int(place)].newer, entries[Int(place)].older)
        if newer >= 0 { entries[Int(newer)].older = older } else { newest = older }
        if older >= 0 { entries[Int(older)].newer = newer } else { oldest = newer }
    }
}

/// What came of a game. Unless it says otherwise, it counts the sites that lie.
public struct GameOutcome: Sendable, Hashable {
    /// Requests of bots.
    public internal(set) var requests = 0

    /// Requests for recipients that do not exist: what a spammer who believes nothing pays.
    public internal(set) var wasted = 0

    /// Messages that reached somebody: through bots that were not judged.
    public internal(set) var delivered = 0

    /// Those of them that came in the last third of the days, when it has shown who finds out.
    public internal(set) var deliveredLate = 0

    /// Lies told.
    public internal(set) var lies = 0

    /// Addresses on the list that somebody reads.
    public internal(set) var live = 0

    /// Those of them that a judged bot has asked for.
    public internal(set) var liveDetected = 0

    /// Those of them that the spammer has dropped in the end.
    public internal(set) var liveDropped = 0

    /// Traps on the list.
    public internal(set) var traps = 0

    /// Those of them that are dropped.
    public internal(set) var trapsDropped = 0

    /// Addresses on the list that do not exist.
    public internal(set) var unknown = 0

    /// Those of them that are dropped: what feedback is worth to a spammer.
    public internal(set) var unknownDropped = 0

    /// How he finds the addresses that were lied about, of all sites.
    public internal(set) var addressesFound = Finding()

    /// How he finds the sites that have lied to him, of all sites.
    public internal(set) var sitesFound = Finding()

    /// Nothing yet.
    public init() {}

    /// How well somebody finds what there is to be found.
    public struct Finding: Sendable, Hashable {
        /// What is there and was found.
        public private(set) var found = 0

        /// What was taken for it.
        public private(set) var mistaken = 0

        /// What is there and was not found.
        public private(set) var missed = 0

        /// Counts a thing.
        mutating func count(isTrue: Bool, isFound: Bool) {
            switch (isTrue, isFound) {
            case (true, true): found += 1
            case (false, true): mistaken += 1
            case (true, false): missed += 1
            case (false, false): break
            }
        }

        /// Adds what was found in another game.
        public mutating func add(_ other: Finding) {
            found += other.found
            mistaken += other.mistaken
            missed += other.missed
        }

        /// The share of what was found that is there; `nil` if nothing was.
        public var precision: Double? {
            found + mistaken > 0 ? Double(found) / Double(found + mistaken) : nil
        }

        /// The share of what is there that was found; `nil` if nothing is.
        public var recall: Double? { found + missed > 0 ? Double(found) / Double(found + missed) : nil }
    }
}

private import Glibc
public import SMTP

/// Which share of the recipients that clients ask for does not exist: what a spammer can count, and by which a site that
/// lies too often would show.
///
/// The share of the site is learned from clients that are not lied to, day by day; of a network sixteen requests a day
/// count, so that nobody makes it alone. A lie is told only while the unknown recipients that the client's network has met
/// with today, genuine ones and lies together, are no more than chance would make of that share; and the same for all
/// networks together that lies are told to.
public struct RequestShares: Sendable {
    /// What is taken for the share of a site of which nothing is known, and for how many requests that counts.
    public static let assumed = (share: 0.1, requests: 100.0)

    /// How many requests of one network a day count for the site's share.
    public static let countedRequests: UInt16 = 16

    /// How many networks are remembered: twice as many at most.
    public static let networks = 16_384

    /// By how many standard deviations a count may exceed what is expected: about one in twenty would by chance.
    static let deviations = 1.65

    /// What a network has asked for on one day.
    private struct Tally {
        var asked: UInt32 = 0
        var unknown: UInt32 = 0
        /// Whether lies are due to it.
        var isDue = false
        /// What of it is counted for the site.
        var countedAsked: UInt16 = 0
        var countedUnknown: UInt16 = 0
    }

    private struct Day {
        var asked = 0.0
        var unknown = 0.0
    }

    private var day: Int64 = .min
    /// Clients that no lies are due to: the days before, each counting half as much as the one after it, and today.
    private var before = Day()
    private var today = Day()
    /// All networks together that lies are due to, today.
    private var due = Day()
    private var tallies = RecentTable<KeyedHash, Tally>(capacity: networks)

    /// What was learned of clients that no lies are due to.
    public struct Learning: Sendable, Hashable {
        /// The day that it is of, since 1970.
        public let day: Int64

        /// How many recipients were asked for, older requests counting less, and how many of them were unknown.
        public let asked, unknown: Double

        /// A value of its parts.
        public init(day: Int64, asked: Double, unknown: Double) {
            (self.day, self.asked, self.unknown) = (day, asked, unknown)
        }
    }

    /// Nothing learned yet.
    public init() {}

    /// What was learned, to go on with after a restart; `nil` before anything was.
    public var learning: Learning? {
        day == .min
            ? nil : Learning(day: day, asked: before.asked + today.asked, unknown: before.unknown + today.unknown)
    }

    /// Goes on with what was learned before a restart.
    public mutating func resume(_ learning: Learning) {
        day = learning.day
        before = Day(asked: learning.asked, unknown: learning.unknown)
        (today, due) = (Day(), Day())
        tallies.removeAll()
    }

    /// The share of recipients that do not exist, of those that clients ask for whom no lies are due to. O(1).
    public var learned: Double {
        let asked = before.asked + today.asked + Self.assumed.requests
        return (before.unknown + today.unknown + Self.assumed.share * Self.assumed.requests) / asked
    }

    /// How many requests it was learned from, older ones counting less.
    public var requests: Double { before.asked + today.asked }

    /// The share that clients met with today whom lies are due to; `nil` without any.
    public var seen: Double? { due.asked > 0 ? due.unknown / due.asked : nil }

    /// A client of this network has asked for a recipient. O(1).
    ///
    /// - Parameters:
    ///   - isUnknown: whether it was told that there is none, by the mail server or by a lie.
    ///   - isDue: whether lies are due to the client; `nil` where nobody has judged that.
    public mutating func note(_ network: KeyedHash, isUnknown: Bool, isDue: Bool? = nil, at now: UnixTime) {
        turn(to: now)
        var tally = tallies[network] ?? Tally()
        if isDue == true, !tally.isDue {
            // What was taken for an honest client's before is none of the site's.
            tally.isDue = true
            today.asked -= Double(tally.countedAsked)
            today.unknown -= Double(tally.countedUnknown)
            due.asked += Double(tally.asked)
            due.unknown += Double(tally.unknown)
        }
        tally.asked = tally.asked == .max ? .max : tally.asked + 1
        if isUnknown { tally.unknown = tally.unknown == .max ? .max : tally.unknown + 1 }
        if tally.isDue {
            due.asked += 1
            due.unknown += isUnknown ? 1 : 0
        } else if tally.countedAsked < Self.countedRequests {
            tally.countedAsked += 1
            today.asked += 1
            if isUnknown {
                tally.countedUnknown += 1
                today.unknown += 1
            }
        }
        tallies[network] = tally
    }

    /// Whether a lie to this network would show. O(1).
    ///
    /// - Parameter share: the share that is held to be plausible, 0...1.
    public mutating func wouldShow(to network: KeyedHash, above share: Double, at now: UnixTime) -> Bool {
        guard share < 1 else { return false }
        turn(to: now)
        let tally = tallies[network] ?? Tally()
        if !Self.isPlausible(Double(tally.unknown) + 1, of: Double(tally.asked) + 1, share) { return true }
        // Of the network's own requests, those before lies were due to it are not in the sum yet.
        let (asked, unknown) = tally.isDue ? (0, 0) : (Double(tally.asked), Double(tally.unknown))
        return !Self.isPlausible(due.unknown + unknown + 1, of: due.asked + asked + 1, share)
    }

    /// Whether so many of so many are no more than chance makes of a share: the mean and 1.65 standard deviations, and always
    /// one.
    static func isPlausible(_ unknown: Double, of asked: Double, _ share: Double) -> Bool {
        unknown <= max(1, asked * share + deviations * (asked * share * (1 - share)).squareRoot())
    }

    private mutating func turn(to now: UnixTime) {
        let current = now.seconds / 86_400
        guard current != day else { return }
        let passed = day == .min ? 0 : max(1, current.subtractingReportingOverflow(day).partialValue)
        // A day's requests count half as much the day after.
        let weight = exp2(-Double(min(passed, 64)))
        before.asked = (before.asked + today.asked) * weight
        before.unknown = (before.unknown + today.unknown) * weight
        (today, due) = (Day(), Day())
        tallies.removeAll()
        day = current
    }
}
